"""Means, sums, greatest and least over axes, and where the greatest lies."""

import numpy as np

from compiler.frontends.onnx.attributes import axes_of, axis_of, integer, integers
from compiler.frontends.onnx.layout import Layout, Order, Shape, best_order, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.pooling import global_average, require_mean
from compiler.frontends.onnx.reading import Handlers, Reading, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import (
    INTEGERS,
    Floats,
    Indices,
    Integers,
    Reals,
    Result,
    Stored,
    Value,
)
from compiler.ir.ops import Activation, ArgMax, Mean, Op, ReduceMax, Sum
from compiler.ir.tensor import Quantization, Tensor

_COUNTS = Quantization(scale=(1.0,), zero_point=(0,))


def reduce_mean(reading: Reading, node: OnnxNode) -> Value:
    """Over the map: a global average pool; over other axes: Mean."""
    x = reading.operand(node, 0)
    shape = shape_of(x)
    axes, output = _reduced(reading, node, shape)
    if len(shape) in (3, 4) and shape[0] == 1 and set(axes) - {0} == set(range(2, len(shape))):
        return global_average(reading, node, x, output)
    return _summed(reading, node, x, axes, output)


def reduce_sum(reading: Reading, node: OnnxNode) -> Value:
    """Over any axes."""
    x = reading.operand(node, 0)
    axes, output = _reduced(reading, node, shape_of(x))
    return _summed(reading, node, x, axes, output)


def _summed(
    reading: Reading, node: OnnxNode, x: Reals | Floats, axes: tuple[int, ...], output: Shape
) -> Value:
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", "the mean over height and width")
    order, places, sides, left = _kept(x.layout, axes)
    op: Op = Mean(axes=places) if node.op == "ReduceMean" else Sum(axes=places)

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        require_mean(x, grid)
        source = reading.draft.arranged(x, order)
        wanted = node.outputs[0] if activation == "none" else f"{node.outputs[0]}/sum"
        name = reading.draft.compute(op, (source,), wanted, sides, grid)
        return reading.activated(Result(name, left), activation, grid, output)

    natural = left.reshaped(output)
    assert natural is not None, "axes of length 1 are never stored apart"
    return reading.result(natural, finish)


def reduce_max(reading: Reading, node: OnnxNode) -> Value:
    """Compares integers, if their order is that of the numbers."""
    value = reading.value(node, 0)
    if isinstance(value, Reals) and np.any(np.diff(value.table[np.argsort(INTEGERS)]) < 0):
        value = reading.settled(value)
    if not isinstance(value, Reals | Integers):
        raise RejectedError("what it reads is not quantized", "QuantizeLinear and DequantizeLinear before it")
    axes, output = _reduced(reading, node, shape_of(value))
    order, places, sides, left = _kept(value.layout, axes)
    natural = left.reshaped(output)
    assert natural is not None, "axes of length 1 are never stored apart"

    def move(source: Stored) -> Result:
        tensor = reading.draft.arranged(source, order)
        name = reading.draft.move(ReduceMax(axes=places), (tensor,), node.outputs[0], sides)
        return Result(name, natural)

    return reading.moved(value, natural, move)


def arg_max(reading: Reading, node: OnnxNode) -> Value:
    """int32 where ONNX has int64; an output of the network."""
    value = reading.value(node, 0)
    if isinstance(value, Reals):
        value = reading.settled(value)
    elif isinstance(value, Integers):
        value = reading.narrowed(value)
    else:
        raise RejectedError("what it reads is not quantized", "QuantizeLinear and DequantizeLinear before it")
    if integer(node, "select_last_index", 0):
        raise RejectedError("it takes the last of equals", "select_last_index 0")
    shape = shape_of(value)
    axis = axis_of(node, integer(node, "axis", 0), len(shape))
    keep = bool(integer(node, "keepdims", 1))
    output = tuple(1 if at == axis else size for at, size in enumerate(shape) if keep or at != axis)
    order, places, sides, left = _kept(value.layout, (axis,))
    source = reading.draft.arranged(value, order)
    op = ArgMax(axis=places[0], least=node.op == "ArgMin")
    tensor = Tensor(shape=sides, dtype="int32", quantization=_COUNTS)
    name = reading.draft.add(op, (source,), node.outputs[0], tensor)
    natural = left.reshaped(output)
    assert natural is not None, "axes of length 1 are never stored apart"
    return Indices(tensor=name, layout=natural)


def _kept(layout: Layout, axes: tuple[int, ...]) -> tuple[Order, tuple[int, ...], Shape, Layout]:
    """The order to bring a value to, where in it the axes are, and what is left: its shape in the Graph, axes
    of length 1 where they were, and how it is stored."""
    order = best_order(layout)
    order = (*(axis for axis in axes if axis not in order and layout.shape[axis] > 1), *order)
    places = tuple(place for place, axis in enumerate(order) if axis in axes)
    if not places:
        raise RejectedError("it reduces the batch alone", "axes of the value")
    kept = tuple(axis for axis in order if axis not in axes)
    ranks = tuple(sorted(kept).index(axis) for axis in kept)
    sides = tuple(layout.shape[axis] for axis in kept)
    return order, places, sides, stored(tuple(layout.shape[axis] for axis in sorted(kept)), ranks)


def _reduced(reading: Reading, node: OnnxNode, shape: Shape) -> tuple[tuple[int, ...], Shape]:
    """The axes that go, and the shape without them."""
    listed = integers(node, "axes") or reading.integers(node, 1, "list of axes")
    if not listed and integer(node, "noop_with_empty_axes", 0):
        raise RejectedError("it runs over no axes", "some axes")
    axes = axes_of(node, listed or tuple(range(len(shape))), len(shape))
    keep = bool(integer(node, "keepdims", 1))
    output = tuple(1 if axis in axes else size for axis, size in enumerate(shape) if keep or axis not in axes)
    return axes, output


HANDLERS: Handlers = {
    "ArgMax": arg_max,
    "ArgMin": arg_max,
    "ReduceMax": reduce_max,
    "ReduceMean": reduce_mean,
    "ReduceSum": reduce_sum,
}
