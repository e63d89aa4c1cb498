"""The decisions of a space as lines that fit a terminal of 80 columns, however long names and domains are."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from searchspace_dsl.decisions import Decision

WIDTH = 80
_WIDEST_NAME = 42
_MOST_LINES = 3


def decision_lines(decisions: Sequence[Decision]) -> list[str]:
    """Name, number of values and domain of each decision, in columns; names and domains go on below.

    A domain that takes more than three lines ends there with `...`.
    """
    names = [_folded(decision.name, ".", _WIDEST_NAME) for decision in decisions]
    counts = [f"{decision.cardinality:,}" if decision.cardinality else "real" for decision in decisions]
    name_width = max((len(line) for lines in names for line in lines), default=0)
    count_width = max(map(len, counts), default=0)
    room = WIDTH - name_width - count_width - 6
    found: list[str] = []
    for decision, name, count in zip(decisions, names, counts, strict=True):
        domain = _cut(_folded(str(decision.domain), " ", room), room)
        for left, middle, right in zip_longest(name, [count], domain, fillvalue=""):
            found.append(f"  {left:{name_width}}  {middle:>{count_width}}  {right}".rstrip())
    return found


def _cut(lines: list[str], room: int) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: room - 4].rstrip() + " ..."]


def _folded(text: str, end: str, room: int) -> list[str]:
    """`text` in lines of at most `room`, each ended after an `end` where there is one; the rest indented."""
    lines = [""]
    for piece in _pieces(text, end):
        if len((lines[-1] + piece).rstrip()) > room and lines[-1].strip():
            lines.append("  ")
        for start in range(0, len(piece), room - 2):
            part = piece[start : start + room - 2]
            if start:
                lines.append("  ")
            lines[-1] += part
    return [line.rstrip() for line in lines]


def _pieces(text: str, end: str) -> Iterator[str]:
    *first, last = text.split(end)
    yield from (piece + end for piece in first)
    yield last
