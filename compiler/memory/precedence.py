"""What must run before what: the order among a program's calls that its data forces."""

from compiler.ir.program import Program
from compiler.memory.lifetimes import buffers_read, storage_of


def predecessors(program: Program) -> tuple[int, ...]:
    """For each call the earlier calls that must stay before it, directly or not, as a bit mask.

    Reads follow the writes they see, writes follow what came before them on the same buffer, and calls that
    touch state keep their order among themselves. Bytes shared by overlap force nothing: whether two buffers
    may overlap is decided anew for every order.
    """
    storage = storage_of(program.buffers, program.views)
    states = {buffer.name for buffer in program.buffers if buffer.kind == "state"}
    written: dict[str, int] = {}
    touched: dict[str, int] = {}
    before: list[int] = []
    stateful = 0
    for index, call in enumerate(program.calls):
        reads = {storage[name] for name in buffers_read(call, storage)}
        writes = {storage[name] for name in call.writes}
        direct = 0
        for name in reads:
            direct |= written.get(name, 0)
        for name in writes:
            direct |= touched.get(name, 0)
        bit = 1 << index
        if not states.isdisjoint(reads | writes | {storage[name] for name in call.scratch}):
            direct |= stateful
            stateful |= bit
        for name in writes:
            written[name] = written.get(name, 0) | bit
        for name in reads | writes:
            touched[name] = touched.get(name, 0) | bit
        before.append(_closed(direct, before))
    return tuple(before)


def _closed(direct: int, before: list[int]) -> int:
    """The calls of a mask and all that come before them."""
    closed = direct
    while direct:
        last = direct.bit_length() - 1
        closed |= before[last]
        direct &= ~(before[last] | 1 << last)
    return closed


def indices(mask: int) -> list[int]:
    """The positions of the bits set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def stretches(before: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The calls in the shortest runs such that every legal order finishes one run before the next begins.

    Cuts fall where everything so far must precede everything that follows.
    """
    runs: list[tuple[int, ...]] = []
    start = 0
    common = [0] * (len(before) + 1)
    common[-1] = -1
    for index in range(len(before) - 1, -1, -1):
        common[index] = common[index + 1] & before[index]
    for end in range(1, len(before) + 1):
        done = (1 << end) - 1
        if common[end] & done == done:
            runs.append(tuple(range(start, end)))
            start = end
    return runs
