"""Pad: borders of a constant, and borders that mirror or repeat the map."""

from math import isfinite

import numpy as np

from compiler.frontends.onnx.attributes import LARGEST, axis_of, integers, malformed, number, word
from compiler.frontends.onnx.layout import Order
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.moves import cut, moved_along, take_along
from compiler.frontends.onnx.reading import Handlers, Reading, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Integers, Pending, Reals, Value
from compiler.ir.ops import Op, Pad


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
    return cut(reading, node, value, tuple(cuts), f"{node.outputs[0]}/cropped")


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


HANDLERS: Handlers = {"Pad": pad}
