"""Where labels go, so that none covers another label or a mark: the nearest free place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

CHARACTER_WIDTH = 7.0
"""Pixels of an average character at the charts' 12 px; digits and capitals fit in it."""
LINE_HEIGHT = 15.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        """Whether `other` lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """Text centred on (x, y), for the mark at (mark_x, mark_y); `leader`: far enough off to need a line."""

    text: str
    x: float
    y: float
    mark_x: float
    mark_y: float
    leader: bool


def shorten(text: str, characters: int) -> str:
    """At most so many characters (3 or more), the middle left out: names differ at their ends."""
    if len(text) <= characters:
        return text
    tail = (characters - 1) // 2
    return text[: characters - 1 - tail] + "\N{HORIZONTAL ELLIPSIS}" + text[len(text) - tail :]


def text_box(text: str, x: float, y: float) -> Box:
    """The room that text centred on (x, y) takes."""
    half = len(text) * CHARACTER_WIDTH / 2
    return Box(x - half, y - LINE_HEIGHT / 2, x + half, y + LINE_HEIGHT / 2)


def place_labels(
    marks: Sequence[tuple[float, float, str]], area: Box, *, radius: float
) -> tuple[PlacedLabel, ...]:
    """Labels for marks (x, y, text) of this radius, inside `area`, off all marks and each other.

    Each takes the free place nearest its mark. A label for which no place is left is dropped: its mark
    still has a hover title.
    """
    taken = [Box(x - radius, y - radius, x + radius, y + radius) for x, y, _ in marks]
    placed = []
    for x, y, text in marks:
        spot = _free_spot(x, y, text, area, taken, radius)
        if spot is None:
            continue
        box = text_box(text, *spot)
        taken.append(box)
        gap = max(box.left - x, x - box.right, box.top - y, y - box.bottom)
        placed.append(PlacedLabel(text, *spot, x, y, leader=gap > radius + 4))
    return tuple(placed)


def _free_spot(
    x: float, y: float, text: str, area: Box, taken: Sequence[Box], radius: float
) -> tuple[float, float] | None:
    half = len(text) * CHARACTER_WIDTH / 2
    beside, above = half + radius + 2, LINE_HEIGHT / 2 + radius
    near = [(beside, 0.0), (-beside, 0.0), (0.0, -above), (0.0, above)]
    for dx, dy in (*near, *_distant()):
        spot = round(x + dx, 1), round(y + dy, 1)
        box = text_box(text, *spot)
        if area.holds(box) and not any(box.meets(other) for other in taken):
            return spot
    return None


@cache
def _distant() -> tuple[tuple[float, float], ...]:
    """Offsets over a whole chart, nearest first."""
    grid = product([index * 12.0 for index in range(-48, 49)], [index * 7.5 for index in range(-48, 49)])
    return tuple(sorted(grid, key=lambda offset: (offset[0] ** 2 + offset[1] ** 2, offset)))
