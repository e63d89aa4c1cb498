"""Greedy placement: items in some order, each as low (or as high) as those before it allow."""

from collections.abc import Sequence

from compiler.memory.problem import Conflict, Item, Problem, round_up

Offsets = list[int | None]


def blocked(item_conflicts: Sequence[Conflict], offsets: Sequence[int | None]) -> list[tuple[int, int]]:
    """Open intervals that an item's offset must not lie in, because of the items already placed."""
    found = []
    for conflict in item_conflicts:
        other = offsets[conflict.other]
        if other is not None:
            found.append((other - conflict.above, other + conflict.below))
    return found


def lowest(item: Item, item_conflicts: Sequence[Conflict], offsets: Sequence[int | None]) -> int:
    """The lowest offset that is free."""
    offset = 0
    for low, high in sorted(blocked(item_conflicts, offsets)):
        if offset <= low:
            break
        if offset < high:
            offset = round_up(high, item.alignment)
    return offset


def highest(
    item: Item, item_conflicts: Sequence[Conflict], offsets: Sequence[int | None], ceiling: int
) -> int | None:
    """The highest free offset with the item's end at most at `ceiling`; None where there is none."""
    offset = (ceiling - item.size) // item.alignment * item.alignment
    for high, low in sorted(((high, low) for low, high in blocked(item_conflicts, offsets)), reverse=True):
        if offset >= high:
            break
        if offset > low:
            offset = low // item.alignment * item.alignment
    return offset if offset >= 0 else None


def first_fit(problem: Problem, order: Sequence[int]) -> tuple[int, ...]:
    """Every item in turn at the lowest free offset."""
    offsets: Offsets = [None] * len(problem.items)
    for index in order:
        offsets[index] = lowest(problem.items[index], problem.conflicts[index], offsets)
    return tuple(offset for offset in offsets if offset is not None)


def two_ended(problem: Problem, order: Sequence[int], ceiling: int, *, top_first: bool) -> tuple[int, ...]:
    """Items in turn, alternately at the bottom and under the ceiling; at the bottom if the top is full.

    A chain of layers, each of which reads what the one before it wrote, always fits under its lower bound
    this way when sizes are multiples of the alignment: any two neighbours lie at opposite ends.
    """
    offsets: Offsets = [None] * len(problem.items)
    top = top_first
    for index in order:
        item, conflicts = problem.items[index], problem.conflicts[index]
        high = highest(item, conflicts, offsets, ceiling) if top else None
        offsets[index] = lowest(item, conflicts, offsets) if high is None else high
        top = not top
    return tuple(offset for offset in offsets if offset is not None)
