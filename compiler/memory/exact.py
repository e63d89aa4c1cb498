"""Branch and bound over placements: finds the least peak, or proves that what is known cannot be beaten.

Among the placements of least peak take one whose offsets have the least sum. Sorted by offset, each of its
items lies as low as those before it allow, and none leaves room below it for a later one: else one could be
lowered. So it is enough to place items by ascending offset, each at its lowest, skipping those that another
item fits under. Moffitt, "MiniMalloc" (ASPLOS 2023), searches in this order too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

from compiler.memory.problem import Problem, round_up


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best placement found below the ceiling, if any; `exhausted` when there provably is none better."""

    offsets: tuple[int, ...] | None
    exhausted: bool
    nodes: int


def search(problem: Problem, *, ceiling: int, floor: int, node_budget: int) -> Outcome:
    """The placement of least peak below `ceiling`; stops early at a peak of `floor`, a known lower bound."""
    branch = _Branch(problem, ceiling, floor, node_budget)
    finished = branch.explore()
    return Outcome(branch.best, finished or branch.ceiling <= floor, branch.nodes)


@dataclass(slots=True)
class _Frame:
    """One item placed: what to try after it, and what to put back when that is done."""

    item: int
    candidates: Iterator[int]
    raised: list[tuple[int, int]]


class _Branch:
    """The state of a depth-first search: what is placed, how low the rest can go, what is left at each time.

    `lowest` is the offset of a placed item, and the lowest still possible of one that waits.
    """

    def __init__(self, problem: Problem, ceiling: int, floor: int, node_budget: int) -> None:
        self.items, self.conflicts = problem.items, problem.conflicts
        self.ceiling, self.floor, self.node_budget = ceiling, floor, node_budget
        self.nodes = 0
        self.best: tuple[int, ...] | None = None
        self.lowest = [0] * len(problem.items)
        self.waiting = {index for index, item in enumerate(problem.items) if item.size}
        multiple = gcd(*(item.alignment for item in problem.items))
        self.padding = max(round_up(item.size, multiple) - item.size for item in problem.items)
        self.shares, self.present = _shares(problem, multiple)
        self.left = [
            sum(self.shares[index][time] for index in live) for time, live in enumerate(self.present)
        ]
        self.twin = _earlier_twins(problem)
        crowding = [max(map(self.left.__getitem__, share), default=0) for share in self.shares]
        self.rank = [(-crowd, -item.size) for crowd, item in zip(crowding, self.items, strict=True)]

    def explore(self) -> bool:
        """Depth first, with a stack of its own. False when the budget ran out before the end."""
        stack = [_Frame(-1, iter(self._candidates(-1, 0)), [])]
        while stack and self.ceiling > self.floor:
            frame = stack[-1]
            outgrown = frame.item >= 0 and self._end(frame.item) >= self.ceiling
            chosen = None if outgrown else next(frame.candidates, None)
            if chosen is None:
                self._take_back(stack.pop())
                continue
            if self.nodes == self.node_budget:
                return False
            self.nodes += 1
            placed = _Frame(chosen, iter(()), [])
            if self._put(placed):
                if self.waiting:
                    placed.candidates = iter(self._candidates(chosen, self.lowest[chosen]))
                else:
                    self._record()
            stack.append(placed)
        return True

    def _end(self, index: int) -> int:
        return self.lowest[index] + self.items[index].size

    def _record(self) -> None:
        """Everything is placed below the ceiling: the new ceiling is this peak."""
        self.best = tuple(self.lowest)
        self.ceiling = max(map(self._end, range(len(self.items))))

    def _candidates(self, last: int, reached: int) -> list[int]:
        """Waiting items that may come next, at or above the last one's offset, the most crowded first."""
        roof = (
            min(self.lowest[index] + self.items[index].size for index in self.waiting) if self.waiting else 0
        )
        found = [
            index
            for index in self.waiting
            if reached <= self.lowest[index] < roof
            and self.twin[index] not in self.waiting
            and not self._belongs_before(index, last, reached)
        ]
        return sorted(found, key=lambda index: (self.lowest[index], self.rank[index], index))

    def _belongs_before(self, index: int, last: int, reached: int) -> bool:
        """Of two items at one offset that do not meet, the one with the lower number is placed first."""
        if index > last or self.lowest[index] != reached:
            return False
        return all(conflict.other != last for conflict in self.conflicts[index])

    def _put(self, frame: _Frame) -> bool:
        """Places an item at its lowest offset. False where the rest can then not stay below the ceiling."""
        item = frame.item
        offset = self.lowest[item]
        self.waiting.discard(item)
        for time, share in self.shares[item].items():
            self.left[time] -= share
        fits = self._end(item) < self.ceiling
        for conflict in self.conflicts[item]:
            other = conflict.other
            if other not in self.waiting:
                continue
            bound = round_up(offset + conflict.above, self.items[other].alignment)
            if bound > self.lowest[other]:
                frame.raised.append((other, self.lowest[other]))
                self.lowest[other] = bound
                fits = fits and self._end(other) < self.ceiling
        return (
            fits
            and offset + max(self.left) - self.padding < self.ceiling
            and self._room_left(self.shares[item])
        )

    def _room_left(self, times: dict[int, int]) -> bool:
        """Whether at each of these times the waiting items can be stacked on the lowest of them."""
        for time in times:
            lows = [self.lowest[index] for index in self.present[time] if index in self.waiting]
            if lows and min(lows) + self.left[time] - self.padding >= self.ceiling:
                return False
        return True

    def _take_back(self, frame: _Frame) -> None:
        """Undoes `_put`."""
        if frame.item < 0:
            return
        for other, before in reversed(frame.raised):
            self.lowest[other] = before
        for time, share in self.shares[frame.item].items():
            self.left[time] += share
        self.waiting.add(frame.item)


def _shares(problem: Problem, multiple: int) -> tuple[list[dict[int, int]], list[list[int]]]:
    """For each item the bytes it surely adds at each time it is live, and for each time the items live then.

    Only times count at which something begins. An item with leads adds, when it begins, no more than its
    smallest lead: the rest may lie in what it overlaps (the proof of `bounds.lower_bound`, nothing whole).
    Bytes are rounded up to `multiple`, of which all offsets are multiples.
    """
    items = problem.items
    starts = sorted({item.first for item in items})
    present: list[list[int]] = [[] for _ in starts]
    shares: list[dict[int, int]] = [{} for _ in items]
    surely = {index: item.size for index, item in enumerate(items)}
    for (write, _), lead in problem.leads.items():
        surely[write] = min(surely[write], lead)
    for index, item in enumerate(items):
        for time, start in enumerate(starts):
            if item.first <= start <= item.last:
                present[time].append(index)
                size = surely[index] if start == item.first else item.size
                shares[index][time] = round_up(size, multiple)
    return shares, present


def _earlier_twins(problem: Problem) -> list[int]:
    """For each item the closest one before it that is the same in everything, -1 where there is none."""
    leading = {index for pair in problem.leads for index in pair}
    latest: dict[object, int] = {}
    found = []
    for index, item in enumerate(problem.items):
        found.append(-1 if index in leading else latest.get(item, -1))
        if index not in leading:
            latest[item] = index
    return found
