"""The picture of a search: every candidate by two objectives, prototypes marked and named."""

from dataclasses import dataclass
from math import isfinite

from compiler.report.axes import Scale, Tick, bottom_ticks, described, scale_of, ticks
from compiler.report.labels import Box, PlacedLabel, place_labels, shorten
from compiler.report.render import render
from compiler.report.view import Axis, Candidate, Front

WIDTH, HEIGHT = 460.0, 340.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 64.0, 14.0, WIDTH - 14.0, HEIGHT - 48.0
_MARK_RADIUS = 6.0
_LABEL_CHARACTERS = 18


@dataclass(frozen=True, slots=True)
class Dot:
    """A candidate on the canvas."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPicture:
    """What front.svg.j2 draws; all places in pixels."""

    width: float
    height: float
    area: Box
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    dominated: tuple[Dot, ...]
    front: tuple[Dot, ...]
    prototypes: tuple[Dot, ...]
    labels: tuple[PlacedLabel, ...]
    summary: str
    standalone: bool


def svg_front(front: Front, *, standalone: bool = True) -> str:
    """An SVG scatter plot; `standalone` adds the styles that the HTML report has already.

    Dominated candidates that share a pixel are drawn once. Candidates with a value that is not finite are
    left out.
    """
    shown = [point for point in front.candidates if isfinite(point.x) and isfinite(point.y)]
    x = _scale([point.x for point in shown], front.x, _LEFT, _RIGHT)
    y = _scale([point.y for point in shown], front.y, _BOTTOM, _TOP)
    dots = {
        kind: tuple(_dot(point, front, x, y) for point in shown if point.kind == kind)
        for kind in ("dominated", "front", "prototype")
    }
    names = [shorten(point.name, _LABEL_CHARACTERS) for point in shown if point.kind == "prototype"]
    area = Box(_LEFT, _TOP, _RIGHT, _BOTTOM)
    marks = [(dot.x, dot.y, name) for dot, name in zip(dots["prototype"], names, strict=True)]
    return render(
        "front.svg.j2",
        FrontPicture(
            width=WIDTH,
            height=HEIGHT,
            area=area,
            x_label=_axis_text(front.x, "\N{RIGHTWARDS ARROW}", "\N{LEFTWARDS ARROW}"),
            y_label=_axis_text(front.y, "\N{RIGHTWARDS ARROW}", "\N{LEFTWARDS ARROW}"),
            x_ticks=bottom_ticks(x, front.x.quantity),
            y_ticks=ticks(y, front.y.quantity),
            dominated=_one_per_pixel(dots["dominated"]),
            front=dots["front"],
            prototypes=dots["prototype"],
            labels=place_labels(marks, area, radius=_MARK_RADIUS),
            summary=front_summary(front),
            standalone=standalone,
        ),
    )


def front_summary(front: Front) -> str:
    """How many candidates there are, in a sentence for the caption."""
    left_out = sum(not (isfinite(point.x) and isfinite(point.y)) for point in front.candidates)
    best = sum(point.kind != "dominated" for point in front.candidates)
    counts = f"{len(front.candidates)} candidates fit, {best} of them on the front or kept"
    return counts + (f"; {left_out} without finite values are not drawn" if left_out else "")


def _scale(values: list[float], axis: Axis, start: float, end: float) -> Scale:
    """Costs may span decades; scores and accuracies don't."""
    return scale_of(values, start=start, end=end, logarithmic=axis.quantity not in ("number", "fraction"))


def _dot(point: Candidate, front: Front, x: Scale, y: Scale) -> Dot:
    values = (
        described(point.x, front.x.quantity, front.x.label),
        described(point.y, front.y.quantity, front.y.label),
    )
    return Dot(x.at(point.x), y.at(point.y), f"{point.name}: {', '.join(values)}")


def _one_per_pixel(dots: tuple[Dot, ...]) -> tuple[Dot, ...]:
    return tuple({(round(dot.x), round(dot.y)): dot for dot in reversed(dots)}.values())


def _axis_text(axis: Axis, more: str, less: str) -> str:
    name = shorten(axis.label, 40)
    return f"{name} (more is better {more})" if axis.maximize else f"({less} less is better) {name}"
