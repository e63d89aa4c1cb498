"""The picture of a training: accuracy and loss by epoch, the kept epoch marked."""

from collections.abc import Callable
from dataclasses import dataclass

from compiler.report.axes import Scale, Tick, bottom_ticks, scale_of, ticks
from compiler.report.labels import Box
from compiler.report.numbers import percent_text, significant
from compiler.report.render import render
from compiler.report.view import EpochPoint, Quantity, Training

WIDTH, HEIGHT = 460.0, 380.0
_LEFT, _RIGHT = 56.0, WIDTH - 14.0
_PANELS = ((46.0, 184.0), (208.0, 338.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line: `points` as SVG writes them, `css` its class, dots for few epochs."""

    css: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One chart of the two, with its own y axis."""

    title: str
    area: Box
    y_ticks: tuple[Tick, ...]
    curves: tuple[Curve, ...]
    best_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPicture:
    """What history.svg.j2 draws; all places in pixels."""

    width: float
    height: float
    panels: tuple[Panel, ...]
    x_ticks: tuple[Tick, ...]
    axis_y: float
    best_x: float
    best_text: str
    standalone: bool


def svg_history(training: Training, *, standalone: bool = True) -> str:
    """An SVG of two panels, validation solid and training dashed. There must be at least one epoch."""
    epochs = training.epochs
    assert epochs, "a training without epochs has no picture"
    last = epochs[-1].epoch
    x = Scale(low=1.0, high=float(max(2, last)), start=_LEFT + 6, end=_RIGHT - 6)
    best = next((point for point in epochs if point.epoch == training.best_epoch), epochs[-1])
    accuracy = _panel(
        "accuracy", "fraction", _PANELS[0], x, epochs, best,
        lambda point: point.validation_accuracy, lambda point: point.train_accuracy,
    )  # fmt: skip
    loss = _panel(
        "loss (cross-entropy)", "number", _PANELS[1], x, epochs, best,
        lambda point: point.validation_loss, lambda point: point.train_loss,
    )  # fmt: skip
    return render(
        "history.svg.j2",
        HistoryPicture(
            width=WIDTH,
            height=HEIGHT,
            panels=(accuracy, loss),
            x_ticks=tuple(tick for tick in bottom_ticks(x, "count", 8) if tick.at >= x.start),
            axis_y=_PANELS[1][1],
            best_x=x.at(best.epoch),
            best_text=f"kept: epoch {best.epoch}, validation {percent_text(best.validation_accuracy)}, "
            f"loss {significant(best.validation_loss)}",
            standalone=standalone,
        ),
    )


def _panel(
    title: str,
    quantity: Quantity,
    rows: tuple[float, float],
    x: Scale,
    epochs: tuple[EpochPoint, ...],
    best: EpochPoint,
    validation: Callable[[EpochPoint], float],
    train: Callable[[EpochPoint], float],
) -> Panel:
    values = [value(point) for point in epochs for value in (validation, train)]
    y = scale_of(values, start=rows[1], end=rows[0])
    return Panel(
        title=title,
        area=Box(_LEFT, rows[0], _RIGHT, rows[1]),
        y_ticks=ticks(y, quantity, 4),
        curves=(
            Curve(css="pn-train", points=_points(x, y, epochs, train)),
            Curve(css="pn-validation", points=_points(x, y, epochs, validation)),
        ),
        best_y=y.at(validation(best)),
    )


def _points(x: Scale, y: Scale, epochs: tuple[EpochPoint, ...], value: Callable[[EpochPoint], float]) -> str:
    return " ".join(f"{x.at(point.epoch)},{y.at(value(point))}" for point in epochs)
