"""Bilinear resizing and argmax as kernel calls."""

from math import prod

from backends.portable.source import Fields, Lowered, Source
from compiler.ir.bilinear import positions
from compiler.ir.graph import Node
from compiler.ir.ops import ArgMax, ResizeBilinear
from compiler.ir.program import KernelCall


def lower_resize_bilinear(source: Source, node: Node, op: ResizeBilinear) -> Lowered:
    """Input and output share one quantization, of which the kernel needs nothing."""
    height, width, channels = source.tensor(node.inputs[0]).shape
    rows, columns = positions(op, 0, height), positions(op, 1, width)
    fields = (
        ("input_height", height),
        ("input_width", width),
        ("channels", channels),
        ("output_height", op.size[0]),
        ("output_width", op.size[1]),
        ("step_height", rows.step),
        ("step_width", columns.step),
        ("offset_height", rows.offset),
        ("offset_width", columns.offset),
    )
    return _call(source, node, "protonas_resize_bilinear_s8", fields)


def lower_argmax(source: Source, node: Node, op: ArgMax) -> Lowered:
    """Rows are all that is outside the axis, columns all that is inside."""
    shape = source.tensor(node.inputs[0]).shape
    fields = (
        ("rows", prod(shape[: op.axis])),
        ("size", shape[op.axis]),
        ("columns", prod(shape[op.axis + 1 :])),
        ("flip", -1 if op.least else 0),
    )
    return _call(source, node, "protonas_argmax_s8", fields)


def _call(source: Source, node: Node, kernel: str, fields: Fields) -> Lowered:
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs),
        writes=source.buffers(node.outputs),
        parameters=fields,
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,))
