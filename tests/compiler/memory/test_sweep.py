"""Sweeps keep under their ceiling, and solve what greedy orders miss."""

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.memory.exact import search
from compiler.memory.place import place
from compiler.memory.problem import Item, Problem
from compiler.memory.sweep import is_chain, sweep


@st.composite
def chains(draw: st.DrawFn) -> Problem:
    """Items that each meet the next one only, some of which may reach into the one before."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=7))
    alignment = draw(st.sampled_from((1, 1, 4)))
    items = tuple(Item(size, time, time + 1, alignment) for time, size in enumerate(sizes))
    overlapping = draw(st.lists(st.integers(1, len(sizes) - 1), unique=True))
    return Problem(items, {(write, write - 1): draw(st.integers(0, 6)) for write in overlapping})


@given(chains())
@settings(max_examples=200, deadline=None)
def test_on_chains_a_sweep_succeeds_exactly_where_a_placement_exists(problem: Problem) -> None:
    loose = sum(item.size + item.alignment for item in problem.items) + 1
    best = search(problem, ceiling=loose, floor=0, node_budget=200_000)
    assert best.exhausted
    assert best.offsets is not None
    least = problem.peak(best.offsets)
    found = sweep(problem, ceiling=least, node_budget=10_000)
    assert found.offsets is not None
    assert problem.peak(found.offsets) <= least
    below = sweep(problem, ceiling=least - 1, node_budget=10_000)
    assert is_chain(problem)
    assert (below.offsets, below.exhausted) == (None, True)
    solution = place(problem, node_budget=10_000)
    assert (solution.peak, solution.lower_bound) == (least, least)


def test_a_spent_budget_gives_nothing() -> None:
    problem = Problem((Item(4, 0, 1), Item(4, 1, 2)))
    hurried = sweep(problem, ceiling=8, node_budget=1)
    assert (hurried.offsets, hurried.exhausted) == (None, False)
    assert sweep(problem, ceiling=8, node_budget=2).offsets is not None
