"""TRANSPOSE_CONV. TFLM: micro/kernels/transpose_conv.cc; padding is that of the forward convolution over
the output.
"""

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.convolutions import map_shape, weight_shape
from compiler.frontends.tflite.weighted import (
    add_bias,
    add_weight,
    check_types,
    each_channel,
    weight_quantization,
)
from compiler.frontends.tflite.windows import is_same, same_pads, strides_of
from compiler.ir.ops import Pair, TransposeConv2D, Window

_WEIGHT, _VALUE, _BIAS = 1, 2, 3


def import_transpose_conv(call: Call) -> None:
    """Inputs: the output's shape, weight OHWI, x, bias or not."""
    check_types(call, _VALUE, _WEIGHT)
    call.require(call.source(_WEIGHT).dtype == "int8", "its weights are int4", "int8 weights")
    height, width, depth = map_shape(call, call.source(_VALUE))
    filters, rows, columns, weight_depth = weight_shape(call, _WEIGHT)
    output = map_shape(call, call.target())
    if weight_depth != depth:
        raise call.broken(f"has weights of depth {weight_depth} on a map of depth {depth}")
    strides = strides_of(call)
    (top, bottom, below), (left, right, beside) = (
        _crop(call, size, kernel, stride, made)
        for size, kernel, stride, made in zip(
            (height, width), (rows, columns), strides, output[:2], strict=True
        )
    )
    window = Window(kernel=(rows, columns), strides=strides, pads=(top, left, bottom, right))
    found = each_channel(weight_quantization(call, _WEIGHT, 0, filters), 0, filters)
    weight = add_weight(call, _WEIGHT, (filters, rows, columns, depth), found)
    op = TransposeConv2D(window=window, extra=(below, beside), activation=call.activation())
    bias = add_bias(call, _BIAS, _VALUE, found, filters, ("int64", "int16"))
    call.emit(op, (call.value(_VALUE, (height, width, depth)), weight, *bias), output)


def _crop(call: Call, size: int, kernel: int, stride: int, made: int) -> tuple[int, int, int]:
    """What is cropped before and after along one side, and added after, to make `made` of the full output."""
    full = (size - 1) * stride + kernel
    pads: Pair = same_pads(made, kernel, stride) if is_same(call) else (0, 0)
    after = full - pads[0] - made
    return pads[0], max(0, after), max(0, -after)
