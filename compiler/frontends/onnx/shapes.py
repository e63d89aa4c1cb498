"""Operators that change how a value is seen, not what lies in memory: no code comes of them."""

from dataclasses import replace
from math import prod

import numpy as np

from compiler.frontends.onnx.attributes import LARGEST, axes_of, axis_of, integer, integers, malformed
from compiler.frontends.onnx.layout import Layout, Shape, axes_kept, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, layout_of, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Constant, Result, Steps, Stored, Value


def reshape_to(reading: Reading, node: OnnxNode, value: Value, shape: Shape) -> Value:
    """A value under another shape; transposed first only where an axis would be cut across pieces that lie
    apart.
    """
    if prod(shape) != prod(shape_of(value)):
        raise malformed(node, f"reshapes {list(shape_of(value))} to {list(shape)}")
    if isinstance(value, Constant):
        return _reshaped_constant(value, shape)
    layout = layout_of(value).reshaped(shape)

    def move(source: Stored) -> Result:
        seen = source.layout.reshaped(shape)
        if seen is not None:
            return Result(source.tensor, seen)
        kept = axes_kept(source.layout.shape)
        return Result(reading.draft.arranged(source, kept), _natural(shape))

    return reading.moved(value, layout or _natural(shape), move)


def _natural(shape: Shape) -> Layout:
    return stored(shape, tuple(range(len(shape))))


def _reshaped_constant(value: Constant, shape: Shape) -> Constant:
    steps = value.steps
    if steps is not None and steps.axis is not None:
        # channels must stay an axis of their own
        before = value.array.shape
        found = [
            axis
            for axis, size in enumerate(shape)
            if size == before[steps.axis] and prod(shape[:axis]) == prod(before[: steps.axis])
        ]
        if not found:
            raise RejectedError(
                "it reshapes constants across their scales", "constants stored as they are read"
            )
        steps = Steps(scale=steps.scale, zero_point=steps.zero_point, axis=found[0])
    return replace(value, array=value.array.reshape(shape), steps=steps)


def reshape(reading: Reading, node: OnnxNode) -> Value:
    """0 keeps an axis, -1 takes what is left."""
    value = reading.value(node, 0)
    before = shape_of(value)
    wanted = reading.integers(node, 1, "shape") if reading.opset >= 5 else integers(node, "shape")
    if wanted is None or any(size < -1 or size > LARGEST for size in wanted) or wanted.count(-1) > 1:
        raise malformed(node, "has no shape to reshape to")
    keep_zero = not integer(node, "allowzero", 0)
    if keep_zero and any(size == 0 and axis >= len(before) for axis, size in enumerate(wanted)):
        raise malformed(node, f"keeps an axis that {list(before)} lacks")
    sizes = [before[axis] if size == 0 and keep_zero else size for axis, size in enumerate(wanted)]
    if -1 in sizes:
        known = prod(size for size in sizes if size != -1)
        sizes[sizes.index(-1)] = prod(before) // known if known else 0
    return reshape_to(reading, node, value, tuple(sizes))


def flatten(reading: Reading, node: OnnxNode) -> Value:
    """To two axes, cut before `axis`."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    axis = integer(node, "axis", 1)
    axis = axis if axis == len(shape) else axis_of(node, axis, max(1, len(shape)))
    return reshape_to(reading, node, value, (prod(shape[:axis]), prod(shape[axis:])))


def squeeze(reading: Reading, node: OnnxNode) -> Value:
    """Axes of length 1 go: those named, or all."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    axes = _listed_axes(reading, node)
    gone = axes_of(node, axes, len(shape)) if axes else tuple(i for i, size in enumerate(shape) if size == 1)
    left = tuple(size for axis, size in enumerate(shape) if axis not in gone)
    return reshape_to(reading, node, value, left)


def unsqueeze(reading: Reading, node: OnnxNode) -> Value:
    """Axes of length 1 come in."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    axes = _listed_axes(reading, node) or ()
    rank = len(shape) + len(axes)
    new = axes_of(node, axes, rank)
    sizes = iter(shape)
    return reshape_to(reading, node, value, tuple(1 if axis in new else next(sizes) for axis in range(rank)))


def _listed_axes(reading: Reading, node: OnnxNode) -> tuple[int, ...] | None:
    return reading.integers(node, 1, "list of axes") if reading.given(node, 1) else integers(node, "axes")


def transpose(reading: Reading, node: OnnxNode) -> Value:
    """Axes under other numbers."""
    value = reading.value(node, 0)
    rank = len(shape_of(value))
    permutation = integers(node, "perm") or tuple(reversed(range(rank)))
    if sorted(permutation) != list(range(rank)):
        raise malformed(node, f"permutes {rank} axes by {list(permutation)}")
    if isinstance(value, Constant):
        steps = value.steps
        if steps is not None and steps.axis is not None:
            axis = permutation.index(steps.axis)
            steps = Steps(scale=steps.scale, zero_point=steps.zero_point, axis=axis)
        return replace(value, array=value.array.transpose(permutation), steps=steps)
    return reading.moved(
        value,
        layout_of(value).transposed(permutation),
        lambda source: Result(source.tensor, source.layout.transposed(permutation)),
    )


def identity(reading: Reading, node: OnnxNode) -> Value:
    """Identity, and Dropout outside of training."""
    if len([name for name in node.outputs if name]) > 1:
        raise RejectedError("its mask is read", "its first output alone")
    return reading.value(node, 0)


def shape_op(reading: Reading, node: OnnxNode) -> Value:
    """The shape of a value, batch 1: a constant."""
    shape = shape_of(reading.value(node, 0))
    start, end = integer(node, "start", 0), integer(node, "end", len(shape))
    return Constant(array=np.array(shape[start:end], np.int64))


HANDLERS: Handlers = {
    "Dropout": identity,
    "Flatten": flatten,
    "Identity": identity,
    "Reshape": reshape,
    "Shape": shape_op,
    "Squeeze": squeeze,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
