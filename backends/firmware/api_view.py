"""From a request to what NAME.h shows: ports, sizes, scales, labels."""

import re
from collections.abc import Mapping
from math import prod

from backends.firmware.c_text import model_prefix, unique_idents
from backends.firmware.input_encoding import encoding_view
from backends.firmware.views import ApiView, Heading, PortView
from compiler.backend import FirmwareRequest
from compiler.errors import InternalError
from compiler.ir.plan import Placement
from compiler.ir.program import Program
from compiler.ir.tensor import Tensor

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
    """NAME.h's view. InternalError where inputs or outputs are not int8 with one scale, or no kernel file
    defines PROTONAS_RUNTIME_VERSION."""
    graph, program, cost = request.graph, request.program, request.cost
    top = heading(request)
    header, version = _version(kernel_files)
    inputs = _ports(request, top, "input", graph.inputs, program.inputs)
    outputs = _ports(request, top, "output", graph.outputs, program.outputs)
    source, result = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    encoding = None
    if len(inputs) == 1 and source.quantization is not None:
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
        flash_bytes=cost.flash_bytes,
        macs=cost.macs,
        parameters=cost.parameters,
        cycles=cost.cycles,
        latency_ms=f"{cost.latency_us / 1000:.3g}",
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


def resolve(program: Program, name: str) -> str:
    """The buffer behind a name: views lead to what they are views of."""
    views = {view.name: view.of for view in program.views}
    while name in views:
        name = views[name]
    return name


def placements(request: FirmwareRequest) -> dict[str, Placement]:
    """Placement of every buffer by name."""
    return {placement.buffer: placement for placement in request.plan.placements}


def _ports(
    request: FirmwareRequest, top: Heading, kind: str, tensors: tuple[str, ...], buffers: tuple[str, ...]
) -> tuple[PortView, ...]:
    if len(tensors) != len(buffers):
        raise InternalError(f"the graph has {len(tensors)} {kind}s, its program {len(buffers)}")
    idents = unique_idents(tensors)
    suffixes = [""] if len(tensors) == 1 else [f"_{idents[name]}" for name in tensors]
    return tuple(
        _port(request, top, kind + suffix, suffix, request.graph.tensors[tensor], buffer)
        for suffix, tensor, buffer in zip(suffixes, tensors, buffers, strict=True)
    )


def _port(
    request: FirmwareRequest, top: Heading, name: str, suffix: str, tensor: Tensor, buffer: str
) -> PortView:
    quantization = tensor.quantization
    if tensor.dtype != "int8" or quantization is None or len(quantization.scale) != 1:
        raise InternalError(f"{name} of {request.graph.name} is not int8 with one scale and zero point")
    placement = placements(request)[resolve(request.program, buffer)]
    return PortView(
        function=f"{top.prefix}_{name}",
        macro=f"{top.macro}_{name.upper()}",
        suffix=suffix,
        shape=" x ".join(str(size) for size in tensor.shape) or "1",
        dimensions=tensor.shape,
        elements=tensor.elements,
        bytes=tensor.bytes,
        offset=placement.offset,
        scale=quantization.scale[0],
        zero_point=quantization.zero_point[0],
    )
