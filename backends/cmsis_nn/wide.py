"""Layers on int16 as calls of the library's: sums of 64 bits or as many numbers as 32 bits hold.

Input and output stay apart, as on int8. Multipliers are handed over with their lower 16 bits 0: the library
rounds them to 16 bits as TFLM does, which leaves those that are already rounded as they are. Layers with an
int32 bias sum in 32 bits, which hold their sums whatever the input is, and rescale them as int8 layers do.
"""

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
    padded,
    padded_channels,
    pixel_fields,
    rescaling,
    window_tiles,
)
from backends.cmsis_nn.scratch import READ_BEHIND, conv_bytes_s16, depthwise_bytes_s16, up
from backends.cmsis_nn.windows import TOO_FAR_OUT, meets_rows
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D
from compiler.target import Isa

MOST_TAPS = 511
"""So many products of int8 and int16 fit 32 bits, whatever the numbers are."""

MOST_COUNTED_TAPS = 65535
"""The library counts what it multiplies in 16 bits."""

_SUM_BITS = 22
_RESULT_BITS = 30
"""Results beyond are cut to 32 bits in the library and not where runtime_c does."""

_TOO_LARGE = "its results may leave 30 bits before they are clamped"


def lower_conv2d_s16(source: Source, node: Node, op: Conv2D, isa: Isa) -> Lowered | str:
    """OHWI weights as they are; a reason where the library cannot do it."""
    filters, *_ = outer = source.tensor(node.inputs[1]).shape
    taps = prod(outer[1:])
    if op.groups != 1:
        return "the library's int16 convolution has no groups"
    most = MOST_TAPS if source.sums_are_wide(node) else MOST_COUNTED_TAPS
    if taps > most:
        return f"its window covers more than {most} numbers of int16"
    if _may_leave(source, node, taps):
        return _TOO_LARGE
    fields = (
        *offsets(source, node, "conv"),
        *window_tiles("conv", op.window, dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *map_dims(source, node, (filters, *outer[1:])),
    )
    return _conv(source, node, fields, filters, taps, isa)


def _conv(source: Source, node: Node, fields: Fields, filters: int, taps: int, isa: Isa) -> Lowered:
    """arm_convolve_s16, told of the type of the bias."""
    weights = source.parameter(node.inputs[1], "weights")
    if isa == "mve":
        weights = padded(weights, prod(weights.shape) + READ_BEHIND)
    wide = source.sums_are_wide(node)
    rescaled = (rescaling_s16 if wide else rescaling)(source, node, filters)
    scratch_bytes = conv_bytes_s16(isa, taps)
    return call_of(
        source,
        node,
        f"protonas_cmsis_conv2d_s16{'' if wide else '_int32'}",
        (*fields, ("scratch_bytes", scratch_bytes)),
        tables=(("weights", weights), *bias(source, node), *rescaled),
        scratch_bytes=scratch_bytes,
    )


def lower_depthwise_conv2d_s16(source: Source, node: Node, op: DepthwiseConv2D, isa: Isa) -> Lowered | str:
    """(1, H, W, C) weights as they are."""
    channels = source.tensor(node.outputs[0]).shape[-1]
    taps = prod(op.window.kernel)
    if taps > MOST_TAPS:
        return f"its window covers more than {MOST_TAPS} pixels"
    if _may_leave(source, node, taps):
        return _TOO_LARGE
    weights = source.parameter(node.inputs[1], "weights")
    tables: Tables = (*bias(source, node), *rescaling_s16(source, node, channels))
    height, outputs = source.tensor(node.inputs[0]).shape[0], source.tensor(node.outputs[0]).shape[0]
    fast = isa != "plain" and op.multiplier == 1 and op.window.dilations == (1, 1)
    if fast and isa == "dsp" and not meets_rows(op.window, height, outputs):
        return TOO_FAR_OUT
    if fast and isa == "mve":
        tables = padded_channels(tables, channels)
        weights = padded(weights, prod(weights.shape) + up(channels, 4) - channels)
    scratch_bytes = depthwise_bytes_s16(isa, taps, channels) if fast else 0
    fields = (
        *offsets(source, node, "conv"),
        ("conv.ch_mult", op.multiplier),
        *window_tiles("conv", op.window, dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *map_dims(source, node, (1, *op.window.kernel, channels)),
        ("scratch_bytes", scratch_bytes),
    )
    name = f"protonas_cmsis_depthwise_conv2d{'' if fast else '_generic'}_s16"
    tables = (("weights", weights), *tables)
    return call_of(source, node, name, fields, tables=tables, scratch_bytes=scratch_bytes)


def lower_dense_s16(source: Source, node: Node, op: Dense, isa: Isa) -> Lowered | str:
    """(units, inputs) weights as they are. The first 512 products of a row are summed in 32 bits. With a
    scale for each channel, or a bias of int32, it is a convolution of one pixel: arm_fully_connected_s16 has
    one scale for all, and adds int64."""
    units, inputs = source.tensor(node.inputs[1]).shape
    quantization = source.quantization(node.inputs[1])
    per_channel = quantization is not None and quantization.axis is not None
    if isa == "plain" and not source.sums_are_wide(node):
        return "without DSP the library takes longer for the convolution that it would be"
    if per_channel or not source.sums_are_wide(node):
        return _dense_as_conv(source, node, op, isa)
    weights = source.graph.weights.get(node.inputs[1])
    if inputs > MOST_TAPS and weights is not None and weights.min() == -128:
        return "its weights reach -128, with which 512 products leave 32 bits"
    if _may_leave(source, node, inputs):
        return _TOO_LARGE
    fields = (
        *offsets(source, node, "dense"),
        ("dense.filter_offset", 0),
        *bounds(source, op.activation, node.outputs[0], "dense.activation"),
        *dims("input", 1, (1, 1, inputs)),
        *dims("filter", inputs, (1, 1, units)),
        *dims("output", 1, (1, 1, units)),
    )
    scale = rescaling_s16(source, node, units)
    first = {f"rescaling.{field}": 0 if table.data is None else int(table.data[0]) for field, table in scale}
    tables: Tables = (("weights", source.parameter(node.inputs[1], "weights")), *bias(source, node))
    return call_of(source, node, "protonas_cmsis_dense_s16", (*fields, *first.items()), tables=tables)


def _dense_as_conv(source: Source, node: Node, op: Dense, isa: Isa) -> Lowered | str:
    units, inputs = source.tensor(node.inputs[1]).shape
    if source.sums_are_wide(node) and inputs > MOST_TAPS:
        return f"it has a scale for each channel and more than {MOST_TAPS} inputs"
    if _may_leave(source, node, inputs):
        return _TOO_LARGE
    return _conv(source, node, pixel_fields(source, node, op, inputs, units), units, inputs, isa)


def rescaling_s16(source: Source, node: Node, channels: int) -> Tables:
    """Multiplier and shift of every output channel, both int32."""
    multiplier, shift = source.rescaling(node, channels)
    data = None if multiplier.data is None else multiplier.data.astype(np.int32) << 16
    by = None if shift.data is None else shift.data.astype(np.int32)
    return (
        ("multiplier", make_constant(multiplier.name, "int32", multiplier.shape, data)),
        ("shift", make_constant(shift.name, "int32", shift.shape, by)),
    )


def _may_leave(source: Source, node: Node, taps: int) -> bool:
    """Whether a result may have more than _RESULT_BITS; no while the numbers are unknown. Sums of 32 bits are
    rescaled to 32 bits."""
    if not source.sums_are_wide(node):
        return False
    _, shift = source.rescaling(node, source.tensor(node.outputs[0]).shape[-1])
    added = source.graph.weights.get(node.inputs[2]) if len(node.inputs) == 3 else None
    if shift.data is None:
        return False
    greatest = (taps << _SUM_BITS) + (0 if added is None else int(np.abs(added.astype(object)).max()))
    return bool(greatest * 2.0 ** float(shift.data.max()) >= 2**_RESULT_BITS)
