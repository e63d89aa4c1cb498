"""From a request to what NAME.h shows: ports, sizes, scales, labels."""

import re
from collections.abc import Mapping
from math import prod

from backends.firmware.c_text import model_prefix
from backends.firmware.input_encoding import encoding_view
from backends.firmware.ports import ports
from backends.firmware.state_view import state_fills, state_mark
from backends.firmware.views import ApiView, Heading
from compiler.backend import FirmwareRequest
from compiler.errors import InternalError
from compiler.ir.program import Program

ARENA_ALIGN = 16
VERSION = re.compile(r"^#define PROTONAS_RUNTIME_VERSION (\d+)", re.MULTILINE)


def heading(request: FirmwareRequest) -> Heading:
    """The names and marks that every file carries."""
    prefix = model_prefix(request.program.name)
    return Heading(
        title=request.program.name,
        prefix=prefix,
        macro=prefix.upper(),
        board=request.target.name,
        core=request.target.core,
        kernels=_kernels(request.program),
        random_weights=request.random_weights,
    )


def _kernels(program: Program) -> str:
    if program.backend == "portable":
        return "portable kernels, which run on any core"
    return f"{program.backend} kernels for cores with {program.isa.upper()} instructions"


def api_view(request: FirmwareRequest, kernel_files: Mapping[str, str]) -> ApiView:
    """NAME.h's view. InternalError for an input or output that firmware cannot hold, or where no kernel file
    defines PROTONAS_RUNTIME_VERSION."""
    graph, program, cost = request.graph, request.program, request.cost
    top = heading(request)
    header, version = _version(kernel_files)
    inputs = ports(request, top, "input", graph.inputs, program.inputs)
    outputs = ports(request, top, "output", graph.outputs, program.outputs)
    source, result = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    encoding = None
    if len(inputs) == 1 and source.dtype == "int8" and source.quantization is not None:
        encoding = encoding_view(graph.encoding, source.quantization, source.shape[-1] if source.shape else 1)
    # labels are what makes a vector of numbers the scores of classes: an autoencoder's output has none
    scores = len(outputs) == 1 and bool(graph.labels) and prod(result.shape) == max(result.shape, default=0)
    return ApiView(
        heading=top,
        version=version,
        version_header=header,
        arena_bytes=request.plan.arena_bytes,
        arena_align=max([ARENA_ALIGN, *(buffer.alignment for buffer in program.buffers)]),
        state_bytes=request.plan.state_bytes,
        fills=state_fills(request),
        mark=state_mark(request),
        flash_bytes=cost.flash_bytes,
        macs=cost.macs,
        macs_left=cost.macs_left,
        parameters=cost.parameters,
        cycles=cost.cycles,
        latency_ms=f"{cost.latency_us / 1000:.3g}",
        input_bytes=request.plan.input_bytes,
        input_align=max((b.alignment for b in program.buffers if b.kind == "outside"), default=1),
        inputs=inputs,
        outputs=outputs,
        encoding=encoding,
        labels=graph.labels if scores else (),
        classes=outputs[0].elements if scores else 0,
    )


def _version(kernel_files: Mapping[str, str]) -> tuple[str, int]:
    for name, text in sorted(kernel_files.items()):
        if found := VERSION.search(text):
            return name, int(found[1])
    raise InternalError("no kernel file defines PROTONAS_RUNTIME_VERSION")
