"""Search in the order of time under a fixed ceiling: made for networks, where few buffers live at once."""

from dataclasses import dataclass

from compiler.memory.first_fit import blocked
from compiler.memory.problem import Conflict, Item, Problem, round_up


@dataclass(frozen=True, slots=True)
class Swept:
    """The placement found, if any; whether every place was tried in vain; and how many were."""

    offsets: tuple[int, ...] | None
    exhausted: bool
    nodes: int


def sweep(problem: Problem, *, ceiling: int, node_budget: int) -> Swept:
    """A placement with a peak of at most `ceiling`, items in the order in which they begin.

    Each item goes to the low or the high end of a gap that the items before it leave. What failed once is
    remembered by the offsets of the items that still matter, so a chain takes time linear in its length. An
    exhausted sweep proves something only on a chain (`is_chain`): there, each item only asks how low and how
    high the one before it can lie, and the two ends of its gaps tell.
    """
    items = problem.items
    order = _by_time(problem)
    matter = _that_matter(problem, order)
    offsets: list[int | None] = [None] * len(items)
    failed: set[tuple[int, ...]] = set()
    stack: list[tuple[tuple[int, ...], list[int]]] = []
    nodes = 0
    while len(stack) < len(order):
        depth = len(stack)
        index = order[depth]
        key = (depth, *(offsets[other] or 0 for other in matter[depth]))
        ends = [] if key in failed else _ends(items[index], problem.conflicts[index], offsets, ceiling)
        stack.append((key, ends))
        while stack and not stack[-1][1]:
            failed.add(stack.pop()[0])
            offsets[order[len(stack)]] = None
        if not stack or nodes == node_budget:
            return Swept(None, not stack, nodes)
        nodes += 1
        offsets[order[len(stack) - 1]] = stack[-1][1].pop(0)
    return Swept(tuple(offset for offset in offsets if offset is not None), False, nodes)


def is_chain(problem: Problem) -> bool:
    """Whether each item, in the order of sweeps, meets at most one before it and at most one after it."""
    place = {index: position for position, index in enumerate(_by_time(problem))}
    for index, conflicts in enumerate(problem.conflicts):
        before = sum(place[conflict.other] < place[index] for conflict in conflicts)
        if before > 1 or len(conflicts) - before > 1:
            return False
    return True


def _by_time(problem: Problem) -> list[int]:
    """Items as they begin; of those that begin together, those that stay first, the larger first."""
    items = problem.items
    return sorted(
        range(len(items)),
        key=lambda index: (items[index].first, items[index].first == items[index].last, -items[index].size),
    )


def _that_matter(problem: Problem, order: list[int]) -> list[list[int]]:
    """For each place in the order, the items before it that are still live when it begins."""
    found = []
    active: list[int] = []
    for index in order:
        active = [other for other in active if problem.items[other].last >= problem.items[index].first]
        found.append(list(active))
        active.append(index)
    return found


def _ends(item: Item, conflicts: tuple[Conflict, ...], offsets: list[int | None], ceiling: int) -> list[int]:
    """The lowest and the highest offset in each gap that has room, the outermost two first."""
    highest = (ceiling - item.size) // item.alignment * item.alignment
    offset = 0
    found: list[int] = []
    for low, high in sorted(blocked(conflicts, offsets)):
        if offset <= min(low, highest):
            found += [offset, min(low // item.alignment * item.alignment, highest)]
        if offset < high:
            offset = round_up(high, item.alignment)
    if offset <= highest:
        found += [offset, highest]
    return list(dict.fromkeys([*found[:1], *found[-1:], *found]))
