"""Operators that copy elements elsewhere: slices, picks and joins."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compiler.frontends.onnx.attributes import LARGEST, axis_of, integer, integers, malformed
from compiler.frontends.onnx.layout import Layout, Order, Shape, best_order, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, layout_of, result_in, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.shapes import reshape_to
from compiler.frontends.onnx.values import (
    Clamp,
    Constant,
    Floats,
    Integers,
    Pending,
    Reals,
    Result,
    Stored,
    Value,
)
from compiler.ir.ops import Concat, Op, Slice, Take
from compiler.ir.tensor import Quantization

OpOf = Callable[[Order], Op]
"""An operator of the Graph for each order of axes."""
Join = Callable[[tuple[Stored, ...]], Result]
QUANTIZED_ONLY = "Conv, pooling, Concat, Pad, Resize and the like in a float network"


def moved_along(
    reading: Reading, node: OnnxNode, value: Value, shape: Shape, op_of: OpOf, wanted: str
) -> Value:
    """A value after one operator of the Graph; `op_of` gives it for an order of axes."""
    order_of = _order_with(shape, shape_of(value))

    def move(source: Stored) -> Result:
        order = order_of(source.layout)
        tensor = reading.draft.arranged(source, order)
        sides = tuple(shape[axis] for axis in order)
        return result_in(reading.draft.move(op_of(order), (tensor,), wanted, sides), shape, order)

    return reading.moved(value, stored(shape, order_of(layout_of(value))), move)


def _order_with(*shapes: Shape) -> Callable[[Layout], Order]:
    """The order of axes that memory has, the first one included where any of these shapes needs it."""
    first = any(shape and shape[0] > 1 for shape in shapes)

    def order_of(layout: Layout) -> Order:
        order = best_order(layout)
        return (0, *order) if first and 0 not in order else order

    return order_of


def cut(
    reading: Reading, node: OnnxNode, value: Value, cuts: tuple[tuple[int, int, int], ...], wanted: str
) -> Value:
    """`cuts`: begin, size and stride of each ONNX axis."""
    before = shape_of(value)
    shape = tuple(size for _, size, _ in cuts)
    if all(cut == (0, size, 1) for cut, size in zip(cuts, before, strict=True)):
        return value
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", QUANTIZED_ONLY)

    def op_of(order: Order) -> Op:
        begin, size, strides = zip(*(cuts[axis] for axis in order), strict=True)
        return Slice(begin=begin, size=size, strides=strides)

    return moved_along(reading, node, value, shape, op_of, wanted)


def slice_op(reading: Reading, node: OnnxNode) -> Value:
    """Starts, ends, axes and steps are attributes up to opset 9, then inputs."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    if reading.opset < 10:
        starts, ends, axes = (integers(node, name) for name in ("starts", "ends", "axes"))
        steps = None
    else:
        starts, ends, axes, steps = (reading.integers(node, index, "list of places") for index in range(1, 5))
    if starts is None or ends is None:
        raise malformed(node, "has no starts and ends")
    axes = axes if axes is not None else tuple(range(len(starts)))
    steps = steps if steps is not None else (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise malformed(node, "has starts, ends, axes and steps that do not go together")
    cuts = [(0, size, 1) for size in shape]
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        at = axis_of(node, axis, len(shape))
        last = None if step < 0 and end < -shape[at] else end
        places = range(shape[at])[start:last:step]
        if not len(places):
            raise malformed(node, "is empty")
        cuts[at] = (places[0], len(places), step)
    return cut(reading, node, value, tuple(cuts), node.outputs[0])


def split(reading: Reading, node: OnnxNode) -> tuple[Value, ...]:
    """Into equal parts, or into parts of the sizes given."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    axis = axis_of(node, integer(node, "axis", 0), len(shape))
    count = len(node.outputs)
    listed = reading.integers(node, 1, "list of sizes") or integers(node, "split")
    each = -(-shape[axis] // count)
    parts = listed or (*(each,) * (count - 1), shape[axis] - each * (count - 1))
    if len(parts) != count or min(parts) < 1 or sum(parts) != shape[axis]:
        raise malformed(node, f"splits {shape[axis]} into {list(parts)}")
    found, begin = [], 0
    for part, wanted in zip(parts, node.outputs, strict=True):
        cuts = [(0, size, 1) for size in shape]
        cuts[axis] = (begin, part, 1)
        found.append(cut(reading, node, value, tuple(cuts), wanted))
        begin += part
    return tuple(found)


def gather(reading: Reading, node: OnnxNode) -> Value:
    """Constant indices along one axis."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    axis = axis_of(node, integer(node, "axis", 0), len(shape))
    chosen = reading.constant(node, 1, "list of indices").array
    if chosen.dtype.kind not in "iu" or chosen.size == 0 or np.any(np.abs(chosen) > LARGEST):
        raise malformed(node, "has indices that are none")
    indices = tuple(axis_of(node, int(index), shape[axis]) for index in chosen.ravel())
    taken = take_along(reading, node, value, axis, indices)
    return reshape_to(reading, node, taken, (*shape[:axis], *chosen.shape, *shape[axis + 1 :]))


def take_along(reading: Reading, node: OnnxNode, value: Value, axis: int, indices: tuple[int, ...]) -> Value:
    """Element k along an axis is element indices[k]: a slice where they follow each other."""
    shape = shape_of(value)
    if indices == tuple(range(indices[0], indices[0] + len(indices))):
        cuts = [(0, size, 1) for size in shape]
        cuts[axis] = (indices[0], len(indices), 1)
        return cut(reading, node, value, tuple(cuts), node.outputs[0])
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", QUANTIZED_ONLY)
    after = (*shape[:axis], len(indices), *shape[axis + 1 :])
    order_of = _order_with(shape, after)

    def move(source: Stored) -> Result:
        order = order_of(source.layout)
        order = order if axis in order else (axis, *order)
        tensor = reading.draft.arranged(source, order)
        op = Take(axis=order.index(axis), indices=indices)
        sides = tuple(after[at] for at in order)
        return result_in(reading.draft.move(op, (tensor,), node.outputs[0], sides), after, order)

    order = order_of(layout_of(value))
    return reading.moved(value, stored(after, order if axis in order else (axis, *order)), move)


def concat(reading: Reading, node: OnnxNode) -> Value:
    """Integers as they are; real numbers on the grid of the result."""
    values = tuple(reading.value(node, index) for index in range(len(node.inputs)))
    if not values or any(len(shape_of(value)) != len(shape_of(values[0])) for value in values):
        raise malformed(node, "joins values of different ranks")
    axis = axis_of(node, integer(node, "axis", 1), len(shape_of(values[0])))
    first = shape_of(values[0])
    for value in values:
        other = shape_of(value)
        if other[:axis] + other[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            raise malformed(node, f"joins values of shapes {list(first)} and {list(other)}")
    if len(values) == 1:
        return values[0]
    shape = (*first[:axis], sum(shape_of(value)[axis] for value in values), *first[axis + 1 :])
    lead = next((value for value in values if not isinstance(value, Constant)), values[0])
    order = best_order(layout_of(lead))
    order = order if axis in order else (axis, *order)

    def join(parts: tuple[Stored, ...]) -> Result:
        tensors = tuple(reading.draft.arranged(part, order) for part in parts)
        sides = tuple(shape[at] for at in order)
        op = Concat(axis=order.index(axis))
        return result_in(reading.draft.move(op, tensors, node.outputs[0], sides), shape, order)

    return _joined(reading, values, stored(shape, order), join)


def _joined(reading: Reading, values: tuple[Value, ...], layout: Layout, join: Join) -> Value:
    whole = tuple(value for value in values if isinstance(value, Integers))
    if len(whole) == len(values) and len({(v.unsigned, v.low, v.high) for v in whole}) == 1:
        result = join(whole)
        return replace(whole[0], tensor=result.tensor, layout=result.layout)
    if not reading.quantized:
        floats = tuple(reading.computed(value) for value in values)
        result = join(floats)
        return Floats(tensor=result.tensor, layout=result.layout)
    plain = tuple(value for value in values if isinstance(value, Reals) and value.plain)
    if len(plain) == len(values) and len({value.grid for value in plain}) == 1:
        return reading.plain(join(plain), plain[0].grid)
    if any(isinstance(value, Integers | Floats) for value in values):
        raise RejectedError("it joins integers with real numbers", "DequantizeLinear before each input")

    def finish(wanted: Quantization, clamp: Clamp) -> Result:
        parts = tuple(reading.plain(reading.on_grid(value, wanted), wanted) for value in values)
        _, follow = reading.clamped(clamp, wanted)
        return follow(join(parts))

    return Pending(layout=layout, finish=finish)


HANDLERS: Handlers = {"Concat": concat, "Gather": gather, "Slice": slice_op, "Split": split}
