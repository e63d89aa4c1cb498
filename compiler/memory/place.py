"""Solve a placement problem: cheap orders first, search only where they miss the lower bound."""

from collections.abc import Iterator

import numpy as np

from compiler.memory.bounds import lower_bound
from compiler.memory.close_gap import close_gap
from compiler.memory.first_fit import first_fit, two_ended
from compiler.memory.problem import Problem, Solution
from compiler.memory.reorder import reorder
from compiler.memory.sweep import is_chain, sweep

SWEEP_NODES = 3
"""A node of branch and bound takes as long as this many of a sweep."""


def place(problem: Problem, *, node_budget: int) -> Solution:
    """The best placement found; proven best where peak equals lower_bound. Deterministic.

    Stops at the first placement that meets the lower bound. Sweeps get three quarters
    of the budget, learned orders half of what they leave, branch and bound the rest.
    """
    bound = lower_bound(problem)
    best = _best_greedy(problem, bound)
    known = Solution(best, problem.peak(best), bound)
    if known.peak > bound:
        known, spent = _lower_ceiling(problem, known, node_budget * 3 // 4)
        node_budget -= spent
    if known.peak > known.lower_bound:
        known, spent = reorder(problem, known, node_budget=node_budget // 2, rng=np.random.default_rng(0))
        node_budget -= spent
    if known.peak == known.lower_bound:
        return known
    return close_gap(problem, known, node_budget=node_budget // SWEEP_NODES)


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


def _lower_ceiling(problem: Problem, known: Solution, node_budget: int) -> tuple[Solution, int]:
    """Sweeps under the bound itself, then under ceilings between it and the best peak, halving each time.

    Where a failed sweep is a proof it raises the bound. Two that run out of nodes show that sweeping is not
    the way for this problem.
    """
    proves = is_chain(problem)
    best, bound = known.offsets, known.lower_bound
    low, high, ceiling, spent, cut_short = bound, known.peak - 1, bound, 0, 0
    while low <= high and spent < node_budget and cut_short < 2:
        allowed = min(node_budget - spent, (node_budget + 2) // 3)
        swept = sweep(problem, ceiling=ceiling, node_budget=allowed)
        spent += swept.nodes
        if swept.offsets is None:
            cut_short += not swept.exhausted
            low = ceiling + 1
            bound = low if proves and swept.exhausted else bound
        else:
            best = swept.offsets
            high = problem.peak(best) - 1
        ceiling = (low + high) // 2
    return Solution(best, problem.peak(best), bound), spent


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
