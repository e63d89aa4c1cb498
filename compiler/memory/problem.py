"""Placement as a problem of its own: intervals of time that need bytes. Nothing here knows programs.

Every conflict between two items i and j is the choice between `offset[i] + gap[i, j] <= offset[j]` and
`offset[j] + gap[j, i] <= offset[i]`. A gap is the
size of the lower one, or less where that one may overlap the upper one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Item:
    """`size` bytes at a multiple of `alignment`, needed at times first..last, both included."""

    size: int
    first: int
    last: int
    alignment: int = 1


@dataclass(frozen=True, slots=True)
class Conflict:
    """With item `other`: its offset is at least `above` higher than one's own, or at least `below` lower."""

    other: int
    above: int
    below: int


@dataclass(frozen=True)
class Problem:
    """`leads[w, r] = d`: item w may begin d or more bytes below item r and reach into it. (w, r) meet at one
    time only, w's first and r's last; where they don't, the pair has no lead.
    """

    items: tuple[Item, ...]
    leads: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @cached_property
    def conflicts(self) -> tuple[tuple[Conflict, ...], ...]:
        """For each item, the items it shares time with."""
        items, leads = self.items, self.leads
        found: list[list[Conflict]] = [[] for _ in items]
        active: list[int] = []
        for new in sorted(range(len(items)), key=lambda index: items[index].first):
            item = items[new]
            active = [old for old in active if items[old].last >= item.first]
            for old in active:
                above = min(leads.get((new, old), item.size), item.size)
                below = min(leads.get((old, new), items[old].size), items[old].size)
                found[new].append(Conflict(old, above, below))
                found[old].append(Conflict(new, below, above))
            active.append(new)
        return tuple(map(tuple, found))

    def peak(self, offsets: tuple[int, ...]) -> int:
        """The end of the highest item: what the plan needs in bytes."""
        return max((offset + item.size for offset, item in zip(offsets, self.items, strict=True)), default=0)


@dataclass(frozen=True, slots=True)
class Solution:
    """An offset for each item, the bytes they need, and what no placement can be below."""

    offsets: tuple[int, ...]
    peak: int
    lower_bound: int


def round_up(value: int, multiple: int) -> int:
    """The least multiple at or above a value."""
    return -(-value // multiple) * multiple
