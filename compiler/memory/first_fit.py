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

    What may overlap one of those placed goes to its end; what is needed at one time only waits for the rest.
    A chain of layers, each of which reads what the one before it wrote, always fits under its lower bound
    this way when sizes are multiples of the alignment: neighbours lie at opposite ends, scratch between.
    """
    items, conflicts = problem.items, problem.conflicts
    offsets: Offsets = [None] * len(items)
    lasting = [index for index in order if items[index].first < items[index].last]
    fleeting = [index for index in order if items[index].first == items[index].last]
    at_top: dict[int, bool] = {}
    top = top_first
    for index in lasting:
        shared = [c.other for c in conflicts[index] if c.other in at_top and c.above < items[index].size]
        top = at_top[shared[0]] if shared else top
        high = highest(items[index], conflicts[index], offsets, ceiling) if top else None
        offsets[index] = lowest(items[index], conflicts[index], offsets) if high is None else high
        at_top[index] = top
        top = not top
    for index in fleeting:
        offsets[index] = lowest(items[index], conflicts[index], offsets)
    return tuple(offset for offset in offsets if offset is not None)
