"""Padding and enlarging as kernel calls: bytes are moved, never computed with."""

from math import prod

import numpy as np

from backends.portable.source import Fields, Lowered, Source
from backends.portable.strided import element_bytes
from compiler.ir.encode import border_value
from compiler.ir.graph import Node
from compiler.ir.ops import Pad, ResizeNearest
from compiler.ir.program import KernelCall
from compiler.ir.tensor import numpy_dtype

MOST_AXES = 3
"""The kernel's planes, rows, and what is contiguous in a row."""

Bordered = tuple[int, int, int]
"""An axis: its size, and how many elements come before and after."""


def lower_pad(source: Source, node: Node, op: Pad) -> Lowered:
    """Axes that have no border of their own are part of the one outside them."""
    tensor = source.tensor(node.inputs[0])
    element = element_bytes(tensor)
    axes = bordered_axes(op, tensor.shape)
    (planes, top, bottom), (rows, left, right), (size, before, after) = _spread(axes, element)
    row_bytes = before + size + after
    plane_bytes = (left + rows + right) * row_bytes
    value, value_bytes = _border(source, node, op)
    fields = (
        ("value", value),
        ("element_bytes", value_bytes),
        ("planes", planes),
        ("rows", rows),
        ("row_bytes", size),
        ("lead_bytes", top * plane_bytes + left * row_bytes + before),
        ("row_gap_bytes", after + before if rows > 1 else 0),
        ("plane_gap_bytes", after + (right + left) * row_bytes + before),
        ("tail_bytes", after + right * row_bytes + bottom * plane_bytes),
    )
    return _moving(source, node, "protonas_pad", fields)


def bordered_axes(op: Pad, shape: tuple[int, ...]) -> tuple[Bordered, ...]:
    """The fewest axes that give the same border, outermost first, in elements."""
    found: list[Bordered] = []
    for size, (before, after) in zip(shape, op.pads, strict=True):
        if found and not before and not after:
            outer, first, last = found.pop()
            found.append((outer * size, first * size, last * size))
        elif found and found[-1] == (1, 0, 0):
            found[-1] = (size, before, after)
        else:
            found.append((size, before, after))
    return tuple(found)


def _spread(axes: tuple[Bordered, ...], element: int) -> tuple[Bordered, Bordered, Bordered]:
    """As many axes as the kernel has; sizes of the last are bytes."""
    size, before, after = axes[-1] if axes else (1, 0, 0)
    outer = axes[:-1]
    outer = (*outer[:1], *((1, 0, 0),) * (MOST_AXES - 1 - len(outer)), *outer[1:])
    return outer[0], outer[1], (size * element, before * element, after * element)


def lower_resize_nearest(source: Source, node: Node, op: ResizeNearest) -> Lowered:
    """Every pixel becomes a block of copies."""
    tensor = source.tensor(node.inputs[0])
    height, width, channels = tensor.shape
    fields = (
        ("input_height", height),
        ("input_width", width),
        ("pixel_bytes", channels * element_bytes(tensor)),
        ("factor_height", op.factors[0]),
        ("factor_width", op.factors[1]),
    )
    assert source.tensor(node.outputs[0]).elements == prod(tensor.shape) * prod(op.factors)
    return _moving(source, node, "protonas_upsample_nearest", fields)


def _border(source: Source, node: Node, op: Pad) -> tuple[int, int]:
    """The border's bit pattern and how many bytes of it repeat: one where they are equal. 0 of one byte while
    the quantization is unknown."""
    tensor = source.tensor(node.outputs[0])
    if tensor.quantization is None and tensor.dtype != "float32":
        return 0, 1
    pattern = np.array([border_value(op.value, tensor)], numpy_dtype(tensor.dtype)).tobytes()
    if len(set(pattern)) == 1:
        return int(np.frombuffer(pattern[:1], np.int8)[0]), 1
    return int.from_bytes(pattern, "little", signed=True), len(pattern)


def _moving(source: Source, node: Node, kernel: str, fields: Fields) -> Lowered:
    """The output is larger than the input and runs ahead of it, so they stay apart."""
    read, constants = source.operand(node.inputs[0])
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=(read,),
        writes=source.buffers(node.outputs),
        parameters=fields,
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,), constants=constants)
