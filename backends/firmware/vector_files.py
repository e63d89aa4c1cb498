"""From a request to the vectors of its self-test: two files that no other depends on, so that a folder can be
given other vectors without being generated anew."""

import numpy as np

from backends.firmware.api_view import heading
from backends.firmware.environment import render
from backends.firmware.ports import ports
from backends.firmware.views import VectorsView
from compiler.backend import FirmwareRequest
from compiler.errors import InternalError


def vector_files(request: FirmwareRequest) -> dict[str, str]:
    """selftest/vectors.h, which holds sizes and numbers alone, and selftest/vectors.c.

    InternalError where there are no vectors, or not of the sizes that the network's inputs and outputs have.
    """
    view = _vectors_view(request)
    return {f"selftest/vectors.{ending}": render(f"vectors.{ending}.j2", view) for ending in "hc"}


def _vectors_view(request: FirmwareRequest) -> VectorsView:
    top, graph, program = heading(request), request.graph, request.program
    inputs, outputs = request.vectors.inputs, request.vectors.outputs
    if len(inputs) == 0 or len(inputs) != len(outputs):
        raise InternalError(f"a self-test needs as many outputs as inputs: {len(inputs)}, {len(outputs)}")
    input_bytes = sum(port.bytes for port in ports(request, top, "input", graph.inputs, program.inputs))
    output_bytes = sum(port.bytes for port in ports(request, top, "output", graph.outputs, program.outputs))
    for kind, rows, expected in (("input", inputs, input_bytes), ("output", outputs, output_bytes)):
        if rows.reshape(len(rows), -1).shape[1] != expected:
            raise InternalError(f"an {kind} vector has {rows[0].size} bytes, the network's {kind} {expected}")
    if request.vectors.sequence < 1 or len(inputs) % request.vectors.sequence:
        raise InternalError(f"{len(inputs)} vectors are no sequences of {request.vectors.sequence} calls")
    return VectorsView(
        heading=top,
        count=len(inputs),
        sequence=request.vectors.sequence,
        input_bytes=input_bytes,
        output_bytes=output_bytes,
        inputs=_rows(inputs),
        outputs=_rows(outputs),
    )


def _rows(rows: np.ndarray) -> np.ndarray:
    """One row of bytes for each vector."""
    return np.ascontiguousarray(rows).reshape(len(rows), -1).view(np.int8)
