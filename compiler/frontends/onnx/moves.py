"""Operators that copy elements elsewhere: slices, joins, borders, enlarged maps."""

from collections.abc import Callable
from math import floor, isfinite

import numpy as np

from compiler.frontends.onnx.attributes import LARGEST, axis_of, integer, integers, malformed, number, word
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
from compiler.ir.ops import Concat, Op, Pad, ResizeBilinear, ResizeNearest, Slice, Take
from compiler.ir.tensor import Quantization

OpOf = Callable[[Order], Op]
"""An operator of the Graph for each order of axes."""
Join = Callable[[tuple[Stored, ...]], Result]
_QUANTIZED_ONLY = "Conv, pooling, Concat, Pad, Resize and the like in a float network"


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


def _cut(
    reading: Reading, node: OnnxNode, value: Value, cuts: tuple[tuple[int, int, int], ...], wanted: str
) -> Value:
    """`cuts`: begin, size and stride of each ONNX axis."""
    before = shape_of(value)
    shape = tuple(size for _, size, _ in cuts)
    if all(cut == (0, size, 1) for cut, size in zip(cuts, before, strict=True)):
        return value
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", _QUANTIZED_ONLY)

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
    return _cut(reading, node, value, tuple(cuts), node.outputs[0])


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
        found.append(_cut(reading, node, value, tuple(cuts), wanted))
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
        return _cut(reading, node, value, tuple(cuts), node.outputs[0])
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", _QUANTIZED_ONLY)
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
    if len(whole) == len(values) and len({value.unsigned for value in whole}) == 1:
        result = join(whole)
        return Integers(tensor=result.tensor, layout=result.layout, unsigned=whole[0].unsigned)
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


def pad(reading: Reading, node: OnnxNode) -> Value:
    """A constant border; mirrored or repeated ones take elements of the map."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    amounts = reading.integers(node, 1, "list of pads") if reading.opset >= 11 else integers(node, "pads")
    axes = reading.integers(node, 3, "list of axes") or tuple(range(len(shape)))
    if amounts is None or len(amounts) != 2 * len(axes) or any(abs(amount) > LARGEST for amount in amounts):
        raise malformed(node, "has no pads for its axes")
    pairs = [(0, 0)] * len(shape)
    for place, axis in enumerate(axes):
        pairs[axis_of(node, axis, len(shape))] = (amounts[place], amounts[place + len(axes)])
    value = _cropped(reading, node, value, pairs)
    wide = [(max(0, before), max(0, after)) for before, after in pairs]
    mode = word(node, "mode", "constant")
    if mode != "constant":
        return _mirrored(reading, node, value, wide, mode)
    if not any(before or after for before, after in wide):
        return value
    return _bordered(reading, node, value, tuple(wide))


def _cropped(reading: Reading, node: OnnxNode, value: Value, pairs: list[tuple[int, int]]) -> Value:
    """Negative pads take elements away."""
    cuts = []
    for (before, after), size in zip(pairs, shape_of(value), strict=True):
        begin, left = max(0, -before), size - max(0, -before) - max(0, -after)
        if left < 1:
            raise malformed(node, "crops its whole input")
        cuts.append((begin, left, 1))
    return _cut(reading, node, value, tuple(cuts), f"{node.outputs[0]}/cropped")


def _bordered(reading: Reading, node: OnnxNode, value: Value, pairs: tuple[tuple[int, int], ...]) -> Value:
    shape = tuple(before + size + after for (before, after), size in zip(pairs, shape_of(value), strict=True))
    if isinstance(value, Integers):
        # what its integers stand for may not be known yet; zero points are what pads of real zeros become
        raise RejectedError("it pads integers", "Pad between DequantizeLinear and QuantizeLinear")
    fill = _fill(reading, node)
    if isinstance(value, Reals):
        value = reading.settled(value)
        steps = round(fill / value.grid.scale[0])
        exact = np.float32(steps) * np.float32(value.grid.scale[0]) == np.float32(fill)
        if not exact or not -128 <= steps + value.grid.zero_point[0] <= 127:
            raise RejectedError(f"its border of {fill:g} is no number of its scale", "a border of 0")
    elif isinstance(value, Pending) and fill:
        raise RejectedError(
            f"its border of {fill:g} has no scale yet", "a border of 0, or QuantizeLinear before it"
        )

    def op_of(order: Order) -> Op:
        return Pad(pads=tuple(pairs[axis] for axis in order), value=fill)

    return moved_along(reading, node, value, shape, op_of, node.outputs[0])


def _fill(reading: Reading, node: OnnxNode) -> float:
    found = reading.numbers(node, 2, "border") if reading.given(node, 2) else None
    fill = float(found[0]) if found is not None and found.size == 1 else number(node, "value", 0.0)
    if not isfinite(fill):
        raise RejectedError("its border is not finite", "a border of 0")
    return fill


def _mirrored(
    reading: Reading, node: OnnxNode, value: Value, pairs: list[tuple[int, int]], mode: str
) -> Value:
    modes = {"reflect": "reflect", "edge": "edge", "wrap": "wrap"}
    if mode not in modes:
        raise malformed(node, f"has mode {mode!r:.40}")
    for axis, (pair, size) in enumerate(zip(pairs, shape_of(value), strict=True)):
        if not any(pair):
            continue
        if max(pair) >= max(size, 2) and mode == "reflect":
            raise malformed(node, "mirrors more than there is")
        if sum(pair) + size > LARGEST // 16:
            raise malformed(node, "pads without end")
        kept = np.pad(np.arange(size), pair, mode=modes[mode])  # type: ignore[call-overload]
        value = take_along(reading, node, value, axis, tuple(int(index) for index in kept))
    return value


def resize(reading: Reading, node: OnnxNode) -> Value:
    """Maps enlarged or shrunk: nearest by taking pixels, linear as TFLite's two kinds."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    target, scales = _target(reading, node, shape)
    if len(shape) not in (3, 4) or target[:2] != shape[:2]:
        raise RejectedError(f"it resizes {list(shape)} to {list(target)}", "height and width of a map")
    mode = word(node, "mode", "nearest")
    how = word(
        node, "coordinate_transformation_mode", "asymmetric" if node.op == "Upsample" else "half_pixel"
    )
    if mode == "nearest":
        return _nearest(reading, node, value, target, scales, how)
    if mode == "linear" and len(shape) == 4:
        return _linear(reading, node, value, target, scales, how)
    raise RejectedError(f"its mode is {mode}", "nearest, or linear on a map")


def _target(reading: Reading, node: OnnxNode, shape: Shape) -> tuple[Shape, tuple[float, ...]]:
    """The shape afterwards, and by how much each axis grows."""
    at = 1 if node.op == "Upsample" or reading.opset < 11 else 2
    factors = reading.numbers(node, at, "list of scales") if reading.given(node, at) else None
    listed = node.attributes.get("scales")
    if factors is None and isinstance(listed, np.ndarray):
        factors = listed
    wanted = reading.integers(node, 3, "list of sizes") if reading.given(node, 3) else None
    if integers(node, "axes") is not None or word(node, "keep_aspect_ratio_policy", "stretch") != "stretch":
        raise RejectedError("it names axes or keeps an aspect ratio", "scales or sizes of all axes")
    if factors is not None and factors.size == len(shape):
        if not np.isfinite(factors).all() or factors.min() <= 0 or factors.max() > LARGEST:
            raise malformed(node, "has scales that are no positive numbers")
        scales = tuple(float(factor) for factor in factors)
        sizes = tuple(floor(size * scale) for size, scale in zip(shape, scales, strict=True))
    elif wanted is not None and len(wanted) == len(shape):
        sizes = wanted
        scales = tuple(new / old for new, old in zip(wanted, shape, strict=True))
    else:
        raise malformed(node, "has neither scales nor sizes for its axes")
    if min(sizes) < 1 or max(sizes) > LARGEST // 16:
        raise malformed(node, f"resizes to {list(sizes)}")
    return sizes, scales


def _nearest(
    reading: Reading, node: OnnxNode, value: Value, target: Shape, scales: tuple[float, ...], how: str
) -> Value:
    shape = shape_of(value)
    rounding = word(node, "nearest_mode", "floor" if node.op == "Upsample" else "round_prefer_floor")
    indices = [
        _nearest_indices(node, shape[axis], target[axis], scales[axis], how, rounding)
        for axis in range(2, len(shape))
    ]
    factors = [new // old for new, old in zip(target[2:], shape[2:], strict=True)]
    blocks = [
        found == tuple(index // max(1, factor) for index in range(len(found)))
        for found, factor in zip(indices, factors, strict=True)
    ]
    if all(blocks) and all(
        new == old * f for new, old, f in zip(target[2:], shape[2:], factors, strict=True)
    ):
        if set(factors) == {1}:
            return value
        return _blocks(reading, node, value, target, (*factors, 1))
    for axis, found in enumerate(indices, start=2):
        if found != tuple(range(shape[axis])):
            value = take_along(reading, node, value, axis, found)
    return value


def _blocks(reading: Reading, node: OnnxNode, value: Value, target: Shape, factors: tuple[int, ...]) -> Value:
    def move(source: Stored) -> Result:
        sides = ((*target[2:], 1)[0], (*target[2:], 1)[1], target[1])
        op = ResizeNearest(factors=(factors[0], factors[1]))
        name = reading.draft.move(op, (reading.as_map(source),), node.outputs[0], sides)
        return result_in(name, target, (*range(2, len(target)), 1))

    return reading.moved(value, stored(target, (*range(2, len(target)), 1)), move)


def _nearest_indices(
    node: OnnxNode, size: int, target: int, scale: float, how: str, rounding: str
) -> tuple[int, ...]:
    """Source pixels, as ONNX's reference defines them."""
    at = np.arange(target, dtype=np.float64)
    match how:
        case "asymmetric":
            x = at / scale
        case "half_pixel":
            x = (at + 0.5) / scale - 0.5
        case "pytorch_half_pixel":
            x = (at + 0.5) / scale - 0.5 if target > 1 else at * 0.0
        case "align_corners":
            x = at * (size - 1) / (target - 1) if target > 1 else at * 0.0
        case _:
            raise RejectedError(f"its coordinates are {how}", "asymmetric, half_pixel or align_corners")
    match rounding:
        case "floor":
            whole = np.floor(x)
        case "ceil":
            whole = np.ceil(x)
        case "round_prefer_floor":
            whole = np.ceil(x - 0.5)
        case "round_prefer_ceil":
            whole = np.floor(x + 0.5)
        case _:
            raise malformed(node, f"has nearest_mode {rounding!r:.40}")
    return tuple(int(index) for index in np.clip(whole, 0, size - 1))


def _linear(
    reading: Reading, node: OnnxNode, value: Value, target: Shape, scales: tuple[float, ...], how: str
) -> Value:
    """TFLite's bilinear kernel has the same coordinates where scales are ratios of the sides."""
    shape = shape_of(value)
    if integer(node, "antialias", 0):
        raise RejectedError("it smooths while it shrinks", "antialias 0")
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", _QUANTIZED_ONLY)
    if any(abs(scale - new / old) > 1e-6 for scale, new, old in zip(scales, target, shape, strict=True)):
        raise RejectedError("its scales are not those of its sides", "scales that give whole sides")
    exact = how in ("asymmetric", "align_corners", "half_pixel")
    if not (exact or (how == "pytorch_half_pixel" and min(target[2:]) > 1)):
        raise RejectedError(f"its coordinates are {how}", "asymmetric, half_pixel or align_corners")
    value = value if isinstance(value, Pending) else reading.computed(value)
    op = ResizeBilinear(
        size=(target[2], target[3]),
        align_corners=how == "align_corners",
        half_pixel_centers=how.endswith("half_pixel"),
    )

    def move(source: Stored) -> Result:
        sides = (target[2], target[3], target[1])
        name = reading.draft.move(op, (reading.as_map(source),), node.outputs[0], sides)
        return result_in(name, target, (2, 3, 1))

    return reading.moved(value, stored(target, (2, 3, 1)), move)


HANDLERS: Handlers = {
    "Concat": concat,
    "Gather": gather,
    "Pad": pad,
    "Resize": resize,
    "Slice": slice_op,
    "Split": split,
    "Upsample": resize,
}
