"""The picture of what was taken for what: a matrix of counts, shaded by the share of the true class."""

from dataclasses import dataclass
from math import sqrt

from compiler.report.labels import CHARACTER_WIDTH, shorten
from compiler.report.numbers import percent_text
from compiler.report.render import render
from compiler.report.view import Confusion

_LABEL_CHARACTERS = 14
_MATRIX = 310.0
_CELL_LIMITS = (9.0, 44.0)
_SMALLEST_WITH_TEXT = 22.0
_RECALL_WIDTH = 62.0
_STRONG = 0.76
"""Opacity of the shade from which the page's light text has more contrast than its dark one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One count. `opacity` shades it; `strong` cells need light text; `text` is empty for a zero."""

    x: float
    y: float
    text: str
    opacity: float
    css: str
    strong: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLabel:
    """One class: the middle of its row and column, and how much of it was recognised."""

    text: str
    middle: float
    column: float
    recall: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionPicture:
    """What confusion.svg.j2 draws; all places in pixels."""

    width: float
    height: float
    cell: float
    left: float
    top: float
    font: float
    cells: tuple[Cell, ...]
    labels: tuple[ClassLabel, ...]
    middle_x: float
    middle_y: float
    recall_x: float
    standalone: bool


def svg_confusion(confusion: Confusion, *, standalone: bool = True) -> str:
    """An SVG matrix: rows are true classes, columns what the network said; at least one class."""
    classes = len(confusion.labels)
    names = [shorten(label, _LABEL_CHARACTERS) for label in confusion.labels]
    cell = round(min(_CELL_LIMITS[1], max(_CELL_LIMITS[0], _MATRIX / classes)), 1)
    longest = max(map(len, names)) * CHARACTER_WIDTH
    left, top = round(longest + 34, 1), round(longest * 0.72 + 40, 1)
    matrix = cell * classes
    return render(
        "confusion.svg.j2",
        ConfusionPicture(
            width=round(max(300.0, left + matrix + _RECALL_WIDTH + longest * 0.3), 1),
            height=round(top + matrix + 8, 1),
            cell=cell,
            left=left,
            top=top,
            font=round(min(12.0, cell - 1), 1),
            cells=_cells(confusion, cell, left, top),
            labels=tuple(
                ClassLabel(
                    text=name,
                    middle=round(top + (index + 0.5) * cell, 1),
                    column=round(left + (index + 0.5) * cell, 1),
                    recall=_recall(confusion.counts[index], index),
                )
                for index, name in enumerate(names)
            ),
            middle_x=round(left + matrix / 2, 1),
            middle_y=round(top + matrix / 2, 1),
            recall_x=round(left + matrix + 6, 1),
            standalone=standalone,
        ),
    )


def _cells(confusion: Confusion, cell: float, left: float, top: float) -> tuple[Cell, ...]:
    found = []
    for i, (truth, row) in enumerate(zip(confusion.labels, confusion.counts, strict=True)):
        total = sum(row)
        for j, (said, count) in enumerate(zip(confusion.labels, row, strict=True)):
            share = count / total if total else 0.0
            # The square root keeps rare mistakes visible beside a full diagonal.
            opacity = round(0.95 * sqrt(share), 3)
            found.append(
                Cell(
                    x=round(left + j * cell, 1),
                    y=round(top + i * cell, 1),
                    text=str(count) if count and cell >= _SMALLEST_WITH_TEXT else "",
                    opacity=opacity,
                    css="pn-right" if i == j else "pn-wrong",
                    strong=opacity > _STRONG,
                    title=f"{truth} taken for {said}: {count} of {total} ({percent_text(share)})",
                )
            )
    return tuple(found)


def _recall(row: tuple[int, ...], index: int) -> str:
    total = sum(row)
    return f"{100 * row[index] / total:.1f}%" if total else percent_text(None)
