"""What stands between two words of a spec: comments, and how each sits among the lines around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Place(Enum):
    """Where a comment stands: after code on its line, on lines of its own, or before code on its line."""

    TRAILING = 1
    OWN = 2
    INLINE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """`text` with its delimiters; `column` counts from 0, tabs as 4; `blank`: an empty line stands before."""

    text: str
    place: Place
    column: int
    blank: bool

    @property
    def ends_line(self) -> bool:
        """Whether nothing may follow it on its line."""
        return self.text.startswith("//")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """All that stands before a word. `broken`: a line break is part of it; `blank`: so is an empty line,

    after the last comment.
    """

    comments: tuple[Comment, ...] = ()
    broken: bool = False
    blank: bool = False

    @property
    def breaks(self) -> bool:
        """Whether a comment in it needs the line to end."""
        return any(c.place is not Place.INLINE or "\n" in c.text for c in self.comments)


def read_gap(text: str, start: int, end: int, *, last: bool) -> Gap:
    """The gap `text[start:end]`; `last`: it ends the text."""
    found = list(_COMMENT.finditer(text, start, end))
    edges = [start, *(match.end() for match in found)]
    spaces = [text[low:high] for low, high in zip(edges, [m.start() for m in found] + [end], strict=True)]
    line_ends = [space.count("\n") for space in spaces]
    before, after = int(start == 0), int(last)
    comments = []
    for index, match in enumerate(found):
        fresh = before + sum(line_ends[: index + 1]) > 0
        ends = after + sum(line_ends[index + 1 :]) > 0
        comments.append(
            Comment(
                text=_trimmed(match[0]),
                place=_place(fresh=fresh, ends=ends, lines=match[0].count("\n")),
                column=_column(text, match.start()),
                blank=line_ends[index] > 1,
            )
        )
    return Gap(comments=settled(comments), broken=sum(line_ends) > 0, blank=line_ends[-1] > 1)


def merged(first: Gap, second: Gap) -> Gap:
    """Two gaps whose word between went away, or moved: the same comments, in order, each still in a place."""
    return replace(second, comments=settled((*first.comments, *second.comments)))


def settled(comments: Sequence[Comment]) -> tuple[Comment, ...]:
    """Gives each comment a place that its neighbours leave it: nothing shares a line with what ends one."""
    last_break = max((i for i, c in enumerate(comments) if c.place is not Place.INLINE), default=-1)
    done: list[Comment] = []
    for index, comment in enumerate(comments):
        joined = all(c.place is Place.TRAILING and not c.ends_line for c in done)
        may_trail = joined and "\n" not in comment.text
        moved = comment.place is Place.INLINE and index < last_break
        if moved or (comment.place is Place.TRAILING and not may_trail):
            place = Place.TRAILING if may_trail else Place.OWN
            comment = replace(comment, place=place)
        done.append(comment)
    return tuple(done)


def _place(*, fresh: bool, ends: bool, lines: int) -> Place:
    if not ends:
        return Place.INLINE
    return Place.OWN if fresh or lines else Place.TRAILING


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _column(text: str, offset: int) -> int:
    return len(text[text.rfind("\n", 0, offset) + 1 : offset].expandtabs(4))
