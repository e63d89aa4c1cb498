"""What shape an operator makes of its inputs' shapes: the Graph's own rules, enforced by verify_graph."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from compiler.ir.move_shapes import resized, sliced, taken, transposed
from compiler.ir.ops import (
    Activate,
    Add,
    ArgMax,
    AveragePool2D,
    BatchMatMul,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dequantize,
    GlobalAveragePool,
    LogSoftmax,
    Lookup,
    Lstm,
    Maximum,
    MaxPool2D,
    Mean,
    Minimum,
    Mul,
    Op,
    Pad,
    PRelu,
    Quantize,
    ReadVariable,
    ReduceMax,
    Requantize,
    Reshape,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    Softmax,
    SquaredDifference,
    Sub,
    Sum,
    Svdf,
    Take,
    Transpose,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.shape_error import ShapeError as ShapeError
from compiler.ir.shape_error import require as _require

Shape = tuple[int, ...]


def output_shape(op: Op, inputs: tuple[Shape, ...], declared: Shape) -> Shape:
    """The output's shape, without the batch. `inputs` includes parameters, in the node's order.

    `declared` is the shape a Reshape is to give; other operators ignore it. Raises ShapeError.
    """
    if isinstance(op, Reshape):
        _require(prod(declared) == prod(inputs[0]), f"reshapes {inputs[0]} to {declared}")
        return declared
    if type(op) not in _RULES:
        raise ShapeError(f"has no rule for {type(op).__name__}")
    return _RULES[type(op)](op, inputs)


def window_output(window: Window, shape: Shape) -> tuple[int, int]:
    """Height and width after a window has walked over a map of this shape."""
    top, left, bottom, right = window.pads
    return (
        _walk(shape[0] + top + bottom, window.kernel[0], window.strides[0], window.dilations[0]),
        _walk(shape[1] + left + right, window.kernel[1], window.strides[1], window.dilations[1]),
    )


def _walk(padded: int, kernel: int, stride: int, dilation: int) -> int:
    extent = (kernel - 1) * dilation + 1
    _require(padded >= extent, f"has a window {extent} wide on a padded map {padded} wide")
    return (padded - extent) // stride + 1


def _conv(op: Conv2D, inputs: tuple[Shape, ...]) -> Shape:
    shape, weight = _map(inputs[0]), inputs[1]
    _require(len(weight) == 4, f"has a weight of shape {weight}")
    filters, *kernel, group_channels = weight
    _require(tuple(kernel) == op.window.kernel, f"has kernel {op.window.kernel} and weight {weight}")
    _require(group_channels * op.groups == shape[2], f"has weight {weight} in {op.groups} groups on {shape}")
    _require(filters % op.groups == 0, f"has {filters} filters in {op.groups} groups")
    _require_bias(inputs, filters)
    return (*window_output(op.window, shape), filters)


def _depthwise(op: DepthwiseConv2D, inputs: tuple[Shape, ...]) -> Shape:
    shape = _map(inputs[0])
    channels = shape[2] * op.multiplier
    _require(inputs[1] == (1, *op.window.kernel, channels), f"has weight {inputs[1]} on {shape}")
    _require_bias(inputs, channels)
    return (*window_output(op.window, shape), channels)


def _transpose_conv(op: TransposeConv2D, inputs: tuple[Shape, ...]) -> Shape:
    (height, width, channels), weight, window = _map(inputs[0]), inputs[1], op.window
    _require(weight[1:] == (*window.kernel, channels), f"has kernel {window.kernel} and weight {weight}")
    _require(window.dilations == (1, 1), f"spreads its kernel by {window.dilations}")
    _require(min(op.extra) >= 0, f"adds {op.extra} rows and columns")
    _require_bias(inputs, weight[0])
    return (_spread(op, 0, height), _spread(op, 1, width), weight[0])


def _spread(op: TransposeConv2D, axis: int, size: int) -> int:
    window = op.window
    full = (size - 1) * window.strides[axis] + window.kernel[axis]
    cropped = full - window.pads[axis] - window.pads[axis + 2] + op.extra[axis]
    _require(cropped >= 1, f"crops all {full} rows or columns of its output")
    return cropped


def _pad(op: Pad, inputs: tuple[Shape, ...]) -> Shape:
    shape = inputs[0]
    _require(len(op.pads) == len(shape), f"pads {len(op.pads)} axes of {shape}")
    _require(all(min(pair) >= 0 for pair in op.pads), f"pads by {op.pads}")
    return tuple(before + size + after for (before, after), size in zip(op.pads, shape, strict=True))


def _dense(op: Dense, inputs: tuple[Shape, ...]) -> Shape:
    source, weight = inputs[:2]
    _require(len(source) == 1, f"takes a flat input, not {source}")
    _require(len(weight) == 2 and weight[1] == source[0], f"has weight {weight} on {source}")
    _require_bias(inputs, weight[0])
    return (weight[0],)


def _broadcast(op: Op, inputs: tuple[Shape, ...]) -> Shape:
    """NumPy's rule: shapes are aligned at their ends, and an axis of 1 is repeated."""
    _require(len(inputs) == 2, "takes two inputs")
    rank = max(len(shape) for shape in inputs)
    left, right = ((1,) * (rank - len(shape)) + shape for shape in inputs)
    pairs = tuple(zip(left, right, strict=True))
    _require(all(a == b or 1 in (a, b) for a, b in pairs), f"combines {_text(inputs)}")
    return tuple(max(pair) for pair in pairs)


def _batch_matmul(op: BatchMatMul, inputs: tuple[Shape, ...]) -> Shape:
    _require(len(inputs) == 2, "takes two inputs")
    left, right = inputs
    _require(min(len(left), len(right)) >= 2, f"multiplies {_text(inputs)}")
    rows, depth = left[:-3:-1] if op.transpose_left else left[-2:]
    right_depth, columns = right[:-3:-1] if op.transpose_right else right[-2:]
    _require(depth == right_depth and left[:-2] == right[:-2], f"multiplies {_text(inputs)}")
    return (*left[:-2], rows, columns)


def _reduced(shape: Shape, axes: tuple[int, ...]) -> Shape:
    ascending = tuple(sorted(set(axes))) == axes
    _require(ascending and all(0 <= axis < len(shape) for axis in axes), f"reduces {shape} over axes {axes}")
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def _over_axes(op: Mean | Sum | ReduceMax, inputs: tuple[Shape, ...]) -> Shape:
    return _reduced(inputs[0], op.axes)


def _svdf(op: Svdf, inputs: tuple[Shape, ...]) -> Shape:
    _require(len(inputs) == 5, "takes x, feature weights, time weights, bias and state")
    source, feature, time, bias, state = inputs
    _require(len(source) == 1, f"takes a flat input, not {source}")
    _require(len(feature) == 2 and feature[1:] == source, f"has feature weights {feature} on {source}")
    _require(len(time) == 2 and time[0] == feature[0], f"has time weights {time} for {feature[0]} filters")
    _require(op.rank >= 1 and feature[0] % op.rank == 0, f"has {feature[0]} filters of rank {op.rank}")
    _require(state == time, f"has the state {state} for time weights {time}")
    units = feature[0] // op.rank
    _require(bias == (units,), f"has bias {bias} for {units} units")
    return (units,)


def _lstm(op: Lstm, inputs: tuple[Shape, ...]) -> Shape:
    _require(len(inputs) == 15, "takes x, three parameters for each of four gates, and two states")
    source, units = inputs[0], inputs[3]
    _require(len(source) == 2, f"takes (steps, numbers), not {source}")
    _require(len(units) == 1, f"has bias {units}")
    gate = ((*units, source[1]), (*units, *units), units)
    _require(inputs[1:13] == gate * 4, f"has parameters {inputs[1:13]} on {source}")
    _require(inputs[13:] == (units, units), f"has states {inputs[13:]} for {units[0]} units")
    return (source[0], *units)


def _concat(op: Concat, inputs: tuple[Shape, ...]) -> Shape:
    first, axis = inputs[0], op.axis
    _require(len(inputs) >= 2, "takes two or more inputs")
    _require(0 <= axis < len(first), f"joins {first} along axis {axis}")
    apart = (first[:axis], first[axis + 1 :])
    _require(
        all((s[:axis], s[axis + 1 :]) == apart for s in inputs), f"joins {_text(inputs)} along axis {axis}"
    )
    return (*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :])


def _batch_norm(op: BatchNorm, inputs: tuple[Shape, ...]) -> Shape:
    _require(len(inputs) == 5, "takes x, gamma, beta, mean and variance")
    _require(all(shape == inputs[0][-1:] for shape in inputs[1:]), f"has parameters {inputs[1:]}")
    return inputs[0]


def _prelu(op: PRelu, inputs: tuple[Shape, ...]) -> Shape:
    _require(_broadcast(op, inputs) == inputs[0], f"multiplies {inputs[0]} by alpha {inputs[1]}")
    return inputs[0]


def _lookup(op: Lookup, inputs: tuple[Shape, ...]) -> Shape:
    _require(len(inputs) == 2 and inputs[1] == (256,), f"has a table {inputs[1:]}")
    return inputs[0]


def _pooled(op: MaxPool2D | AveragePool2D, inputs: tuple[Shape, ...]) -> Shape:
    return (*window_output(op.window, _map(inputs[0])), inputs[0][2])


def _enlarged(op: ResizeNearest, inputs: tuple[Shape, ...]) -> Shape:
    _require(min(op.factors) >= 1, f"scales by {op.factors}")
    height, width, channels = _map(inputs[0])
    return (height * op.factors[0], width * op.factors[1], channels)


def _same(op: Op, inputs: tuple[Shape, ...]) -> Shape:
    _require(len(inputs) == 1, "takes one input")
    return inputs[0]


def _map(shape: Shape) -> tuple[int, int, int]:
    _require(len(shape) == 3, f"takes a map (height, width, channels), not {shape}")
    return (shape[0], shape[1], shape[2])


def _require_bias(inputs: tuple[Shape, ...], channels: int) -> None:
    _require(len(inputs) in (2, 3), "takes x, weight and perhaps bias")
    _require(len(inputs) == 2 or inputs[2] == (channels,), f"has bias {inputs[2:]} for {channels} channels")


def _text(shapes: tuple[Shape, ...]) -> str:
    return " and ".join(str(shape) for shape in shapes)


_RULES: Mapping[type[Op], Callable[[Any, tuple[Shape, ...]], Shape]] = {
    Conv2D: _conv,
    DepthwiseConv2D: _depthwise,
    TransposeConv2D: _transpose_conv,
    Dense: _dense,
    BatchNorm: _batch_norm,
    PRelu: _prelu,
    BatchMatMul: _batch_matmul,
    Lookup: _lookup,
    Svdf: _svdf,
    Lstm: _lstm,
    ReadVariable: lambda op, inputs: inputs[0],
    Concat: _concat,
    GlobalAveragePool: lambda op, inputs: (_map(inputs[0])[2],),
    ArgMax: lambda op, inputs: _reduced(inputs[0], (op.axis,)),
    Slice: lambda op, inputs: sliced(op, inputs[0]),
    Transpose: lambda op, inputs: transposed(op, inputs[0]),
    Take: lambda op, inputs: taken(op, inputs[0]),
    ResizeBilinear: lambda op, inputs: resized(op, inputs[0]),
    ResizeNearest: _enlarged,
    Pad: _pad,
    **dict.fromkeys((Add, Sub, Mul, Maximum, Minimum, SquaredDifference), _broadcast),
    **dict.fromkeys((Mean, Sum, ReduceMax), _over_axes),
    **dict.fromkeys((MaxPool2D, AveragePool2D), _pooled),
    **dict.fromkeys((Activate, Unary, Softmax, LogSoftmax, Requantize, Quantize, Dequantize), _same),
}
"""What each operator makes of its inputs' shapes; Reshape is told instead."""
