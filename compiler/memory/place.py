"""Solve a placement problem: cheap orders first, search only where they miss the lower bound."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.memory.bounds import lower_bound
from compiler.memory.exact import search
from compiler.memory.first_fit import first_fit, two_ended
from compiler.memory.problem import Problem


@dataclass(frozen=True, slots=True)
class Solution:
    """An offset for each item, the bytes they need, and what no placement can be below."""

    offsets: tuple[int, ...]
    peak: int
    lower_bound: int


def place(problem: Problem, *, node_budget: int) -> Solution:
    """The best placement found; proven best where peak equals lower_bound. Deterministic."""
    if not problem.items:
        return Solution((), 0, 0)
    bound = lower_bound(problem)
    best: tuple[int, ...] | None = None
    for offsets in greedy(problem, bound):
        if best is None or problem.peak(offsets) < problem.peak(best):
            best = offsets
        if problem.peak(best) == bound:
            break
    assert best is not None, "greedy always places"
    peak = problem.peak(best)
    if peak == bound:
        return Solution(best, peak, bound)
    outcome = search(problem, ceiling=peak, floor=bound, node_budget=node_budget)
    if outcome.offsets is not None:
        best, peak = outcome.offsets, problem.peak(outcome.offsets)
    return Solution(best, peak, peak if outcome.exhausted else bound)


def greedy(problem: Problem, ceiling: int) -> Iterator[tuple[int, ...]]:
    """Placements by the orders that do well on networks: near-chains first, then irregular graphs."""
    items = problem.items
    every = range(len(items))
    by_time = sorted(every, key=lambda index: (items[index].first, -items[index].size))
    by_size = sorted(every, key=lambda index: (-items[index].size, items[index].first))
    yield two_ended(problem, by_time, ceiling, top_first=False)
    yield first_fit(problem, by_size)
    yield two_ended(problem, by_time, ceiling, top_first=True)
    yield two_ended(problem, by_time[::-1], ceiling, top_first=False)
    yield first_fit(problem, by_time)
    yield first_fit(problem, sorted(every, key=lambda index: (-items[index].last, -items[index].size)))
    yield first_fit(
        problem, sorted(every, key=lambda index: (items[index].first - items[index].last, -items[index].size))
    )
    yield first_fit(
        problem,
        sorted(
            every,
            key=lambda index: (
                -items[index].size * (items[index].last - items[index].first + 1),
                -items[index].size,
            ),
        ),
    )
