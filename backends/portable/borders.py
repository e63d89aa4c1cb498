"""Padding and enlarging a map as kernel calls: bytes are moved, never computed with."""

from math import prod

import numpy as np

from backends.portable.source import Fields, Lowered, Source
from compiler.ir.encode import quantize_real
from compiler.ir.graph import Node
from compiler.ir.ops import Pad, ResizeNearest
from compiler.ir.program import KernelCall

_AXES = 3
"""Height, width, channels: values with fewer axes have leading ones."""


def lower_pad(source: Source, node: Node, op: Pad) -> Lowered:
    """Rows are what stays contiguous: pixels where channels are padded, else whole lines of the map."""
    shape = source.tensor(node.inputs[0]).shape
    missing = _AXES - len(shape)
    height, width, channels = ((1,) * missing) + shape
    (top, bottom), (left, right), (before, after) = ((0, 0),) * missing + op.pads
    pixel_bytes = before + channels + after
    line_bytes = (left + width + right) * pixel_bytes
    rows, row_bytes = (width, channels) if before + after else (1, width * channels)
    fields = (
        ("value", _border(source, node, op)),
        ("planes", height),
        ("rows", rows),
        ("row_bytes", row_bytes),
        ("lead_bytes", top * line_bytes + left * pixel_bytes + before),
        ("row_gap_bytes", after + before),
        ("plane_gap_bytes", after + (right + left) * pixel_bytes + before),
        ("tail_bytes", after + right * pixel_bytes + bottom * line_bytes),
    )
    return _moving(source, node, "protonas_pad_s8", fields)


def lower_resize_nearest(source: Source, node: Node, op: ResizeNearest) -> Lowered:
    """Every pixel becomes a block of copies."""
    height, width, channels = source.tensor(node.inputs[0]).shape
    fields = (
        ("input_height", height),
        ("input_width", width),
        ("channels", channels),
        ("factor_height", op.factors[0]),
        ("factor_width", op.factors[1]),
    )
    assert prod(source.tensor(node.outputs[0]).shape) == height * width * channels * prod(op.factors)
    return _moving(source, node, "protonas_upsample_nearest_s8", fields)


def _border(source: Source, node: Node, op: Pad) -> int:
    """The border's integer; 0 while the quantization is unknown."""
    quantization = source.quantization(node.outputs[0])
    return 0 if quantization is None else int(quantize_real(np.array(op.value), quantization))


def _moving(source: Source, node: Node, kernel: str, fields: Fields) -> Lowered:
    """The output is larger than the input and runs ahead of it, so they stay apart."""
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs),
        writes=source.buffers(node.outputs),
        parameters=fields,
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,))
