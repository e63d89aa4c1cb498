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
    the alignments), occupy their sizes rounded up to g but for the topmost one, which reaches to the end of
    its item, cut or not. So the sum of rounded sizes, minus the most by which one of them can exceed its
    item, is a lower bound, whatever W was; the best of several W counts.
    """
    return max(bytes_by_time(problem).values(), default=0)


def bytes_by_time(problem: Problem) -> dict[int, int]:
    """That bound for each time at which an item begins; at any other time fewer items are live."""
    items = problem.items
    reads: dict[int, list[tuple[int, int, int]]] = {}
    for (write, read), lead in problem.leads.items():
        reads.setdefault(items[write].first, []).append((write, read, lead))
    begin: dict[int, list[int]] = {}
    for index, item in enumerate(items):
        begin.setdefault(item.first, []).append(index)
    active: list[int] = []
    found = {}
    for time in sorted(begin):
        active = [index for index in active if items[index].last >= time] + begin[time]
        sizes = {index: items[index].size for index in active}
        multiple = gcd(*(items[index].alignment for index in active))
        found[time] = bytes_together(sizes, reads.get(time, []), multiple)
    return found


def bytes_together(sizes: dict[int, int], leads: list[tuple[int, int, int]], multiple: int) -> int:
    """The least bytes that items of these sizes can occupy at one time; see `lower_bound` for the proof.

    `leads` holds (w, r, lead) for items that may overlap; all offsets are multiples of `multiple`.
    """
    if not leads:
        return _disjoint_bytes(sizes, sizes, multiple)
    writes = sorted({write for write, _, _ in leads})
    wholes = [
        whole
        for count in range(len(writes) + 1)
        if len(writes) <= ENUMERATED_WRITES or count in (0, len(writes))
        for whole in combinations(writes, count)
    ]
    return max(_disjoint_bytes(_cut(sizes, leads, whole), sizes, multiple) for whole in wholes)


def _cut(sizes: dict[int, int], leads: list[tuple[int, int, int]], whole: tuple[int, ...]) -> dict[int, int]:
    """The sizes that remain when `whole` is counted whole."""
    left = dict(sizes)
    for write, read, _ in leads:
        if write in whole:
            left.pop(read, None)
    for write, read, lead in leads:
        if write not in whole and write in left and read in left:
            left[write] = min(left[write], lead)
    return left


def _disjoint_bytes(counted: dict[int, int], sizes: dict[int, int], multiple: int) -> int:
    """What disjoint intervals need that begin at multiples of `multiple` in items of these sizes."""
    rounded = {index: round_up(size, multiple) for index, size in counted.items()}
    return sum(rounded.values()) - max(
        (max(0, rounded[index] - sizes[index]) for index in rounded), default=0
    )
