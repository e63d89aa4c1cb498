"""Chooses the prototypes worth training: the k points of a front that together dominate the most volume.

Hypervolume subset selection as in PrototypeNAS (Deutel, Geis, Plinge, arXiv 2603.15106), exact where that
is affordable instead of by a genetic algorithm.
"""

from math import comb

import numpy as np

from compiler.search.boxes import volume
from compiler.search.pareto import nondominated
from compiler.search.subset_exact import best_of_two_objectives, best_subset
from compiler.search.subset_greedy import greedy_with_swaps

REFERENCE = -0.1
EXACT_UP_TO = 10**6


def select_prototypes(objectives: np.ndarray, k: int) -> tuple[int, ...]:
    """Indices, ascending, of the k rows of objectives (n, m) with the greatest hypervolume; all where n <= k.

    Larger is better in every column, all numbers finite. Columns are min-max normalized over the rows, the
    reference point is -0.1 in each. Exact for one or two objectives and where C(n, k) <= 10^6; else greedy
    from many starts, with swaps until no swap helps. Repeated and dominated rows are chosen only when the
    others are used up, in order. Same input, same answer.
    """
    assert objectives.ndim == 2, "one row a network"
    assert np.isfinite(objectives).all(), "what cannot be scored is not on a front"
    if len(objectives) <= k:
        return tuple(range(len(objectives)))
    boxes = normalized(objectives) - REFERENCE
    distinct = _distinct_front(boxes)
    if len(distinct) <= k:
        rest = [index for index in range(len(boxes)) if index not in set(distinct)]
        return tuple(sorted([*distinct, *rest[: k - len(distinct)]]))
    return tuple(sorted(int(distinct[index]) for index in _best(boxes[distinct], k)))


def normalized(objectives: np.ndarray) -> np.ndarray:
    """Each column mapped to [0, 1] by its least and greatest value; to 1 where it does not vary."""
    low, high = objectives.min(axis=0), objectives.max(axis=0)
    spread = high - low
    varies = spread > 0
    scaled = (objectives - low) / np.where(varies, spread, 1.0)
    return np.where(varies, scaled, 1.0)


def selection_volume(objectives: np.ndarray, chosen: tuple[int, ...]) -> float:
    """The hypervolume that `select_prototypes` maximizes."""
    return volume((normalized(objectives) - REFERENCE)[list(chosen)])


def _distinct_front(boxes: np.ndarray) -> np.ndarray:
    _, first = np.unique(boxes, axis=0, return_index=True)
    candidates = np.sort(first)
    front: np.ndarray = candidates[nondominated(boxes[candidates])]
    return front


def _best(boxes: np.ndarray, k: int) -> tuple[int, ...]:
    if boxes.shape[1] == 2:
        return best_of_two_objectives(boxes, k)
    start = greedy_with_swaps(boxes, k)
    return best_subset(boxes, k, start) if comb(len(boxes), k) <= EXACT_UP_TO else start
