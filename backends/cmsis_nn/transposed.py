"""Transposed convolutions: deep maps with small strides are enlarged and convolved, others add up by rows."""

import numpy as np

from backends.cmsis_nn.call import Tables, bias, bounds, call_of, dims, offsets, padded, rescaling, tile
from backends.cmsis_nn.scratch import READ_BEHIND, general_conv_bytes, transpose_conv_bytes
from backends.portable.source import Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import TransposeConv2D
from compiler.ir.program import Constant
from compiler.target import Isa

_DEEP = 16
"""With more input channels arm_transpose_conv_wrapper_s8 enlarges the map."""


def lower_transpose_conv2d(source: Source, node: Node, op: TransposeConv2D, isa: Isa) -> Lowered | str:
    """OHWI weights, turned by 180 degrees where the map is enlarged."""
    window = op.window
    channels = source.tensor(node.inputs[0]).shape[-1]
    border = tuple(kernel - 1 - pad for kernel, pad in zip(window.kernel, window.pads[:2], strict=True))
    if channels > _DEEP and max(window.strides) <= 2 and min(border) >= 0:
        return _upscaled(source, node, op, isa, (border[0], border[1]))
    return _by_rows(source, node, op)


def _upscaled(source: Source, node: Node, op: TransposeConv2D, isa: Isa, border: tuple[int, int]) -> Lowered:
    height, width, channels = source.tensor(node.inputs[0]).shape
    outputs = source.tensor(node.outputs[0]).shape
    kernel, strides = op.window.kernel, op.window.strides
    weights = _turned(source, node)
    if isa == "mve":
        weights = padded(weights, outputs[-1] * kernel[0] * kernel[1] * channels + READ_BEHIND)
    tables: Tables = (("weights", weights), *bias(source, node), *rescaling(source, node, outputs[-1]))
    scratch_bytes = general_conv_bytes(isa, kernel[0] * kernel[1] * channels)
    fields = (
        *offsets(source, node, "conv"),
        *tile("conv.stride", (1, 1)),
        *tile("conv.padding", border),
        *tile("conv.dilation", (1, 1)),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *dims("input", 1, (height * strides[0], width * strides[1], channels)),
        *dims("filter", outputs[-1], (*kernel, channels)),
        *dims("upscale", 0, (*strides, 0)),
        *dims("output", 1, outputs),
        ("scratch_bytes", scratch_bytes),
    )
    name = "protonas_cmsis_transpose_conv2d_upscaled_s8"
    return call_of(source, node, name, fields, tables=tables, scratch_bytes=scratch_bytes)


def _turned(source: Source, node: Node) -> Constant:
    weights = source.parameter(node.inputs[1], "turned_weights")
    data = None if weights.data is None else np.ascontiguousarray(weights.data[:, ::-1, ::-1, :])
    return make_constant(weights.name, weights.dtype, weights.shape, data)


def _by_rows(source: Source, node: Node, op: TransposeConv2D) -> Lowered | str:
    """The library writes rows that are done from a buffer of as many as the kernel has; where it would write
    more than there are, or, before a fix of July 2026, in the wrong place, it is not called."""
    window = op.window
    kernel, strides, (top, left, bottom, right) = window.kernel, window.strides, window.pads
    overhang = tuple(size - stride for size, stride in zip(kernel, strides, strict=True))
    cropped_below = (bottom - op.extra[0], right - op.extra[1])
    if top % strides[0] or min(overhang) < 0 or min(cropped_below) < 0:
        return "its windows leave gaps or its pads are no multiple of its strides"
    if (
        cropped_below[0] > overhang[0]
        or cropped_below[1] > overhang[1]
        or top > overhang[0]
        or left > overhang[1]
    ):
        return "its pads reach further than its windows overlap"
    inputs, outputs = (source.tensor(name).shape for name in (node.inputs[0], node.outputs[0]))
    tables: Tables = (
        ("weights", source.parameter(node.inputs[1], "weights")),
        *bias(source, node),
        *rescaling(source, node, outputs[-1]),
    )
    scratch_bytes = transpose_conv_bytes(window, inputs[1], outputs[-1])
    fields = (
        *offsets(source, node, "conv"),
        *tile("conv.stride", strides),
        *tile("conv.padding", (top, left)),
        *tile("conv.padding_offsets", (0, 0)),
        *tile("conv.dilation", (1, 1)),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *dims("input", 1, inputs),
        *dims("filter", outputs[-1], (*kernel, inputs[-1])),
        *dims("output", 1, outputs),
        ("scratch_bytes", scratch_bytes),
    )
    name = "protonas_cmsis_transpose_conv2d_s8"
    return call_of(source, node, name, fields, tables=tables, scratch_bytes=scratch_bytes)
