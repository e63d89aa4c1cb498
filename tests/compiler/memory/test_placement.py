"""Plans hold up when run byte by byte, meet the bound on chains, and say what is proven."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.program import Program
from compiler.memory.check_plan import check_plan
from compiler.memory.placement import plan_memory
from tests.compiler.memory.programs import call, chain, over, program, programs


@given(programs())
@settings(max_examples=300, deadline=None)
def test_no_call_of_any_program_finds_its_bytes_lost(drawn: Program) -> None:
    plan = plan_memory(drawn)
    check_plan(drawn, plan)
    assert plan.arena_bytes >= plan.lower_bound_bytes
    assert plan == plan_memory(drawn)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=40), st.data())
@settings(max_examples=100, deadline=None)
def test_a_chain_needs_its_hungriest_call_and_no_more(sizes: list[int], data: st.DataObject) -> None:
    scratch = data.draw(st.lists(st.integers(0, 300), min_size=len(sizes) - 1, max_size=len(sizes) - 1))
    plan = plan_memory(chain(sizes, scratch))
    hungriest = max(a + b + s for a, b, s in zip(sizes, sizes[1:], scratch, strict=False))
    assert plan.arena_bytes == plan.lower_bound_bytes == hungriest


def test_an_elementwise_call_writes_over_what_it_reads() -> None:
    add = call("a b", "y", overlaps=(over("y", "a"), over("y", "b")))
    sizes = {"a": 100, "b": 100, "y": 100}
    plan = plan_memory(program(sizes, add, inputs="a b", outputs="y"))
    assert (plan.arena_bytes, plan.optimal) == (200, True)
    assert plan.offset("y") in (plan.offset("a"), plan.offset("b"))


def test_a_lead_costs_its_bytes() -> None:
    conv = call("x", "y", overlaps=(over("y", "x", 16),))
    plan = plan_memory(program({"x": 100, "y": 80}, conv, inputs="x", outputs="y"))
    assert (plan.arena_bytes, plan.optimal) == (116, True)
    assert plan.offset("y") + 16 <= plan.offset("x")


def test_what_is_read_later_is_not_overwritten() -> None:
    relu = call("x", "y", overlaps=(over("y", "x"),))
    plan = plan_memory(program({"x": 9, "y": 9, "z": 9}, relu, call("x y", "z"), inputs="x", outputs="z"))
    assert plan.arena_bytes == 27


def test_an_operand_through_a_view_counts_as_a_read_of_its_buffer() -> None:
    mul = call("x flat", "y", overlaps=(over("y", "x"),))
    refused = program({"x": 10, "y": 10}, mul, inputs="x", outputs="y", views={"flat": "x"})
    assert plan_memory(refused).arena_bytes == 20
    mul = call("x flat", "y", overlaps=(over("y", "x"), over("y", "flat")))
    allowed = program({"x": 10, "y": 10}, mul, inputs="x", outputs="y", views={"flat": "x"})
    assert plan_memory(allowed).arena_bytes == 10


def test_a_network_of_no_calls_keeps_its_input_as_output() -> None:
    plan = plan_memory(program({"x": 12}, inputs="x", outputs="y", views={"y": "x"}))
    assert [(p.first, p.last, p.offset) for p in plan.placements] == [(-1, 0, 0)]


def test_state_lies_in_a_block_of_its_own() -> None:
    step = call("x ring", "y ring")
    plan = plan_memory(program({"x": 8, "ring": 64, "y": 4}, step, inputs="x", outputs="y", state="ring"))
    assert (plan.arena_bytes, plan.state_bytes) == (12, 64)


def test_unused_buffers_take_no_bytes() -> None:
    plan = plan_memory(program({"x": 8, "ghost": 64, "y": 4}, call("x", "y"), inputs="x", outputs="y"))
    assert plan.arena_bytes == 12
    with pytest.raises(KeyError):
        plan.offset("ghost")


def test_offsets_honour_alignment_and_the_bound_knows_it() -> None:
    plan = plan_memory(chain([10, 10, 10], alignment=16))
    assert {placement.offset % 16 for placement in plan.placements} == {0}
    assert (plan.arena_bytes, plan.lower_bound_bytes) == (26, 26)
