"""Orders stay legal, never need more, and are the best there is on small graphs."""

from collections import Counter
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.program import KernelCall, Program
from compiler.memory.check_plan import check_plan
from compiler.memory.footprint import footprint_of
from compiler.memory.placement import plan_memory
from compiler.memory.schedule import schedule
from tests.compiler.memory.programs import call, chain, over, program, programs


def same_meaning(one: Program, other: Program) -> bool:
    """Whether every call sees the same versions of the buffers it touches, and state is touched in order.

    A version of a buffer is the sequence of calls that wrote to it so far.
    """
    return versions_seen(one) == versions_seen(other)


def versions_seen(net: Program) -> dict[str, object]:
    views = {view.name: view.of for view in net.views}
    states = {buffer.name for buffer in net.buffers if buffer.kind == "state"}

    def buffer(name: str) -> str:
        return buffer(views[name]) if name in views else name

    history: dict[str, tuple[str, ...]] = {}
    seen: dict[str, object] = {}
    stateful = []
    for one in net.calls:
        touched = [buffer(name) for name in (*one.reads, *one.writes)]
        seen[one.layer] = tuple(history.get(name, ()) for name in touched)
        for name in {buffer(name) for name in one.writes}:
            history[name] = (*history.get(name, ()), one.layer)
        if states.intersection(touched):
            stateful.append(one.layer)
    seen["state"] = stateful
    seen["outputs"] = tuple(history.get(buffer(name), ()) for name in net.outputs)
    return seen


@given(programs())
@settings(max_examples=200, deadline=None)
def test_the_calls_see_what_they_saw_and_need_no_more(drawn: Program) -> None:
    ordered = schedule(drawn)
    assert Counter(ordered.calls) == Counter(drawn.calls)
    assert same_meaning(drawn, ordered)
    plan = plan_memory(ordered)
    check_plan(ordered, plan)
    assert plan.arena_bytes <= plan_memory(drawn).arena_bytes
    assert ordered == schedule(drawn)


@given(programs(max_calls=8))
@settings(max_examples=50, deadline=None)
def test_a_spent_budget_still_gives_a_legal_order(drawn: Program) -> None:
    ordered = schedule(drawn, node_budget=1)
    assert same_meaning(drawn, ordered)
    assert plan_memory(ordered).arena_bytes <= plan_memory(drawn).arena_bytes


def live_peak(net: Program) -> int:
    footprint = footprint_of(net)
    step = footprint.first_step()
    peak = 0
    for index in range(len(net.calls)):
        step = footprint.step((1 << index) - 1, step, index)
        peak = max(peak, step.needed_bytes)
    return peak


@st.composite
def branching(draw: st.DrawFn) -> Program:
    """Up to six calls, each reading one or two earlier values, and one that reads what is left over."""
    sizes = {"x": draw(st.integers(1, 30))}
    calls: list[KernelCall] = []
    for index in range(draw(st.integers(2, 6))):
        reads = draw(st.lists(st.sampled_from(sorted(sizes)), min_size=1, max_size=2, unique=True))
        sizes[f"v{index}"] = draw(st.integers(1, 30))
        overlaps = (over(f"v{index}", reads[0], draw(st.integers(0, 2))),) if draw(st.booleans()) else ()
        calls.append(call(" ".join(reads), f"v{index}", overlaps=overlaps))
    unread = sorted(sizes.keys() - {name for one in calls for name in one.reads})
    sizes["y"] = 1
    return program(sizes, *calls, call(" ".join(unread), "y"), inputs="x", outputs="y")


@given(branching())
@settings(max_examples=150, deadline=None)
def test_fewest_live_bytes_of_all_orders(drawn: Program) -> None:
    """The plan may still keep the given order, but only where its plan is as small as the best order's."""
    ordered = schedule(drawn)
    orders = (
        Program(**{**fields_of(drawn), "calls": calls})
        for calls in permutations(drawn.calls)
        if same_meaning(drawn, Program(**{**fields_of(drawn), "calls": calls}))
    )
    best = min(map(live_peak, orders))
    assert live_peak(ordered) == best or plan_memory(drawn).arena_bytes >= best


def fields_of(net: Program) -> dict[str, object]:
    return {name: getattr(net, name) for name in net.__dataclass_fields__}


def test_a_chain_comes_back_as_it_is() -> None:
    net = chain([10, 20, 30, 5, 8])
    assert schedule(net) is net


def test_wide_branches_run_one_after_the_other() -> None:
    """Two branches that widen and narrow: started together they need both wide maps, in turn only one."""
    sizes = {"x": 10, "wide_a": 100, "wide_b": 100, "a": 10, "b": 10, "y": 10}
    together = (
        call("x", "wide_a"),
        call("x", "wide_b"),
        call("wide_a", "a"),
        call("wide_b", "b"),
        call("a b", "y"),
    )
    net = program(sizes, *together, inputs="x", outputs="y")
    ordered = schedule(net)
    assert [one.layer for one in ordered.calls] in (
        ["make_wide_a", "make_a", "make_wide_b", "make_b", "make_y"],
        ["make_wide_b", "make_b", "make_wide_a", "make_a", "make_y"],
    )
    assert (plan_memory(net).arena_bytes, plan_memory(ordered).arena_bytes) == (210, 120)
