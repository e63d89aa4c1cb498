"""The picture of an arena over time: every buffer a rectangle, calls to the right, offsets upwards."""

from dataclasses import dataclass
from zlib import crc32

from compiler.ir.plan import MemoryPlan, Placement
from compiler.report.axes import Scale, Tick, ticks
from compiler.report.labels import CHARACTER_WIDTH, LINE_HEIGHT, Box, shorten
from compiler.report.numbers import exact_bytes_text
from compiler.report.render import render
from compiler.report.view import Memory

_LEFT, _TOP, _CHART_HEIGHT, _RIGHT_MARGIN = 68.0, 34.0, 260.0, 14.0
_SMALLEST_COLUMN, _SMALLEST_CHART = 24.0, 460.0
_NAME_CHARACTERS = 16
_HUES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One placement on the canvas; `text`, centred at `text_x`, is empty where it would not fit, and turned
    by `turn` degrees."""

    x: float
    y: float
    width: float
    height: float
    hue: int
    text_x: float
    text: str
    turn: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPicture:
    """What memory.svg.j2 draws; all places in pixels."""

    width: float
    height: float
    area: Box
    blocks: tuple[Block, ...]
    y_ticks: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    peak_y: float
    bound_y: float
    verdict: str
    optimal: bool
    standalone: bool


def svg_memory(memory: Memory, *, standalone: bool = True) -> str:
    """An SVG of the arena. Inputs are live before the first call, outputs after the last: their columns too.

    Its width grows with the number of calls, so that every call keeps a readable column.
    """
    plan = memory.plan
    placed = [placement for placement in plan.placements if placement.region == "arena"]
    first = min((placement.first for placement in placed), default=0)
    last = max((placement.last for placement in placed), default=0)
    last = max(last, len(memory.calls) - 1)
    column = max(_SMALLEST_COLUMN, round(_SMALLEST_CHART / (last - first + 1), 1))
    right = _LEFT + column * (last - first + 1)
    bottom = _TOP + _CHART_HEIGHT
    x = Scale(low=first, high=last + 1, start=_LEFT, end=right)
    y = Scale(low=0.0, high=1.04 * max(1, plan.arena_bytes, plan.lower_bound_bytes), start=bottom, end=_TOP)
    names = [_call_name(memory.calls, index) for index in range(first, last + 1)]
    return render(
        "memory.svg.j2",
        MemoryPicture(
            width=round(right + _RIGHT_MARGIN, 1),
            height=round(bottom + 22 + max(map(len, names)) * CHARACTER_WIDTH * 0.85, 1),
            area=Box(_LEFT, _TOP, right, bottom),
            blocks=tuple(_block(placement, x, y, memory.calls) for placement in placed),
            y_ticks=ticks(y, "bytes"),
            columns=tuple(
                Tick(x.at(index + 0.5), name)
                for index, name in zip(range(first, last + 1), names, strict=True)
            ),
            peak_y=y.at(plan.arena_bytes),
            bound_y=y.at(plan.lower_bound_bytes),
            verdict=_verdict(plan),
            optimal=plan.optimal,
            standalone=standalone,
        ),
    )


def _block(placement: Placement, x: Scale, y: Scale, calls: tuple[str, ...]) -> Block:
    left, right = x.at(placement.first), x.at(placement.last + 1)
    top, bottom = y.at(placement.offset + placement.bytes), y.at(placement.offset)
    width, height = right - left, bottom - top
    # In its last call a buffer may lie under the one that is written over it: the name stays left of that.
    own_right = x.at(max(placement.last, placement.first + 1))
    own_width = own_right - left
    upright = own_width < len(placement.buffer) * CHARACTER_WIDTH + 4 and height > own_width
    along, across = (height, own_width) if upright else (own_width, height)
    room = int((along - 4) / CHARACTER_WIDTH)
    span = f"{_call_name(calls, placement.first)} to {_call_name(calls, placement.last)}"
    return Block(
        x=left,
        y=top,
        width=round(width, 1),
        height=round(height, 1),
        hue=crc32(placement.buffer.encode("utf-8", "surrogatepass")) % _HUES,
        text_x=(left + own_right) / 2,
        text=shorten(placement.buffer, room) if across >= LINE_HEIGHT and room >= 3 else "",
        turn=-90 if upright else 0,
        title=f"{placement.buffer}: {placement.bytes} bytes at {placement.offset}, live from {span}",
    )


def _call_name(calls: tuple[str, ...], index: int) -> str:
    if index < 0:
        return "(before)"
    return shorten(calls[index], _NAME_CHARACTERS) if index < len(calls) else "(after)"


def _verdict(plan: MemoryPlan) -> str:
    peak = f"peak {exact_bytes_text(plan.arena_bytes)}"
    if plan.optimal:
        return f"{peak}: proven the least for this order of calls"
    above = plan.arena_bytes - plan.lower_bound_bytes
    return f"{peak}: {above} B above the lower bound, not proven optimal"
