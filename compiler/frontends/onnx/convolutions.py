"""Conv and ConvTranspose: windows, pads and groups of ONNX, NCHW and OIHW, as the Graph has them."""

from dataclasses import replace
from functools import partial
from math import ceil

import numpy as np

from compiler.frontends.onnx.affine import after
from compiler.frontends.onnx.attributes import integer, integers, malformed, sizes, word
from compiler.frontends.onnx.layout import Shape, channels_last, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, require_map, result_in
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Affine, Constant, Floats, Reals, Result, Value
from compiler.frontends.onnx.weights import (
    LayerNumbers,
    add_bias,
    add_weight,
    in_parts,
    numbers_on,
    weight_scale,
)
from compiler.ir.ops import Activation, Concat, Conv2D, DepthwiseConv2D, Op, Pads, TransposeConv2D, Window
from compiler.ir.shapes import ShapeError, window_output
from compiler.ir.tensor import Quantization


def conv(reading: Reading, node: OnnxNode) -> Value:
    """Weights (O, I / groups, kh, kw); a series is a map one column wide."""
    x = reading.operand(node, 0)
    require_map(node, x)
    weight = reading.constant(node, 1, "weight")
    bias = reading.constant(node, 2, "bias") if reading.given(node, 2) else None
    return convolved(reading, node, x, weight, bias)


def convolved(
    reading: Reading, node: OnnxNode, x: Reals | Floats, weight: Constant, bias: Constant | None
) -> Value:
    """A node with the attributes of Conv on these numbers."""
    shape = require_map(node, x)
    groups = integer(node, "group", 1)
    filters, depth = _filter_shape(node, weight, shape)
    if groups < 1 or depth * groups != shape[1] or filters % groups:
        raise malformed(node, f"has {filters} filters of {depth} channels in {groups} groups on {shape[1]}")
    window = read_window(node, weight.array.shape[2:], shape[2:])
    sides = window_sides(node, window, shape[2:])
    output = (1, filters, *sides[: len(shape) - 2])
    op: Conv2D | DepthwiseConv2D = Conv2D(window=window, groups=groups)
    if groups == shape[1] and depth == 1 and groups > 1:
        op = DepthwiseConv2D(window=window, multiplier=filters // groups)
    return weighted(reading, node, op, x, weight, bias, output, (*sides, filters))


def conv_transpose(reading: Reading, node: OnnxNode) -> Value:
    """Weights (I, O, kh, kw), one group."""
    x = reading.operand(node, 0)
    shape = require_map(node, x)
    weight = reading.constant(node, 1, "weight")
    bias = reading.constant(node, 2, "bias") if reading.given(node, 2) else None
    depth, filters = _filter_shape(node, weight, shape)
    if integer(node, "group", 1) != 1:
        raise RejectedError("it is grouped", "a transposed convolution of one group")
    if depth != shape[1]:
        raise malformed(node, f"has weights for {depth} channels on {shape[1]}")
    op = _transposed_window(node, weight.array.shape[2:], shape[2:])
    kernel, strides, pads = op.window.kernel, op.window.strides, op.window.pads
    height, width = _plane(shape[2:])
    sides = (
        (height - 1) * strides[0] + kernel[0] - pads[0] - pads[2] + op.extra[0],
        (width - 1) * strides[1] + kernel[1] - pads[1] - pads[3] + op.extra[1],
    )
    if min(sides) < 1:
        raise malformed(node, "crops its whole output")
    return weighted(
        reading, node, op, x, weight, bias, (1, filters, *sides[: len(shape) - 2]), (*sides, filters)
    )


def weighted(
    reading: Reading,
    node: OnnxNode,
    op: Conv2D | DepthwiseConv2D | TransposeConv2D,
    x: Reals | Floats,
    weight: Constant,
    bias: Constant | None,
    shape: Shape,
    sides: Shape,
    affine: Affine | None = None,
) -> Value:
    """A convolution's value: (1, C, ...) to ONNX, `sides` (H, W, C) to the Graph; `affine` follows it."""
    axes = _channel_axes(op)
    if reading.quantized:
        weight_scale(weight, axes[0])

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        numbers = numbers_on(x, weight, bias, affine, axes[0], grid)
        operands = _operands(reading, node.outputs[0], op, x, numbers)
        clamping = replace(op, activation=activation)
        name = reading.draft.compute(clamping, operands, node.outputs[0], sides, grid)
        return result_in(name, shape, channels_last(shape))

    def with_bias(later: Constant) -> Value:
        return weighted(reading, node, op, x, weight, later, shape, sides)

    def with_affine(later: Affine) -> Value:
        return weighted(reading, node, op, x, weight, bias, shape, sides, after(affine, later))

    layout = stored(shape, channels_last(shape))
    bare = bias is None and affine is None
    return reading.result(layout, finish, with_bias=with_bias if bare else None, with_affine=with_affine)


def _operands(
    reading: Reading,
    wanted: str,
    op: Conv2D | DepthwiseConv2D | TransposeConv2D,
    x: Reals | Floats,
    numbers: LayerNumbers,
) -> tuple[str, ...]:
    """Map, weight and, where there is one, bias, the latter two named after the result."""
    axes, transposed = _channel_axes(op), isinstance(op, TransposeConv2D)
    source, weight = reading.as_map(x), numbers.weight
    if numbers.unit is not None and transposed:
        weight, copies = in_parts(weight, axes[0], input_axis=0)
        source = _repeated(reading, source, copies)
    channels = numbers.weight.array.shape[axes[0]]
    order = partial(_ordered, op)
    return (
        source,
        add_weight(reading, f"{wanted}/weight", weight, order, axes, packs=not transposed),
        *add_bias(reading, f"{wanted}/bias", numbers.bias, channels, numbers.unit),
    )


def _repeated(reading: Reading, source: str, copies: int) -> str:
    """A map (H, W, C) with as many copies of its channels."""
    if copies == 1:
        return source
    height, width, channels = reading.draft.shape(source)
    sides = (height, width, copies * channels)
    return reading.draft.move(Concat(axis=2), (source,) * copies, f"{source}/repeated", sides)


def _ordered(op: Op, array: np.ndarray) -> np.ndarray:
    """OIHW to OHWI, or 1HWC for depthwise; IOHW to OHWI for transposed ones. A series has W = 1."""
    planar = array if array.ndim == 4 else array[..., np.newaxis]
    match op:
        case DepthwiseConv2D() | TransposeConv2D():
            return planar.transpose(1, 2, 3, 0)
        case _:
            return planar.transpose(0, 2, 3, 1)


def _channel_axes(op: Op) -> tuple[int, int]:
    """Where output channels are counted: in the file's weight, and in the Graph's."""
    match op:
        case DepthwiseConv2D():
            return 0, 3
        case TransposeConv2D():
            return 1, 0
        case _:
            return 0, 0


def _filter_shape(node: OnnxNode, weight: Constant, shape: Shape) -> tuple[int, int]:
    dims = weight.array.shape
    if len(dims) != len(shape) or min(dims) < 1:
        raise malformed(node, f"has a weight of shape {list(dims)} on {list(shape)}")
    declared = integers(node, "kernel_shape")
    if declared is not None and declared != dims[2:]:
        raise malformed(node, f"has kernel_shape {list(declared)} and a weight of shape {list(dims)}")
    return dims[0], dims[1]


def _plane(sizes_of_axes: tuple[int, ...], fill: int = 1) -> tuple[int, int]:
    return (sizes_of_axes[0], sizes_of_axes[1] if len(sizes_of_axes) == 2 else fill)


def read_window(node: OnnxNode, kernel: tuple[int, ...], sides: tuple[int, ...]) -> Window:
    """Strides, dilations and pads of a convolution or pooling on these sides, auto_pad worked out."""
    rank = len(sides)
    ones = (1,) * rank
    strides = sizes(node, "strides", ones, 1)
    dilations = sizes(node, "dilations", ones, 1)
    how = word(node, "auto_pad", "NOTSET")
    pads = sizes(node, "pads", (0,) * (2 * rank))
    if how in ("SAME_UPPER", "SAME_LOWER"):
        pads = _same_pads(kernel, strides, dilations, sides, how == "SAME_UPPER")
    elif how == "VALID":
        pads = (0,) * (2 * rank)
    elif how != "NOTSET":
        raise malformed(node, f"has auto_pad {how!r:.40}")
    return Window(
        kernel=_plane(kernel),
        strides=_plane(strides),
        dilations=_plane(dilations),
        pads=four_pads(pads),
    )


def four_pads(pads: tuple[int, ...]) -> Pads:
    """ONNX's begins and ends as top, left, bottom, right."""
    return (pads[0], pads[1], pads[2], pads[3]) if len(pads) == 4 else (pads[0], 0, pads[1], 0)


def window_sides(node: OnnxNode, window: Window, sides: tuple[int, ...]) -> tuple[int, int]:
    """Height and width after the window has walked over the map."""
    try:
        return window_output(window, _plane(sides))
    except ShapeError as error:
        raise malformed(node, str(error)) from error


def _same_pads(
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
    sides: tuple[int, ...],
    upper: bool,
) -> tuple[int, ...]:
    begins, ends = [], []
    for size, stride, dilation, side in zip(kernel, strides, dilations, sides, strict=True):
        total = max(0, (ceil(side / stride) - 1) * stride + (size - 1) * dilation + 1 - side)
        less, more = total // 2, total - total // 2
        begins.append(less if upper else more)
        ends.append(more if upper else less)
    return (*begins, *ends)


def _transposed_window(node: OnnxNode, kernel: tuple[int, ...], sides: tuple[int, ...]) -> TransposeConv2D:
    """Pads may exceed what ONNX's output_padding says; what they would not crop is extra."""
    rank = len(sides)
    strides = sizes(node, "strides", (1,) * rank, 1)
    if sizes(node, "dilations", (1,) * rank, 1) != (1,) * rank:
        raise RejectedError("its kernel is dilated", "dilations of 1")
    extra = sizes(node, "output_padding", (0,) * rank)
    pads = sizes(node, "pads", (0,) * (2 * rank))
    how = word(node, "auto_pad", "NOTSET")
    wanted = integers(node, "output_shape")
    if wanted is not None or how.startswith("SAME"):
        target = wanted[-rank:] if wanted else tuple(s * n for s, n in zip(strides, sides, strict=True))
        if len(target) != rank:
            raise malformed(node, "has an output_shape of another rank")
        totals = [
            (side - 1) * stride + e + size - t
            for side, stride, e, size, t in zip(sides, strides, extra, kernel, target, strict=True)
        ]
        if min(totals) < 0:
            raise RejectedError("its output is larger than its kernels reach", "output_padding")
        less = [total // 2 for total in totals]
        more = [total - total // 2 for total in totals]
        pads = (*less, *more) if how == "SAME_UPPER" else (*more, *less)
    elif how == "VALID":
        pads = (0,) * (2 * rank)
    return TransposeConv2D(
        window=Window(kernel=_plane(kernel), strides=_plane(strides), pads=four_pads(pads)),
        extra=_plane(extra, 0),
    )


HANDLERS: Handlers = {"Conv": conv, "ConvTranspose": conv_transpose}
