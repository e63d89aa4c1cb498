"""Solve a placement problem: cheap orders first, search only where they miss the lower bound."""

from collections.abc import Iterator
from math import gcd

from compiler.memory.bounds import lower_bound
from compiler.memory.close_gap import close_gap
from compiler.memory.first_fit import first_fit, two_ended
from compiler.memory.problem import Problem, Solution
from compiler.memory.sweep import sweep

SWEEP_NODES = 3
"""A node of branch and bound takes as long as this many of a sweep."""


def place(problem: Problem, *, node_budget: int) -> Solution:
    """The best placement found; proven best where peak equals lower_bound. Deterministic.

    Stops at the first placement that meets the lower bound. What the sweeps leave of the budget goes
    to branch and bound, which alone can raise the bound.
    """
    bound = lower_bound(problem)
    best = _best_greedy(problem, bound)
    if problem.peak(best) > bound:
        best, spent = _lower_ceiling(problem, best, bound, node_budget)
        node_budget -= spent
    peak = problem.peak(best)
    if peak == bound:
        return Solution(best, peak, bound)
    return close_gap(problem, Solution(best, peak, bound), node_budget=node_budget // SWEEP_NODES)


def _best_greedy(problem: Problem, bound: int) -> tuple[int, ...]:
    """The best of the cheap orders, or the first that meets the bound."""
    best: tuple[int, ...] | None = None
    for offsets in greedy(problem, bound):
        if best is None or problem.peak(offsets) < problem.peak(best):
            best = offsets
        if problem.peak(best) == bound:
            break
    assert best is not None, "greedy always places"
    return best


def _lower_ceiling(
    problem: Problem, best: tuple[int, ...], bound: int, node_budget: int
) -> tuple[tuple[int, ...], int]:
    """Sweeps under the bound itself, then under ceilings between it and the best peak, halving each time."""
    step = gcd(*(item.alignment for item in problem.items))
    low, high, ceiling, spent = bound, problem.peak(best) - step, bound, 0
    while low <= high and spent < node_budget:
        swept = sweep(problem, ceiling=ceiling, node_budget=(node_budget - spent + 1) // 2)
        spent += swept.nodes
        if swept.offsets is None:
            low = ceiling + step
        else:
            best = swept.offsets
            high = problem.peak(best) - step
        ceiling = (low + high) // 2
    return best, spent


def greedy(problem: Problem, ceiling: int) -> Iterator[tuple[int, ...]]:
    """Placements by cheap orders: the two ends for near-chains, the largest or longest first for the rest."""
    items = problem.items
    every = range(len(items))
    by_time = sorted(every, key=lambda index: (items[index].first, -items[index].size))
    yield two_ended(problem, by_time, ceiling, top_first=False)
    yield first_fit(problem, sorted(every, key=lambda index: (-items[index].size, items[index].first)))
    yield two_ended(problem, by_time, ceiling, top_first=True)
    yield first_fit(
        problem, sorted(every, key=lambda index: (items[index].first - items[index].last, -items[index].size))
    )
