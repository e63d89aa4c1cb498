"""Layers on int8 with int4 weights, two to a byte, as calls of the library's."""

from dataclasses import replace
from math import prod

import numpy as np

from backends.cmsis_nn.call import (
    Tables,
    bias,
    bounds,
    call_of,
    dims,
    map_dims,
    offsets,
    pixel_fields,
    rescaling,
    window_tiles,
)
from backends.cmsis_nn.scratch import READ_BEHIND, conv_bytes_s4, depthwise_bytes_s4
from backends.cmsis_nn.windows import is_pointwise, meets_rows, rounds_all_once, splits_packed
from backends.portable.source import Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, Window
from compiler.ir.program import Constant
from compiler.target import Isa


def lower_conv2d_s4(source: Source, node: Node, op: Conv2D, isa: Isa) -> Lowered | str:
    """OHWI weights as they are; a reason where the library cannot do it."""
    filters, *inner = source.tensor(node.inputs[1]).shape
    if op.groups != 1:
        return "the library's convolution with int4 weights has no groups"
    kernel = _conv_kernel(source, node, op.window, isa)
    if kernel is None:
        return "the library knows nothing of pads below and to the right of a window of 1 x 1"
    height, width, _ = source.tensor(node.outputs[0]).shape
    together = width if kernel == "conv2d_1x1_strided" else height * width
    if isa == "mve" and kernel != "conv2d_row" and not rounds_all_once(source.graph.rounding, together):
        return "the library rounds the last two or three pixels twice on MVE, by arm_requantize_mve_pred"
    scratch_bytes = conv_bytes_s4(isa, prod(inner)) if kernel in ("conv2d", "conv2d_even") else 0
    tables: Tables = (_weights(source, node, isa), *bias(source, node), *rescaling(source, node, filters))
    fields = (
        *offsets(source, node, "conv"),
        *window_tiles("conv", op.window, dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *map_dims(source, node, (filters, *inner)),
        ("scratch_bytes", scratch_bytes),
    )
    name = f"protonas_cmsis_{kernel}_s4"
    return call_of(source, node, name, fields, tables=tables, scratch_bytes=scratch_bytes)


def _conv_kernel(source: Source, node: Node, window: Window, isa: Isa) -> str | None:
    """What arm_convolve_wrapper_s4 would choose where that is right; None where nothing is. Off MVE
    arm_convolve_1_x_n_s4 is arm_convolve_s4; on MVE it loses count of nibbles where channels are odd."""
    if is_pointwise(window):
        return "conv2d_1x1" if window.strides == (1, 1) else "conv2d_1x1_strided"
    if window.kernel == window.dilations == (1, 1) and window.pads[:2] == (0, 0):
        return None
    if isa != "mve":
        return "conv2d"
    (height, width, channels), outputs = (
        source.tensor(name).shape for name in (node.inputs[0], node.outputs[0])
    )
    one_row = height == window.kernel[0] == window.dilations[1] == 1
    countable = channels % 2 == 0 and window.strides[1] * channels % 4 == 0
    sides = (outputs[0], outputs[1])
    if one_row and countable and splits_packed(window, width, sides, source.graph.rounding):
        return "conv2d_row"
    return "conv2d_even" if prod(window.kernel) * channels % 2 == 0 else "conv2d"


def lower_depthwise_conv2d_s4(source: Source, node: Node, op: DepthwiseConv2D, isa: Isa) -> Lowered | str:
    """(1, H, W, C) weights as they are. arm_depthwise_conv_s4_opt is not for multipliers and dilations, nor
    for windows that lie far out, nor for MVE: there it and the kernel that it calls move low nibbles under
    the predicate 0x0F0F, of which GCC 12.2 makes one of all lanes, and what compiled a library cannot be
    seen. arm_depthwise_conv_s4 is for all, but where channels are odd it loses count of nibbles at taps
    outside the map."""
    inputs, outputs = (source.tensor(name).shape for name in (node.inputs[0], node.outputs[0]))
    fast = isa != "mve" and op.multiplier == 1 and op.window.dilations == (1, 1)
    fast = fast and meets_rows(op.window, inputs[0], outputs[0])
    if not fast and inputs[-1] % 2:
        return "the library's arm_depthwise_conv_s4 is not exact on an odd number of channels"
    channels = outputs[-1]
    scratch_bytes = depthwise_bytes_s4(prod(op.window.kernel), channels) if fast else 0
    fields = (
        *offsets(source, node, "conv"),
        ("conv.ch_mult", op.multiplier),
        *window_tiles("conv", op.window, dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *map_dims(source, node, (1, *op.window.kernel, channels)),
        ("scratch_bytes", scratch_bytes),
    )
    name = f"protonas_cmsis_depthwise_conv2d{'' if fast else '_generic'}_s4"
    weights = ("weights", source.parameter(node.inputs[1], "weights"))
    tables: Tables = (weights, *bias(source, node), *rescaling(source, node, channels))
    return call_of(source, node, name, fields, tables=tables, scratch_bytes=scratch_bytes)


def lower_dense_s4(source: Source, node: Node, op: Dense, isa: Isa) -> Lowered:
    """(units, inputs) weights as they are. With a scale for each channel it is a convolution of one pixel:
    arm_fully_connected_s4 has one for all."""
    units, inputs = source.tensor(node.inputs[1]).shape
    quantization = source.quantization(node.inputs[1])
    if quantization is not None and quantization.axis is not None:
        channels: Tables = (_weights(source, node, isa), *bias(source, node), *rescaling(source, node, units))
        pixel = (*pixel_fields(source, node, op, inputs, units), ("scratch_bytes", 0))
        return call_of(source, node, "protonas_cmsis_conv2d_1x1_s4", pixel, tables=channels)
    fields = (
        *offsets(source, node, "dense"),
        ("dense.filter_offset", 0),
        *bounds(source, op.activation, node.outputs[0], "dense.activation"),
        *dims("input", 1, (1, 1, inputs)),
        *dims("filter", inputs, (1, 1, units)),
        *dims("output", 1, (1, 1, units)),
    )
    scale = rescaling(source, node, units)
    first = {f"rescaling.{field}": 0 if table.data is None else int(table.data[0]) for field, table in scale}
    tables: Tables = (_weights(source, node, isa), *bias(source, node))
    return call_of(source, node, "protonas_cmsis_dense_s4", (*fields, *first.items()), tables=tables)


def _weights(source: Source, node: Node, isa: Isa) -> tuple[str, Constant]:
    """With READ_BEHIND bytes behind them on MVE."""
    weights = source.parameter(node.inputs[1], "weights")
    if isa != "mve":
        return "weights", weights
    data = None if weights.data is None else np.pad(weights.data.reshape(-1), (0, READ_BEHIND))
    shape = (2 * (weights.bytes + READ_BEHIND),)
    longer = make_constant(f"{weights.name}_padded", weights.dtype, shape, data)
    return "weights", replace(longer, alignment=weights.alignment)
