"""From a request to the comparison of single layers: where each call writes, and the checksums of it."""

from collections.abc import Mapping

from backends.firmware.environment import render
from backends.firmware.placed import placements, resolve
from backends.firmware.views import ApiView, LayerCheckView, LayersView
from compiler.backend import FirmwareRequest
from compiler.errors import InternalError
from compiler.ir.plan import Placement
from compiler.ir.program import KernelCall


def layer_files(request: FirmwareRequest, api: ApiView) -> dict[str, str]:
    """selftest/layers.h and .c: used by `make test LAYERS=1` only."""
    view = _layers_view(request, api)
    return {f"selftest/layers.{ending}": render(f"layers.{ending}.j2", view) for ending in "hc"}


def _layers_view(request: FirmwareRequest, api: ApiView) -> LayersView:
    """InternalError where the checksums are of other calls or vectors than the request's."""
    calls, vectors = request.program.calls, request.vectors
    rows = vectors.checksums
    if rows.size and rows.shape != (len(vectors.inputs), len(calls)):
        raise InternalError(
            f"checksums of {rows.shape}, but {len(vectors.inputs)} vectors and {len(calls)} calls"
        )
    known = [bool(rows.size) and bool((rows[:, index] >= 0).all()) for index in range(len(calls))]
    placed = placements(request)
    return LayersView(
        heading=api.heading,
        state_bytes=api.state_bytes,
        calls=tuple(_check(request, call, placed, known=known[index]) for index, call in enumerate(calls)),
        compared=sum(known),
        checksums=tuple(
            tuple(
                f"0x{max(0, int(rows[vector, call])):08X}U" if known[call] else "0U"
                for call in range(len(calls))
            )
            for vector in range(len(vectors.inputs))
        ),
    )


def _check(
    request: FirmwareRequest, call: KernelCall, placed: Mapping[str, Placement], *, known: bool
) -> LayerCheckView:
    place = placed[resolve(request.program, call.writes[0])] if known else None
    return LayerCheckView(
        name=call.layer,
        kernel=call.kernel,
        address=f"selftest_{place.region} + {place.offset}" if place else "NULL",
        bytes=place.bytes if place else 0,
    )
