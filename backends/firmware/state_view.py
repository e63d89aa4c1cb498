"""From a plan to what NAME_init writes: the bytes that each state holds before the first run."""

from backends.firmware.views import FillView
from compiler.backend import FirmwareRequest
from compiler.ir.states import STATE_MARK


def state_fills(request: FirmwareRequest) -> tuple[FillView, ...]:
    """Every state in the order of addresses, neighbours of one value joined; what lies between two states is
    filled with the first."""
    fills: list[FillView] = []
    for fill in sorted(_fills(request).values(), key=lambda fill: fill.offset):
        if fills and fills[-1].value == fill.value:
            before = fills.pop()
            fill = FillView(
                offset=before.offset, bytes=fill.offset + fill.bytes - before.offset, value=fill.value
            )
        fills.append(fill)
    return tuple(fills)


def state_mark(request: FirmwareRequest) -> FillView | None:
    """Where the mark of an initialised state lies; None in a program without one."""
    return _fills(request).get(STATE_MARK)


def _fills(request: FirmwareRequest) -> dict[str, FillView]:
    initial = {buffer.name: buffer.initial for buffer in request.program.buffers}
    return {
        place.buffer: FillView(offset=place.offset, bytes=place.bytes, value=initial[place.buffer])
        for place in request.plan.placements
        if place.region == "state"
    }
