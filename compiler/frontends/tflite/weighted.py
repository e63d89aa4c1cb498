"""Weights and biases of CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED.

TFLM's rules (micro/kernels/*_common.cc): zero points of weights count as 0; one scale or one for each output
channel; the bias has the scale of the products, whatever the file says.
"""

from dataclasses import replace

import numpy as np

from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import FULL_INTEGER, Call
from compiler.frontends.tflite.types import float32_scale, ir_dtype, ir_quantization
from compiler.ir.tensor import Dtype, Quantization, Tensor

_INT32 = 2
"""TFLite's number of the type."""
WEIGHT_TYPES = {"int8": ("int8", "int4"), "int16": ("int8",)}
"""By the type of the activations."""
_ACTIVATIONS_AND_WEIGHTS = "int8 activations with int8 or int4 weights, int16 with int8"


def check_types(call: Call, value: int, weight: int) -> None:
    """Refuses what TFLM has no kernel for: hybrid models, uint8, float32."""
    source, target, weights = call.source(value), call.target(), call.source(weight)
    allowed = WEIGHT_TYPES.get(source.dtype, ())
    if not allowed or source.dtype != target.dtype or weights.dtype not in allowed:
        call.refuse(
            f"it takes {source.dtype} and {weights.dtype} weights to {target.dtype}",
            FULL_INTEGER if source.dtype == "float32" else _ACTIVATIONS_AND_WEIGHTS,
        )


def weight_quantization(call: Call, position: int, axis: int, channels: int) -> Quantization:
    """Of the weights; `axis` is where their output channels lie in the file."""
    tensor = call.source(position)
    call.build.spend(channels)
    found = ir_quantization(tensor)
    assert found is not None
    call.require(not any(found.zero_point), "its weights have a zero point", "weights with zero point 0")
    if found.axis is None:
        return found
    call.require(found.axis == axis, f"its weights are scaled along axis {found.axis}", f"axis {axis}")
    if len(found.scale) != channels:
        raise call.broken(f"has {len(found.scale)} scales for {channels} channels")
    return found


def each_channel(found: Quantization, axis: int, channels: int) -> Quantization:
    """One scale for each channel: with those TFLM multiplies scales in double, not in float32."""
    scale = found.scale if found.axis is not None else found.scale * channels
    return Quantization(scale=scale, zero_point=(0,) * channels, axis=axis)


def add_weight(call: Call, position: int, shape: Shape, quantization: Quantization) -> str:
    """The weights as a parameter of `shape`. Refusal where they are computed."""
    tensor = call.source(position)
    array = call.array(position, "weight")
    return call.parameter(
        tensor, array.reshape(shape), Tensor(shape=shape, dtype=ir_dtype(tensor), quantization=quantization)
    )


def add_bias(
    call: Call,
    position: int,
    value: int,
    weight: Quantization,
    channels: int,
    wide: tuple[str, ...] = ("int64", "int32"),
) -> tuple[str, ...]:
    """The bias as a parameter, or nothing where there is none. `wide`: types it may have beside int16 values.

    Where it is int32 TFLM sums in 32 bits and rescales as on int8, which is so where there is none and the
    operator says that it would be: then it is one of zeros. int16 ones become int64.
    """
    is_wide = call.source(value).dtype == "int16"
    if not call.has(position):
        if not is_wide or call.operator.options.get("QuantizedBiasType") != _INT32:
            return ()
        typed = _bias_type(call, value, weight, channels, "int32")
        return (call.build.add_parameter(f"{call.name}/bias", np.zeros(channels, np.int32), typed),)
    tensor, array = call.source(position), call.array(position, "bias")
    wanted = wide if is_wide else ("int32",)
    call.require(tensor.dtype in wanted, f"its bias is {tensor.dtype}", f"an {' or '.join(wanted)} bias")
    if array.size != channels:
        raise call.broken(f"has {array.size} biases for {channels} channels")
    dtype: Dtype = "int64" if tensor.dtype == "int16" else ir_dtype(tensor)
    numbers = array.reshape(channels).astype(dtype)
    return (call.parameter(tensor, numbers, _bias_type(call, value, weight, channels, dtype)),)


def _bias_type(call: Call, value: int, weight: Quantization, channels: int, dtype: Dtype) -> Tensor:
    source = call.quantization(call.source(value)).scale[0]
    scales = tuple(float32_scale(source * scale) for scale in weight.scale)
    axis = None if weight.axis is None else 0
    return Tensor(shape=(channels,), dtype=dtype, quantization=replace(weight, scale=scales, axis=axis))
