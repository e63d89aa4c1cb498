"""Slices and transposed axes as one strided copy, its axes merged so that the C walks as few as can be."""

from dataclasses import dataclass
from math import prod

import numpy as np

from backends.portable.source import Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import Slice, Transpose
from compiler.ir.program import KernelCall
from compiler.ir.tensor import Tensor

MOST_OUTER_AXES = 5
"""PROTONAS_COPY_STRIDED_AXES."""

_KERNEL = "protonas_copy_strided"

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """`size` places, `step` elements apart in the input."""

    size: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The output's axes, outermost first, of blocks of `block` contiguous elements from `offset` on."""

    axes: tuple[Axis, ...]
    offset: int
    block: int


def lower_slice(source: Source, node: Node, op: Slice) -> Lowered:
    """Elements from `begin` on, `strides` apart."""
    return _strided(source, node, sliced_layout(op, source.tensor(node.inputs[0]).shape))


def lower_transpose(source: Source, node: Node, op: Transpose) -> Lowered:
    """The input's axes in another order."""
    return _strided(source, node, transposed_layout(op, source.tensor(node.inputs[0]).shape))


def sliced_layout(op: Slice, shape: Shape) -> Layout:
    """Merged."""
    steps = element_steps(shape)
    axes = tuple(
        Axis(size, step * stride) for size, step, stride in zip(op.size, steps, op.strides, strict=True)
    )
    return merged(axes, sum(begin * step for begin, step in zip(op.begin, steps, strict=True)))


def transposed_layout(op: Transpose, shape: Shape) -> Layout:
    """Merged."""
    steps = element_steps(shape)
    return merged(tuple(Axis(shape[axis], steps[axis]) for axis in op.permutation), 0)


def element_steps(shape: Shape) -> tuple[int, ...]:
    """Elements from one index of each axis of a contiguous tensor to the next."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def merged(axes: tuple[Axis, ...], offset: int) -> Layout:
    """Neighbours that are one axis to whoever walks them become one; the innermost, where contiguous, the
    block."""
    found: list[Axis] = []
    for axis in axes:
        if axis.size == 1:
            continue
        if found and found[-1].step == axis.size * axis.step:
            axis = Axis(found.pop().size * axis.size, axis.step)
        found.append(axis)
    block = found.pop().size if found and found[-1].step == 1 else 1
    return Layout(axes=tuple(found), offset=offset, block=block)


def _strided(source: Source, node: Node, layout: Layout) -> Lowered:
    element = element_bytes(source.tensor(node.outputs[0]))
    *outer, run = layout.axes or (Axis(1, 0),)
    outer = outer or [Axis(1, 0)]
    read, constants = source.operand(node.inputs[0])
    tables = [
        make_constant(f"{node.name}/{field}", "int32", (len(outer),), np.array(numbers, np.int32))
        for field, numbers in (
            ("sizes", [axis.size for axis in outer]),
            ("steps", [axis.step * element for axis in outer]),
        )
    ]
    call = KernelCall(
        layer=node.name,
        kernel=_KERNEL,
        reads=(read,),
        writes=source.buffers(node.outputs),
        parameters=(
            ("axes", len(outer)),
            ("runs", prod(axis.size for axis in outer)),
            ("run_blocks", run.size),
            ("run_step", run.step * element),
            ("block_bytes", layout.block * element),
            ("input_offset", layout.offset * element),
        ),
        constants=tuple(zip(("sizes", "steps"), (table.name for table in tables), strict=True)),
        sources=(f"src/{_KERNEL}.c",),
    )
    return Lowered(calls=(call,), constants=(*constants, *tables))


def element_bytes(tensor: Tensor) -> int:
    """Of one element; those that share a byte have no moves."""
    return tensor.bytes // tensor.elements
