"""Convolutions as calls of the library's wrappers. Input and output stay apart: kernels read pixels again."""

from math import prod

import numpy as np

from backends.cmsis_nn.call import (
    Tables,
    bias,
    bounds,
    call_of,
    map_dims,
    offsets,
    padded,
    padded_channels,
    rescaling,
    window_tiles,
)
from backends.cmsis_nn.scratch import READ_BEHIND, conv_bytes, depthwise_bytes, general_conv_bytes, up
from backends.cmsis_nn.windows import TOO_FAR_OUT, is_pointwise, meets_rows, splits_evenly
from backends.portable.source import Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import Conv2D, DepthwiseConv2D, Window
from compiler.target import Isa


def lower_conv2d(source: Source, node: Node, op: Conv2D, isa: Isa) -> Lowered | str:
    """OHWI weights as they are; a reason where the library cannot do it."""
    inputs = source.tensor(node.inputs[0]).shape[-1]
    filters = source.tensor(node.outputs[0]).shape[-1]
    group = inputs // op.groups
    if prod(op.window.kernel) * inputs > 65535:
        return "its window covers more than 65,535 numbers"
    weights = source.parameter(node.inputs[1], "weights")
    tables: Tables = (("weights", weights), *bias(source, node), *rescaling(source, node, filters))
    return _conv(source, node, op.window, (filters, group), op, tables, isa)


def lower_depthwise_conv2d(source: Source, node: Node, op: DepthwiseConv2D, isa: Isa) -> Lowered | str:
    """(1, H, W, C) weights as they are. On MVE one input channel makes it a convolution, as in the wrapper,
    which would transpose the weights at every run."""
    inputs = source.tensor(node.inputs[0]).shape
    outputs = source.tensor(node.outputs[0]).shape
    channels = outputs[-1]
    if isa == "mve" and inputs[-1] == 1 and channels > 1:
        return _depthwise_as_conv(source, node, op, isa)
    weights = source.parameter(node.inputs[1], "weights")
    tables: Tables = (*bias(source, node), *rescaling(source, node, channels))
    if isa == "mve":
        tables = padded_channels(_with_bias(source, node, tables, channels), channels)
        weights = padded(weights, prod(weights.shape) + up(channels, 4) - channels)
    kernel = _depthwise_kernel(op, isa)
    if kernel.endswith("conv2d_s8") and isa == "dsp" and not meets_rows(op.window, inputs[0], outputs[0]):
        return TOO_FAR_OUT
    scratch_bytes = depthwise_bytes(isa, op.window, inputs[-1], op.multiplier)
    fields = (
        *offsets(source, node, "conv"),
        ("conv.ch_mult", op.multiplier),
        *window_tiles("conv", op.window, dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *map_dims(source, node, (1, *op.window.kernel, channels)),
        ("scratch_bytes", scratch_bytes),
    )
    tables = (("weights", weights), *tables)
    return call_of(source, node, kernel, fields, tables=tables, scratch_bytes=scratch_bytes)


def _depthwise_as_conv(source: Source, node: Node, op: DepthwiseConv2D, isa: Isa) -> Lowered:
    channels = source.tensor(node.outputs[0]).shape[-1]
    weights = source.parameter(node.inputs[1], "filters")
    data = None if weights.data is None else np.ascontiguousarray(weights.data.transpose(3, 1, 2, 0))
    weights = make_constant(weights.name, "int8", (channels, *weights.shape[1:3], 1), data)
    tables: Tables = (("weights", weights), *bias(source, node), *rescaling(source, node, channels))
    return _conv(source, node, op.window, (channels, 1), op, tables, isa)


def _conv(
    source: Source,
    node: Node,
    window: Window,
    filters: tuple[int, int],
    op: Conv2D | DepthwiseConv2D,
    tables: Tables,
    isa: Isa,
) -> Lowered:
    """`filters`: how many there are, and of how many channels."""
    (height, width, channels), outputs = (
        source.tensor(name).shape for name in (node.inputs[0], node.outputs[0])
    )
    whole = filters[1] == channels
    pointwise = whole and is_pointwise(window)
    padded_pixels = whole and not pointwise and window.kernel == window.dilations == (1, 1)
    one_row = height == window.kernel[0] == window.dilations[1] == 1 and window.strides[1] * channels % 4 == 0
    row = (width, outputs[1]) if whole and one_row and not pointwise else None
    uneven = row is not None and isa == "mve" and not splits_evenly(window, width, (outputs[0], outputs[1]))
    general = uneven or (padded_pixels and window.pads[:2] == (0, 0))
    scratch_bytes = (
        general_conv_bytes(isa, prod(window.kernel) * channels)
        if general
        else conv_bytes(isa, window, channels, pointwise=pointwise, row=row)
    )
    kind = _conv_kernel(window, general=general, pointwise=pointwise, row=row is not None and isa == "mve")
    if isa == "mve":
        tables = tuple(
            (field, padded(table, prod(table.shape) + READ_BEHIND) if field == "weights" else table)
            for field, table in tables
        )
    fields = (
        *offsets(source, node, "conv"),
        *window_tiles("conv", window, dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *map_dims(source, node, (filters[0], *window.kernel, filters[1])),
        ("scratch_bytes", scratch_bytes),
    )
    return call_of(source, node, kind, fields, tables=tables, scratch_bytes=scratch_bytes)


def _conv_kernel(window: Window, *, general: bool, pointwise: bool, row: bool) -> str:
    """What arm_convolve_wrapper_s8 would choose, but for `general`, where it would be wrong."""
    if general:
        return "protonas_cmsis_conv2d_general_s8"
    if pointwise:
        strided = "" if window.strides == (1, 1) else "_strided"
        return f"protonas_cmsis_conv2d_1x1{strided}_s8"
    return "protonas_cmsis_conv2d_row_s8" if row else "protonas_cmsis_conv2d_s8"


def _depthwise_kernel(op: DepthwiseConv2D, isa: Isa) -> str:
    """What arm_depthwise_conv_wrapper_s8 would choose."""
    window = op.window
    if op.multiplier != 1 or window.dilations != (1, 1):
        return "protonas_cmsis_depthwise_conv2d_generic_s8"
    if isa != "mve" and window.kernel == (3, 3) and max(window.pads[:2]) <= 1:
        return "protonas_cmsis_depthwise_conv2d_3x3_s8"
    return f"protonas_cmsis_depthwise_conv2d{'_generic' if isa == 'plain' else ''}_s8"


def _with_bias(source: Source, node: Node, tables: Tables, channels: int) -> Tables:
    """The MVE depthwise kernel adds to the bias pointer before it compares it with NULL."""
    if tables[0][0] == "bias":
        return tables
    known = bool(source.graph.weights)
    zeros = np.zeros(channels, np.int32) if known else None
    return (("bias", make_constant(f"{node.name}/bias", "int32", (channels,), zeros)), *tables)
