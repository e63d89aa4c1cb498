"""Search over orders for first fit: what ends too high goes earlier next time. For large irregular problems.

Squeaky wheel optimisation: Joslin and Clements, JAIR 10 (1999).
"""

import numpy as np

from compiler.memory.bounds import bytes_by_time
from compiler.memory.first_fit import first_fit
from compiler.memory.problem import Problem, Solution

BLAME = 0.2


def reorder(
    problem: Problem, known: Solution, *, node_budget: int, rng: np.random.Generator
) -> tuple[Solution, int]:
    """The best of `known` and first fit in orders learned from what went wrong, and the items placed for it.

    The first order is by how crowded an item's times are and how large it is. An item that ends above the
    lower bound then gains rank, by a random share of BLAME and the more the higher it ends.
    """
    best, spent = known, 0
    if not problem.items:
        return best, spent
    sizes = np.array([item.size for item in problem.items])
    rank = (_crowding(problem) + sizes) / max(1, known.lower_bound)
    while best.peak > best.lower_bound and spent + len(sizes) <= node_budget:
        offsets = first_fit(problem, [int(index) for index in np.argsort(-rank, kind="stable")])
        spent += len(sizes)
        peak = problem.peak(offsets)
        if peak < best.peak:
            best = Solution(offsets, peak, best.lower_bound)
        excess = (np.array(offsets) + sizes) / max(1, best.lower_bound) - 1
        rank = rank + np.where(excess > 0, rng.uniform(0, BLAME, len(sizes)) * (1 + excess), 0)
    return best, spent


def _crowding(problem: Problem) -> np.ndarray:
    """(items,) float64: the bytes live at the most crowded time of each item's life."""
    live = bytes_by_time(problem)
    times, loads = np.array(list(live)), np.array(list(live.values()))
    return np.array(
        [loads[(times >= item.first) & (times <= item.last)].max() for item in problem.items],
        dtype=np.float64,
    )
