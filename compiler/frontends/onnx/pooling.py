"""Pooling and means. A mean whose divisor or scales the Graph's pooling lacks is a depthwise convolution."""

from dataclasses import replace
from math import prod

import numpy as np

from compiler.frontends.onnx.attributes import integer, integers, malformed
from compiler.frontends.onnx.convolutions import read_window, window_sides
from compiler.frontends.onnx.layout import Shape, channels_last, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, require_map, result_in
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import INTEGERS, Floats, Reals, Result, Stored, Value
from compiler.frontends.onnx.weights import require_multiplier
from compiler.ir.ops import (
    Activation,
    AveragePool2D,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Pad,
    Window,
)
from compiler.ir.tensor import Quantization


def max_pool(reading: Reading, node: OnnxNode) -> Value:
    """Compares integers: exact whatever they stand for, if the order is that of the numbers."""
    value = reading.value(node, 0)
    if isinstance(value, Reals) and np.any(np.diff(value.table[np.argsort(INTEGERS)]) < 0):
        value = reading.settled(value)
    shape = require_map(node, value)
    if len(node.outputs) > 1 and node.outputs[1]:
        raise RejectedError("its indices are read", "its first output alone")
    window, sides = _pool_window(node, shape)
    if window.dilations != (1, 1):
        raise RejectedError("its window is dilated", "dilations of 1")
    output = (1, shape[1], *sides[: len(shape) - 2])

    def move(stored_value: Stored) -> Result:
        source = reading.as_map(stored_value)
        name = reading.draft.move(MaxPool2D(window=window), (source,), node.outputs[0], (*sides, shape[1]))
        return result_in(name, output, channels_last(output))

    return reading.moved(value, stored(output, channels_last(output)), move)


def average_pool(reading: Reading, node: OnnxNode) -> Value:
    """With the padding counted, or without."""
    x = reading.operand(node, 0)
    shape = require_map(node, x)
    window, sides = _pool_window(node, shape)
    if window.dilations != (1, 1):
        raise RejectedError("its window is dilated", "dilations of 1")
    counted = bool(integer(node, "count_include_pad", 0)) and any(window.pads)
    if counted and integer(node, "ceil_mode", 0):
        raise RejectedError("it counts padding and rounds its size up", "ceil_mode 0")
    return _average(reading, node, x, window, (*sides, shape[1]), counted)


def _average(
    reading: Reading, node: OnnxNode, x: Reals | Floats, window: Window, sides: Shape, counted: bool
) -> Value:
    shape = x.layout.shape
    output = (1, shape[1], *sides[: len(shape) - 2])

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        source = reading.as_map(x)
        if grid is None or not isinstance(x, Reals):
            name = _float_average(reading, node, source, window, sides, counted)
        elif grid == x.grid and not counted:
            op = AveragePool2D(window=window, activation=activation)
            name = reading.draft.compute(op, (source,), node.outputs[0], sides, grid)
        elif counted or not any(window.pads):
            name = _depthwise_average(reading, node, source, x.grid, window, sides, grid, activation)
        else:
            name = _rescaled_average(reading, node, source, x.grid, window, sides, grid)
        return result_in(name, output, channels_last(output))

    return reading.result(stored(output, channels_last(output)), finish)


def _float_average(
    reading: Reading, node: OnnxNode, source: str, window: Window, sides: Shape, counted: bool
) -> str:
    if counted:
        top, left, bottom, right = window.pads
        height, width, channels = reading.draft.shape(source)
        padded = (height + top + bottom, width + left + right, channels)
        pad = Pad(pads=((top, bottom), (left, right), (0, 0)))
        source = reading.draft.move(pad, (source,), f"{node.outputs[0]}/padded", padded)
        window = replace(window, pads=(0, 0, 0, 0))
    return reading.draft.compute(AveragePool2D(window=window), (source,), node.outputs[0], sides, None)


def _depthwise_average(
    reading: Reading,
    node: OnnxNode,
    source: str,
    source_grid: Quantization,
    window: Window,
    sides: Shape,
    grid: Quantization,
    activation: Activation,
) -> str:
    """Weights of 1 that stand for 1 / elements of the window: padding adds nothing and is counted."""
    scale = float(np.float32(1.0 / prod(window.kernel)))
    require_multiplier(source_grid.scale[0] * scale, grid)
    ones = np.ones((1, *window.kernel, sides[2]), np.int8)
    weight = reading.draft.parameter(
        f"{node.outputs[0]}/ones", ones, Quantization(scale=(scale,), zero_point=(0,))
    )
    op = DepthwiseConv2D(window=window, activation=activation)
    return reading.draft.compute(op, (source, weight), node.outputs[0], sides, grid)


def _rescaled_average(
    reading: Reading,
    node: OnnxNode,
    source: str,
    source_grid: Quantization,
    window: Window,
    sides: Shape,
    grid: Quantization,
) -> str:
    """A mean on the input's grid, off by half a step of it, then rounded to the output's: within 1 where that
    is not twice as fine.
    """
    if grid.scale[0] < source_grid.scale[0] * 0.505:
        raise RejectedError(
            "it leaves padding out of its means and its output is twice as fine as its input",
            "one scale for input and output, or count_include_pad 1",
        )
    op = AveragePool2D(window=window)
    mean = reading.draft.compute(op, (source,), f"{node.outputs[0]}/mean", sides, source_grid)
    layout = stored(sides, (0, 1, 2))
    value = reading.plain(Result(mean, layout), source_grid)
    return reading.looked_up(value, grid)


def global_max_pool(reading: Reading, node: OnnxNode) -> Value:
    """(1, C, H, W) to (1, C, 1, 1): one window as large as the map."""
    shape = require_map(node, reading.value(node, 0))
    whole = replace(node, op="MaxPool", attributes={"kernel_shape": shape[2:]})
    return max_pool(reading, whole)


def global_average_pool(reading: Reading, node: OnnxNode) -> Value:
    """(1, C, H, W) to (1, C, 1, 1)."""
    x = reading.operand(node, 0)
    shape = require_map(node, x)
    return global_average(reading, node, x, (*shape[:2], *(1,) * (len(shape) - 2)))


def global_average(reading: Reading, node: OnnxNode, x: Reals | Floats, output: Shape) -> Value:
    """The mean over the map of each channel, under the shape `output`."""
    channels = x.layout.shape[1]

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        require_mean(x, grid)
        wanted = node.outputs[0] if activation == "none" else f"{node.outputs[0]}/mean"
        source = reading.as_map(x)
        name = reading.draft.compute(GlobalAveragePool(), (source,), wanted, (channels,), grid)
        return reading.activated(Result(name, stored((channels,), (0,))), activation, grid, output)

    return reading.result(stored(output, tuple(range(len(output)))), finish)


def _pool_window(node: OnnxNode, shape: Shape) -> tuple[Window, tuple[int, int]]:
    """The window with pads below and to the right that make ceil_mode's size, and the size."""
    kernel = integers(node, "kernel_shape")
    if kernel is None or len(kernel) != len(shape) - 2 or min(kernel) < 1:
        raise malformed(node, "has no kernel_shape for its map")
    window = read_window(node, kernel, shape[2:])
    if integer(node, "ceil_mode", 0):
        window = _rounded_up(window, (*shape[2:], 1)[:2])
    pads = window.pads
    if max(pads[0], pads[2]) >= window.kernel[0] or max(pads[1], pads[3]) >= window.kernel[1]:
        raise RejectedError("some of its windows lie wholly in the padding", "pads smaller than the kernel")
    return window, window_sides(node, window, shape[2:])


def _rounded_up(window: Window, sides: tuple[int, ...]) -> Window:
    """More padding at the ends, so that a last window which sticks out counts; none that starts in it."""
    pads = list(window.pads)
    for axis, side in enumerate(sides):
        extent = (window.kernel[axis] - 1) * window.dilations[axis] + 1
        stride, begin = window.strides[axis], pads[axis]
        steps = -(-(side + begin + pads[axis + 2] - extent) // stride)
        if steps * stride >= side + begin:
            steps -= 1
        pads[axis + 2] = max(0, steps * stride + extent - side - begin)
    return replace(window, pads=(pads[0], pads[1], pads[2], pads[3]))


def require_mean(x: Reals | Floats, grid: Quantization | None) -> None:
    """RejectedError where a mean's scales are out of proportion."""
    if grid is not None and isinstance(x, Reals):
        require_multiplier(x.grid.scale[0], grid)


HANDLERS: Handlers = {
    "AveragePool": average_pool,
    "GlobalAveragePool": global_average_pool,
    "MaxPool": max_pool,
    "GlobalMaxPool": global_max_pool,
}
