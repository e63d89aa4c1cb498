"""What a count knows of decisions, and in how many ways; and how much work a count may be."""

from collections.abc import Iterable

MOST_WORK = 100_000

# What a key knows of a decision: its coordinate, or READ where only the reading matters.
READ = -1
Key = frozenset[tuple[int, int]]
Table = dict[Key, int]

NOTHING: Key = frozenset()


class TooMuchWorkError(Exception):
    """Counting exactly would take longer than a person waits; never leaves this package."""


class Work:
    """What one count has done so far."""

    __slots__ = ("_done",)

    def __init__(self) -> None:
        self._done = 0

    def spend(self, work: int) -> None:
        """Adds to it. TooMuchWorkError beyond MOST_WORK."""
        self._done += work
        if self._done > MOST_WORK:
            raise TooMuchWorkError


def merged(a: Key, b: Key) -> Key | None:
    """What two keys know together, or None where they contradict each other."""
    if not a or not b:
        return a or b
    known = dict(a)
    for decision, coordinate in b:
        before = known.get(decision, READ)
        if READ not in (before, coordinate) and before != coordinate:
            return None
        known[decision] = max(before, coordinate)
    return frozenset(known.items())


def summed(entries: Iterable[tuple[Key, int]]) -> Table:
    """A table of entries, those of one key added up."""
    table: Table = {}
    for key, ways in entries:
        table[key] = table.get(key, 0) + ways
    return table
