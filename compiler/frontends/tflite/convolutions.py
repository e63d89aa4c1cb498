"""CONV_2D and DEPTHWISE_CONV_2D. TFLM: micro/kernels/{conv,depthwise_conv}_common.cc."""

from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.raw import RawTensor
from compiler.frontends.tflite.weighted import (
    add_bias,
    add_weight,
    check_types,
    each_channel,
    weight_quantization,
)
from compiler.frontends.tflite.windows import conv_window
from compiler.ir.ops import Conv2D, DepthwiseConv2D


def map_shape(call: Call, tensor: RawTensor) -> Shape:
    """(H, W, C) of a tensor with four axes. Refusal for a batch of several maps."""
    shape = call.shape(tensor)
    if len(shape) != 4:
        raise call.broken(f"takes {list(shape)} as a map")
    call.require(shape[0] == 1, f"its batch is {shape[0]}", "a batch of 1")
    return shape[1:]


def weight_shape(call: Call, position: int) -> tuple[int, int, int, int]:
    """Of weights with four axes."""
    shape = call.shape(call.source(position))
    if len(shape) != 4:
        raise call.broken(f"has weights {list(shape)}")
    return shape[0], shape[1], shape[2], shape[3]


def import_conv(call: Call) -> None:
    """CONV_2D: x, weight OHWI with I per group, bias or not. Groups follow from I."""
    check_types(call, 0, 1)
    height, width, depth = map_shape(call, call.source(0))
    filters, rows, columns, group_depth = weight_shape(call, 1)
    if depth % group_depth or filters % (depth // group_depth):
        raise call.broken(f"has {filters} filters of depth {group_depth} on a map of depth {depth}")
    window = conv_window(call, (rows, columns), (height, width))
    found = each_channel(weight_quantization(call, 1, 0, filters), 0, filters)
    weight = add_weight(call, 1, (filters, rows, columns, group_depth), found)
    op = Conv2D(window=window, groups=depth // group_depth, activation=call.activation())
    inputs = (call.value(0, (height, width, depth)), weight, *add_bias(call, 2, 0, found, filters))
    call.emit(op, inputs, map_shape(call, call.target()))


def import_depthwise(call: Call) -> None:
    """DEPTHWISE_CONV_2D: x, weight (1, H, W, C * multiplier), bias or not."""
    check_types(call, 0, 1)
    height, width, depth = map_shape(call, call.source(0))
    one, rows, columns, channels = weight_shape(call, 1)
    if one != 1 or channels % depth or call.option("DepthMultiplier") not in (0, channels // depth):
        raise call.broken(f"has weights {[one, rows, columns, channels]} on a map of depth {depth}")
    window = conv_window(call, (rows, columns), (height, width))
    found = each_channel(weight_quantization(call, 1, 3, channels), 3, channels)
    weight = add_weight(call, 1, (1, rows, columns, channels), found)
    op = DepthwiseConv2D(window=window, multiplier=channels // depth, activation=call.activation())
    inputs = (
        call.value(0, (height, width, depth)),
        weight,
        *add_bias(call, 2, 0, found, channels, ("int64",)),
    )
    call.emit(op, inputs, map_shape(call, call.target()))
