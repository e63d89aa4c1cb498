"""The report as its template wants it: every number already text, every picture already drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.report.confusion import svg_confusion
from compiler.report.front import front_summary, svg_front
from compiler.report.history import svg_history
from compiler.report.memory import svg_memory
from compiler.report.numbers import (
    MISSING,
    count_text,
    exact_bytes_text,
    microjoules_text,
    microseconds_text,
    percent_text,
    shape_text,
)
from compiler.report.view import Fact, LayerRow, Prototype, Rejection, RunReport

if TYPE_CHECKING:
    from markupsafe import Markup

ROW_TITLES = (
    "RAM", "flash est.", "MACs", "cycles est.", "latency est.", "float acc.", "int8 acc.", "balanced acc.",
    "C sources",
)  # fmt: skip
_MANY_CLASSES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A prototype in the table; `anchor` is the id of its section."""

    name: str
    anchor: str
    cells: tuple[str, ...]
    code_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionBar:
    """A reason, its count, and the bar's length in percent of the longest."""

    reason: str
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerText:
    """A row of the layer table; `cycles_share` in percent of the network's."""

    name: str
    kernel: str
    shape: str
    macs: str
    ram: str
    flash: str
    cycles: str
    cycles_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One prototype in full; a picture is None where its data were not given."""

    name: str
    anchor: str
    random_weights: bool
    code_path: str
    facts: tuple[Fact, ...]
    layers: tuple[LayerText, ...]
    many_classes: bool
    confusion_svg: "Markup | None"
    history_svg: "Markup | None"
    memory_svg: "Markup | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What report.html.j2 shows."""

    title: str
    version: str
    summary: str
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    row_titles: tuple[str, ...]
    rows: tuple[Row, ...]
    front_svg: "Markup | None"
    front_summary: str
    rejections: tuple[RejectionBar, ...]
    rejection_summary: str
    prototypes: tuple[Section, ...]


def make_page(report: RunReport) -> Page:
    """Draws the pictures and writes the numbers of a report."""
    rejected = sum(rejection.count for rejection in report.rejections)
    front = report.front
    return Page(
        title=report.title,
        version=report.version,
        summary=_plural(report.trials, "candidate") + ", " + _plural(len(report.prototypes), "prototype"),
        facts=report.facts,
        notes=report.notes,
        row_titles=ROW_TITLES,
        rows=tuple(_row(prototype, index) for index, prototype in enumerate(report.prototypes)),
        front_svg=_drawn(svg_front(front, standalone=False)) if front and front.candidates else None,
        front_summary=front_summary(front) if front else "",
        rejections=_bars(report.rejections),
        rejection_summary=f"{rejected} of {_plural(report.trials, 'candidate')}",
        prototypes=tuple(_section(prototype, index) for index, prototype in enumerate(report.prototypes)),
    )


def _drawn(svg: str) -> "Markup":
    """An SVG of ours, whose template has escaped everything already."""
    from markupsafe import Markup

    return Markup(svg)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}".replace(",", "\N{THIN SPACE}")


def _row(prototype: Prototype, index: int) -> Row:
    return Row(
        name=prototype.name,
        anchor=_anchor(index),
        cells=(
            exact_bytes_text(prototype.ram_bytes),
            exact_bytes_text(prototype.flash_bytes),
            count_text(prototype.macs),
            count_text(prototype.cycles),
            microseconds_text(prototype.latency_us),
            percent_text(prototype.float_accuracy),
            percent_text(prototype.integer_accuracy),
            percent_text(prototype.balanced_accuracy),
        ),
        code_path=prototype.code_path,
    )


def _anchor(index: int) -> str:
    """Numbered, because names come from specs."""
    return f"prototype-{index + 1}"


def _section(prototype: Prototype, index: int) -> Section:
    confusion, training, memory = prototype.confusion, prototype.training, prototype.memory
    cycles = sum(layer.cycles for layer in prototype.layers)
    return Section(
        name=prototype.name,
        anchor=_anchor(index),
        random_weights=prototype.random_weights,
        code_path=prototype.code_path,
        facts=_facts(prototype),
        layers=tuple(_layer(layer, cycles) for layer in prototype.layers),
        many_classes=confusion is not None and len(confusion.labels) > _MANY_CLASSES,
        confusion_svg=_drawn(svg_confusion(confusion, standalone=False)) if confusion else None,
        history_svg=(
            _drawn(svg_history(training, standalone=False)) if training and training.epochs else None
        ),
        memory_svg=_drawn(svg_memory(memory, standalone=False)) if memory else None,
    )


def _facts(prototype: Prototype) -> tuple[Fact, ...]:
    energy = MISSING if prototype.energy_uj is None else microjoules_text(prototype.energy_uj)
    return (
        Fact(label="RAM", value=exact_bytes_text(prototype.ram_bytes)),
        Fact(label="flash (estimate)", value=exact_bytes_text(prototype.flash_bytes)),
        Fact(label="parameters", value=count_text(prototype.parameters)),
        Fact(label="MACs", value=_macs(prototype)),
        Fact(label="latency (estimate)", value=microseconds_text(prototype.latency_us)),
        Fact(label="energy (estimate)", value=energy),
        Fact(label="integer accuracy", value=percent_text(prototype.integer_accuracy)),
        *prototype.decisions,
    )


def _macs(prototype: Prototype) -> str:
    if prototype.macs_left >= prototype.macs:
        return count_text(prototype.macs)
    return (
        f"{count_text(prototype.macs_left)} of {count_text(prototype.macs)}: what never varies is taken out"
    )


def _layer(layer: LayerRow, cycles: int) -> LayerText:
    return LayerText(
        name=layer.name,
        kernel=layer.kernel,
        shape=shape_text(layer.shape),
        macs=count_text(layer.macs),
        ram=exact_bytes_text(layer.ram_bytes),
        flash=exact_bytes_text(layer.flash_bytes),
        cycles=count_text(layer.cycles),
        cycles_share=round(100 * layer.cycles / cycles, 1) if cycles else 0.0,
    )


def _bars(rejections: tuple[Rejection, ...]) -> tuple[RejectionBar, ...]:
    longest = max((rejection.count for rejection in rejections), default=0)
    return tuple(
        RejectionBar(
            reason=rejection.reason,
            count=rejection.count,
            share=round(100 * rejection.count / longest, 1) if longest else 0.0,
        )
        for rejection in sorted(rejections, key=lambda rejection: (-rejection.count, rejection.reason))
    )
