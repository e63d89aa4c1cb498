"""Good subsets of large fronts: greedy from many starting points, improved by swaps until none helps."""

import numpy as np

from compiler.search.boxes import contributions, volume

_STARTS = 32
_LEAST_GAIN = 1e-12


def greedy_with_swaps(boxes: np.ndarray, k: int) -> tuple[int, ...]:
    """Indices, ascending, of k of the boxes (n, m), 1 <= k <= n, whose union no single swap makes larger.

    Greedy alone starts from the largest box, which the best subset often lacks: so it also starts from boxes
    spread over the front, and the best end counts.
    """
    best: tuple[int, ...] = ()
    largest = -np.inf
    for first in _starts(boxes):
        chosen, covered = _swap(boxes, _greedy(boxes, k, first))
        if covered > largest + _LEAST_GAIN:
            best, largest = tuple(sorted(chosen)), covered
    return best


def _starts(boxes: np.ndarray) -> list[int]:
    """The largest box, then boxes at even steps through their order by size, each once."""
    by_size = np.argsort(-boxes.prod(axis=1), kind="stable")
    steps = np.linspace(0, len(boxes) - 1, min(_STARTS, len(boxes))).astype(int)
    return [int(by_size[step]) for step in dict.fromkeys(steps.tolist())]


def _greedy(boxes: np.ndarray, k: int, first: int) -> list[int]:
    chosen = [first]
    while len(chosen) < k:
        added = contributions(boxes[chosen], boxes)
        added[chosen] = -1.0
        chosen.append(int(added.argmax()))
    return chosen


def _swap(boxes: np.ndarray, chosen: list[int]) -> tuple[list[int], float]:
    """Replaces one after the other by whatever adds most to the rest, until a whole round changes nothing."""
    unchanged, slot = 0, 0
    while unchanged < len(chosen):
        rest = chosen[:slot] + chosen[slot + 1 :]
        added = contributions(boxes[rest], boxes)
        added[rest] = -1.0
        best = int(added.argmax())
        if added[best] > added[chosen[slot]] + _LEAST_GAIN:
            chosen = [*chosen[:slot], best, *chosen[slot + 1 :]]
            unchanged = 0
        unchanged += 1
        slot = (slot + 1) % len(chosen)
    return chosen, volume(boxes[chosen])
