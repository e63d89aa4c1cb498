"""The best subset of a front, proven: dynamic programming for two objectives, else branch and bound.

The bounds rest on hypervolume being submodular: what a box adds to a set, it adds at most to a larger set.
"""

from dataclasses import dataclass

import numpy as np

from compiler.search.boxes import volume

_LEAST_GAIN = 1e-12
_FEW = 6
_ALL_SUBSETS_UP_TO = 20
_ROWS = 64


def best_of_two_objectives(boxes: np.ndarray, k: int) -> tuple[int, ...]:
    """Indices, ascending, of the k boxes (n, 2) of a front without repetitions with the largest union.

    O(n^2 k): by falling width the heights rise, and each box adds a rectangle above its predecessor. After
    Bringmann, Friedrich and Klitzke, "Two-dimensional subset selection for hypervolume and
    epsilon-indicator", GECCO 2014, in its simplest form.
    """
    order = np.lexsort((boxes[:, 1], -boxes[:, 0]))
    width, height = boxes[order, 0], boxes[order, 1]
    covered = width * height
    before = np.full((k, len(boxes)), -1)
    for taken in range(1, k):
        following = np.full(len(boxes), -np.inf)
        for last in range(taken, len(boxes)):
            totals = covered[:last] + width[last] * (height[last] - height[:last])
            before[taken, last] = totals.argmax()
            following[last] = totals[before[taken, last]]
        covered = following
    chosen = [int(covered.argmax())]
    for taken in range(k - 1, 0, -1):
        chosen.append(int(before[taken, chosen[-1]]))
    return tuple(sorted(int(order[index]) for index in chosen))


def best_subset(boxes: np.ndarray, k: int, start: tuple[int, ...]) -> tuple[int, ...]:
    """Indices, ascending, of the k of n boxes (n, m), 1 <= k < n, with the largest union.

    `start` is a good subset to beat; it is the answer where none is larger.
    """
    if k > _FEW and len(boxes) <= _ALL_SUBSETS_UP_TO:
        return _best_of_all_subsets(boxes, k)
    if k > len(boxes) - k and k > _FEW:
        return _best_by_removal(boxes, k, start)
    search = _Additions(boxes, k, start)
    return search.run()


@dataclass(slots=True)
class _Rows:
    """A batch of partial subsets of one size r: members (rows, r), their signed minima (rows, 2^r, m), the
    volume of each.
    """

    members: np.ndarray
    minima: np.ndarray
    volumes: np.ndarray


class _Additions:
    """Branch and bound over subsets in ascending order, a batch of partial subsets at a time."""

    def __init__(self, boxes: np.ndarray, k: int, start: tuple[int, ...]) -> None:
        # Large boxes first: good subsets are met early, and what is left at the end adds little.
        self._order = np.argsort(-boxes.prod(axis=1), kind="stable")
        self._boxes = boxes[self._order]
        self._k = k
        self._best = start
        self._largest = volume(boxes[list(start)])

    def run(self) -> tuple[int, ...]:
        objectives = self._boxes.shape[1]
        self._extend(
            _Rows(np.zeros((1, 0), dtype=int), np.full((1, 1, objectives), np.inf), np.zeros(1)), np.ones(1)
        )
        return self._best

    def _extend(self, rows: _Rows, signs: np.ndarray) -> None:
        missing = self._k - rows.members.shape[1]
        for begin in range(0, len(rows.volumes), _ROWS):
            some = slice(begin, begin + _ROWS)
            part = _Rows(rows.members[some], rows.minima[some], rows.volumes[some])
            totals = self._totals(part, signs)
            if missing == 1:
                self._keep_best(part, totals)
                continue
            children = np.argwhere(self._bounds(part, totals, missing) > self._largest + _LEAST_GAIN)
            if len(children):
                self._extend(self._children(part, totals, children), np.concatenate([signs, -signs]))

    def _totals(self, part: _Rows, signs: np.ndarray) -> np.ndarray:
        """(rows, n): the volume with each box added; minus infinity for boxes up to the last member."""
        added = np.zeros((len(part.volumes), len(self._boxes)))
        for index, sign in enumerate(signs):
            product = np.full(added.shape, sign)
            for limit, values in zip(part.minima[:, index].T, self._boxes.T, strict=True):
                product *= np.minimum(limit[:, None], values[None, :])
            added += product
        totals = part.volumes[:, None] + added
        if part.members.shape[1]:
            totals[np.arange(len(self._boxes))[None, :] <= part.members[:, -1:]] = -np.inf
        return totals

    def _bounds(self, part: _Rows, totals: np.ndarray, missing: int) -> np.ndarray:
        """(rows, n): no subset that continues with this box and later ones can be larger."""
        added = totals - part.volumes[:, None]
        later = np.full(added.shape, -np.inf)
        later[:, :-1] = np.maximum.accumulate(added[:, :0:-1], axis=1)[:, ::-1]
        later *= missing - 1
        later += totals
        return later

    def _children(self, part: _Rows, totals: np.ndarray, children: np.ndarray) -> _Rows:
        row, box = children.T
        minima = part.minima[row]
        extended = np.minimum(minima, self._boxes[box][:, None, :])
        return _Rows(
            np.concatenate([part.members[row], box[:, None]], axis=1),
            np.concatenate([minima, extended], axis=1),
            totals[row, box],
        )

    def _keep_best(self, part: _Rows, totals: np.ndarray) -> None:
        row, box = np.unravel_index(int(totals.argmax()), totals.shape)
        if totals[row, box] > self._largest + _LEAST_GAIN:
            self._largest = float(totals[row, box])
            members = (*part.members[row], box)
            self._best = tuple(sorted(int(self._order[member]) for member in members))


def _best_of_all_subsets(boxes: np.ndarray, k: int) -> tuple[int, ...]:
    """The unions of all 2^n subsets at once: a sum over subsets of the signed volumes of their minima."""
    n = len(boxes)
    sizes = np.zeros(1, dtype=np.int8)
    unions = np.ones(1)
    for _ in range(n):
        sizes = np.concatenate([sizes, sizes + 1])
    unions = np.where(sizes % 2 == 1, 1.0, -1.0)
    for values in boxes.T:
        minima = np.full(1, np.inf)
        for value in values:
            minima = np.concatenate([minima, np.minimum(minima, value)])
        minima[0] = 0.0
        unions *= minima
    for bit in range(n):
        pairs = unions.reshape(-1, 2, 1 << bit)
        pairs[:, 1] += pairs[:, 0]
    best = int(np.where(sizes == k, unions, -np.inf).argmax())
    return tuple(index for index in range(n) if best >> index & 1)


def _best_by_removal(boxes: np.ndarray, k: int, start: tuple[int, ...]) -> tuple[int, ...]:
    """For k close to n: branch and bound over what to leave out, in ascending order."""
    best, largest = start, volume(boxes[list(start)])

    def leave_out(kept: list[int], first: int) -> None:
        nonlocal best, largest
        covered = volume(boxes[kept])
        if covered <= largest + _LEAST_GAIN:
            return
        if len(kept) == k:
            best, largest = tuple(kept), covered
            return
        for index in range(first, len(kept)):
            leave_out(kept[:index] + kept[index + 1 :], index)

    leave_out(list(range(len(boxes))), 0)
    return best
