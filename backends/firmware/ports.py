"""Inputs and outputs as NAME.h names them: types, sizes, scales, and which numbers can be converted."""

from backends.firmware.c_text import unique_idents
from backends.firmware.placed import placements, resolve
from backends.firmware.views import Heading, IntegerView, PortView
from compiler.backend import FirmwareRequest
from compiler.errors import InternalError
from compiler.ir.tensor import Tensor

C_TYPES = {
    "float32": "float", "int8": "int8_t", "uint8": "uint8_t", "int16": "int16_t",
    "int32": "int32_t", "int64": "int64_t", "int4": "uint8_t", "bool": "uint8_t",
}  # fmt: skip
PORT_TYPES = ("int8", "uint8", "int16", "int32", "float32", "bool")
_QUANTIZABLE = {
    "int8": IntegerView(low="INT8_MIN", high="INT8_MAX", limit=1024),
    "uint8": IntegerView(low="0", high="UINT8_MAX", limit=1024),
    "int16": IntegerView(low="INT16_MIN", high="INT16_MAX", limit=131072),
}


def ports(
    request: FirmwareRequest, top: Heading, kind: str, tensors: tuple[str, ...], buffers: tuple[str, ...]
) -> tuple[PortView, ...]:
    """One view for each of `tensors`; `kind` is input or output. A single one is named after the kind alone.

    InternalError where graph and program disagree, or a port has a type that firmware cannot hold.
    """
    if len(tensors) != len(buffers):
        raise InternalError(f"the graph has {len(tensors)} {kind}s, its program {len(buffers)}")
    idents = unique_idents(tensors)
    suffixes = [""] if len(tensors) == 1 else [f"_{idents[name]}" for name in tensors]
    return tuple(
        _port(request, top, kind + suffix, suffix, tensor, buffer)
        for suffix, tensor, buffer in zip(suffixes, tensors, buffers, strict=True)
    )


def _port(request: FirmwareRequest, top: Heading, name: str, suffix: str, port: str, buffer: str) -> PortView:
    tensor = request.graph.tensors[port]
    quantization = tensor.quantization
    if tensor.dtype not in PORT_TYPES:
        raise InternalError(f"{name} of {request.graph.name} is {tensor.dtype}, which no firmware fills")
    if tensor.dtype == "int8" and quantization is None:
        raise InternalError(f"{name} of {request.graph.name} is int8 without a scale")
    if quantization is not None and len(quantization.scale) != 1:
        raise InternalError(f"{name} of {request.graph.name} has a scale for each channel")
    placement = placements(request)[resolve(request.program, buffer)]
    return PortView(
        function=f"{top.prefix}_{name}",
        macro=f"{top.macro}_{name.upper()}",
        suffix=suffix,
        dtype=tensor.dtype,
        c_type=C_TYPES[tensor.dtype],
        shape=" x ".join(str(size) for size in tensor.shape) or "1",
        dimensions=tensor.shape,
        elements=tensor.elements,
        bytes=tensor.bytes,
        region=placement.region,
        offset=placement.offset,
        quantized=quantization is not None,
        scale=quantization.scale[0] if quantization else 1.0,
        zero_point=quantization.zero_point[0] if quantization else 0,
        integer=_QUANTIZABLE.get(tensor.dtype) if quantization else None,
        half_to_even=request.graph.rounding == "single",
        layout=_layout(tensor, request.graph.port_axes.get(port)),
    )


def _layout(tensor: Tensor, axes: tuple[int, ...] | None) -> str:
    """What the port's axes are: those of a file's port `axes`, None where channels are last by design."""
    if len(tensor.shape) <= 1:
        return ""
    if axes is None or axes == (*range(2, len(axes) + 1), 1):
        return "channels last"
    if list(axes) == sorted(axes):
        return "axes in the file's order"
    return f"the file's axes {', '.join(str(axis) for axis in axes)}"
