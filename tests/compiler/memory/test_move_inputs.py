"""Inputs outside the arena: never written, never shared, and the arena smaller by what they took at most."""

from hypothesis import given

from compiler.ir.program import Program
from compiler.memory.check_plan import check_plan
from compiler.memory.move_inputs import move_inputs
from compiler.memory.placement import plan_memory
from compiler.memory.schedule import schedule
from searchspace_dsl.infeasible import Infeasible
from tests.compiler.memory.programs import call, over, program, programs


@given(programs())
def test_every_plan_with_inputs_outside_holds(drawn: Program) -> None:
    outside = move_inputs(drawn)
    if isinstance(outside, Infeasible):
        assert "is an input" in outside.reason
        return
    planned = schedule(outside)
    plan = plan_memory(planned)
    check_plan(planned, plan)
    inputs = {place.buffer for place in plan.placements if place.region == "input"}
    assert inputs == {buffer.name for buffer in drawn.buffers if buffer.kind == "input"}
    assert plan.input_bytes >= sum(place.bytes for place in plan.placements if place.region == "input")


def test_nothing_is_written_over_an_input_outside() -> None:
    drawn = program({"x": 8, "y": 8}, call("x", "y", overlaps=(over("y", "x"),)), inputs="x", outputs="y")
    assert plan_memory(drawn).arena_bytes == 8
    outside = move_inputs(drawn)
    assert isinstance(outside, Program)
    plan = plan_memory(outside)
    assert (plan.arena_bytes, plan.input_bytes) == (8, 8)


def test_an_output_that_is_an_input_cannot_be_in_two_blocks() -> None:
    drawn = program({"x": 8, "z": 8}, call("x", "z"), inputs="x", outputs="y z", views={"y": "x"})
    refused = move_inputs(drawn)
    assert isinstance(refused, Infeasible)
    assert refused.reason == "output 'y' is an input, so inputs cannot lie outside the arena"
