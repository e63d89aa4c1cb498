"""A number of bytes that no placement can be below: what proves a plan optimal without a search."""

from itertools import combinations
from math import gcd

from compiler.memory.problem import Problem, round_up

ENUMERATED_WRITES = 4


def lower_bound(problem: Problem) -> int:
    """The largest, over all times, of the least bytes that the items of that time can occupy together.

    Proof. At one time, choose some items W to count whole; cut every other item w that has leads to items r
    of that time to its first min(size, least such lead) bytes; drop each r that an item of W may reach into.
    What remains is pairwise disjoint in every legal placement: two items without a lead between them are
    disjoint by rule; a cut w ends at or below offset[w] + lead <= offset[r] when it is the lower one, and
    when r is the lower one r ends below w. Disjoint intervals, each beginning at a multiple of g (the gcd of
    the alignments), occupy their sizes rounded up to g but for the topmost one, which may save its own
    padding. So the sum of rounded sizes minus the largest padding is a lower bound, whatever W was; the best
    of several W counts.
    """
    items = problem.items
    times = sorted({item.first for item in items})
    reads: dict[int, list[tuple[int, int, int]]] = {}
    for (write, read), lead in problem.leads.items():
        reads.setdefault(items[write].first, []).append((write, read, lead))
    active: list[int] = []
    order = sorted(range(len(items)), key=lambda index: items[index].first)
    position, best = 0, 0
    for time in times:
        active = [index for index in active if items[index].last >= time]
        while position < len(order) and items[order[position]].first == time:
            active.append(order[position])
            position += 1
        sizes = {index: items[index].size for index in active}
        multiple = gcd(*(items[index].alignment for index in active))
        best = max(best, bytes_together(sizes, reads.get(time, []), multiple))
    return best


def bytes_together(sizes: dict[int, int], leads: list[tuple[int, int, int]], multiple: int) -> int:
    """The least bytes that items of these sizes can occupy at one time; see `lower_bound` for the proof.

    `leads` holds (w, r, lead) for items that may overlap; all offsets are multiples of `multiple`.
    """
    if not leads:
        return _disjoint_bytes(list(sizes.values()), multiple)
    writes = sorted({write for write, _, _ in leads})
    wholes = [
        whole
        for count in range(len(writes) + 1)
        if len(writes) <= ENUMERATED_WRITES or count in (0, len(writes))
        for whole in combinations(writes, count)
    ]
    return max(_disjoint_bytes(_cut(sizes, leads, whole), multiple) for whole in wholes)


def _cut(sizes: dict[int, int], leads: list[tuple[int, int, int]], whole: tuple[int, ...]) -> list[int]:
    """The sizes that remain when `whole` is counted whole."""
    left = dict(sizes)
    for write, read, _ in leads:
        if write in whole:
            left.pop(read, None)
    for write, read, lead in leads:
        if write not in whole and write in left and read in left:
            left[write] = min(left[write], lead)
    return list(left.values())


def _disjoint_bytes(sizes: list[int], multiple: int) -> int:
    """What disjoint intervals need that begin at multiples of `multiple`; the topmost keeps no padding."""
    rounded = [round_up(size, multiple) for size in sizes]
    padding = max((after - size for after, size in zip(rounded, sizes, strict=True)), default=0)
    return sum(rounded) - padding
