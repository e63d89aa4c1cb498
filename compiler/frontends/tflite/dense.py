"""FULLY_CONNECTED. TFLM: micro/kernels/fully_connected_common.cc.

Weights with one scale keep it: for those TFLM multiplies the scales in float32.
"""

from math import prod

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.weighted import add_bias, add_weight, check_types, weight_quantization
from compiler.ir.ops import Conv2D, Dense, Window


def import_fully_connected(call: Call) -> None:
    """x of any shape as rows, each times the weights; many rows are a map for a 1x1 Conv2D."""
    check_types(call, 0, 1)
    call.require(
        call.option("WeightsFormat") == 0, "its weights are shuffled", "weights in their plain order"
    )
    shape = call.shape(call.source(1))
    if len(shape) < 2:
        raise call.broken(f"has weights {list(shape)}")
    units, depth = prod(shape[:-1]), shape[-1]
    elements = prod(call.shape(call.source(0)))
    if len(shape) > 2 or elements % depth:
        raise call.broken(f"has weights {list(shape)} for {elements} numbers")
    rows, activation = elements // depth, call.activation()
    found = weight_quantization(call, 1, 0, units)
    call.require(
        found.axis is None or call.source(1).dtype == "int8",
        "its int4 weights have a scale per channel",
        "int4 with one scale, or int8",
    )
    bias = add_bias(call, 2, 0, found, units)
    if rows == 1:
        weight = add_weight(call, 1, (units, depth), found)
        call.emit(Dense(activation=activation), (call.value(0, (depth,)), weight, *bias), (units,))
        return
    weight = add_weight(call, 1, (units, 1, 1, depth), found)
    op = Conv2D(window=Window(kernel=(1, 1)), activation=activation)
    call.emit(op, (call.value(0, (1, rows, depth)), weight, *bias), (1, rows, units))
