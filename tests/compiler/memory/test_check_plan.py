"""Every way to spoil a plan is caught, with the names of the buffers and the call."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compiler.errors import InternalError
from compiler.ir.plan import MemoryPlan, Placement
from compiler.ir.program import Program
from compiler.memory.check_plan import check_plan
from compiler.memory.placement import plan_memory
from tests.compiler.memory.programs import call, over, program, programs

SIZES = {"x": 16, "a": 32, "s": 8, "b": 16, "y": 16}
NET = program(
    SIZES, call("x", "a"), call("a", "b", "s"), call("b x", "y"), inputs="x", outputs="y", alignment=4
)


def plan_of(offsets: dict[str, int], net: Program = NET, **changes: int) -> MemoryPlan:
    """The planner's lifetimes at offsets of one's own."""
    made = plan_memory(net)
    placements = tuple(replace(place, offset=offsets[place.buffer]) for place in made.placements)
    arena = max(place.offset + place.bytes for place in placements)
    return replace(made, placements=placements, arena_bytes=arena, lower_bound_bytes=0, **changes)


GOOD = {"x": 0, "a": 16, "s": 48, "b": 56, "y": 16}


def test_a_roomy_plan_is_right() -> None:
    check_plan(NET, plan_of(GOOD))
    check_plan(NET, plan_memory(NET))


@pytest.mark.parametrize(
    ("moved", "message"),
    [
        ({"a": 0}, "a is written over x, still read, in call 0 (kernel of make_a)"),
        ({"b": 16}, "b is written over a, still read, in call 1 (kernel of make_b)"),
        ({"b": 48}, "b and s share bytes in call 1 (kernel of make_b)"),
        ({"s": 40}, "s and a share bytes in call 1 (kernel of make_b)"),
        ({"s": 8}, "bytes of x, needed in call 2 (kernel of make_y), belong to s"),
        ({"y": 0}, "y is written over x, still read, in call 2 (kernel of make_y)"),
        ({"b": 0, "y": 32}, "bytes of x, needed in call 2 (kernel of make_y), belong to b"),
        ({"a": 18}, "a is at offset 18, not a multiple of 4"),
        ({"a": -4}, "a is at offset -4, not a multiple of 4"),
    ],
)
def test_a_buffer_moved_to_where_it_must_not_be(moved: dict[str, int], message: str) -> None:
    with pytest.raises(InternalError) as caught:
        check_plan(NET, plan_of(GOOD | moved))
    assert message in str(caught.value)


def change(plan: MemoryPlan, name: str, /, **fields: object) -> MemoryPlan:
    """The plan with fields of one placement replaced."""

    def changed(place: Placement) -> Placement:
        return replace(place, **fields) if place.buffer == name else place  # type: ignore[arg-type]  # by name

    return replace(plan, placements=tuple(map(changed, plan.placements)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda plan: replace(plan, arena_bytes=plan.arena_bytes + 1), "the arena block ends at 72 B"),
        (lambda plan: replace(plan, arena_bytes=plan.arena_bytes - 1), "the arena block ends at 72 B"),
        (lambda plan: replace(plan, state_bytes=4), "the state block ends at 0 B, the plan says 4 B"),
        (lambda plan: replace(plan, lower_bound_bytes=73), "its peak is below its lower bound"),
        (lambda plan: replace(plan, placements=plan.placements[1:]), "x is used"),
        (lambda plan: replace(plan, placements=plan.placements + plan.placements[:1]), "placed twice"),
        (lambda plan: change(plan, "a", buffer="z"), "places z, which the program does not have"),
        (lambda plan: change(plan, "a", bytes=31), "a has 31 B, the program says 32 B"),
        (lambda plan: change(plan, "a", region="state"), "a is value but lies in the state block"),
        (lambda plan: change(plan, "x", last=1), "x is used in call 2"),
        (lambda plan: change(plan, "a", first=1), "a is used at call 0"),
        (lambda plan: change(plan, "y", last=2), "y is used after the last call"),
    ],
)
def test_a_plan_that_contradicts_itself_or_the_program(spoil: object, message: str) -> None:
    assert callable(spoil)
    with pytest.raises(InternalError) as caught:
        check_plan(NET, spoil(plan_of(GOOD)))
    assert message in str(caught.value)


def test_inputs_need_bytes_of_their_own() -> None:
    net = program({"a": 8, "b": 8, "y": 8}, call("a b", "y"), inputs="a b", outputs="y")
    with pytest.raises(InternalError, match="bytes of b, needed before the first call, belong to a"):
        check_plan(net, plan_of({"a": 0, "b": 4, "y": 16}, net))


def test_an_overlap_needs_its_lead_and_a_dying_operand() -> None:
    conv = call("x", "y", overlaps=(over("y", "x", 4),))
    net = program({"x": 8, "y": 8}, conv, inputs="x", outputs="y")
    check_plan(net, plan_of({"x": 4, "y": 0}, net))
    with pytest.raises(InternalError, match="y is written over x, still read"):
        check_plan(net, plan_of({"x": 3, "y": 0}, net))
    read_again = program({"x": 8, "y": 8, "z": 8}, conv, call("x y", "z"), inputs="x", outputs="z")
    with pytest.raises(InternalError, match=r"bytes of x, needed in call 1 .* belong to y"):
        check_plan(read_again, plan_of({"x": 4, "y": 0, "z": 12}, read_again))


def test_two_states_may_not_share() -> None:
    net = program({"x": 4, "p": 8, "q": 8, "y": 4}, call("x p q", "y"), inputs="x", outputs="y", state="p q")
    with pytest.raises(InternalError, match="bytes of q, needed before the first call, belong to p"):
        check_plan(
            net, replace(plan_of({"x": 0, "p": 0, "q": 4, "y": 4}, net), arena_bytes=8, state_bytes=12)
        )


def test_a_second_write_needs_what_the_first_one_left() -> None:
    calls = (call("x", "y"), call("x", "t"), call("t", "y"))
    net = program({"x": 4, "y": 8, "t": 4}, *calls, inputs="x", outputs="y")
    with pytest.raises(InternalError, match=r"bytes of y, needed in call 2 .* belong to t"):
        check_plan(net, plan_of({"x": 8, "y": 0, "t": 4}, net))


@given(programs(), st.data())
@settings(max_examples=200, deadline=None)
def test_moving_one_buffer_onto_another_live_one_is_caught(drawn: Program, data: st.DataObject) -> None:
    """Two buffers with bytes that are both live past some call, and so may never share."""
    plan = plan_memory(drawn)
    arena = [place for place in plan.placements if place.region == "arena" and place.bytes]
    pairs = [
        (one, other)
        for one in arena
        for other in arena
        if one != other and max(one.first, other.first) < min(one.last, other.last)
    ]
    assume(pairs)
    one, other = data.draw(st.sampled_from(pairs))
    moved = change(plan, one.buffer, offset=other.offset)
    end = max(place.offset + place.bytes for place in moved.placements if place.region == "arena")
    moved = replace(moved, arena_bytes=end, lower_bound_bytes=0)
    with pytest.raises(InternalError):
        check_plan(drawn, moved)
