"""Real scales as the integers that kernels compute with: one derivation for the reference and every backend.

Formulas: the TFLite int8 quantization specification and TensorFlow Lite Micro's kernels.
"""

import math
from dataclasses import dataclass

import numpy as np

from compiler.ir.ops import Activation
from compiler.ir.tensor import Quantization

ADD_LEFT_SHIFT = 20
SOFTMAX_INTEGER_BITS = 5
INT8_MIN, INT8_MAX = -128, 127


@dataclass(frozen=True, slots=True)
class Multiplier:
    """real = mantissa * 2**(shift - 31), mantissa in [2**30, 2**31) or 0; shift > 0 shifts left."""

    mantissa: int
    shift: int


def quantize_multiplier(real: float) -> Multiplier:
    """The nearest 32-bit fixed-point multiplier of a positive real; below 2**-32 it is 0."""
    fraction, shift = math.frexp(real)
    mantissa = math.floor(fraction * 2**31 + 0.5)
    if mantissa == 2**31:
        mantissa //= 2
        shift += 1
    return Multiplier(0, 0) if shift < -31 else Multiplier(mantissa, shift)


def product_multipliers(
    source: Quantization, weight: Quantization, output: Quantization, channels: int
) -> tuple[Multiplier, ...]:
    """Accumulator to output, for each of `channels` output channels: s_in * s_w / s_out.

    Per-tensor weights take the product in float32, per-channel weights in double, as TFLite does.
    """
    source_scale, output_scale = source.scale[0], output.scale[0]
    if weight.axis is None:
        product = float(np.float32(source_scale) * np.float32(weight.scale[0]))
        return (quantize_multiplier(product / output_scale),) * channels
    assert len(weight.scale) == channels
    return tuple(quantize_multiplier(source_scale * scale / output_scale) for scale in weight.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMultipliers:
    """Both inputs, shifted left by ADD_LEFT_SHIFT, to a common scale; their sum to the output's scale."""

    left: Multiplier
    right: Multiplier
    output: Multiplier


def add_multipliers(left: Quantization, right: Quantization, output: Quantization) -> AddMultipliers:
    """The three multipliers of an int8 addition."""
    twice_max = 2.0 * max(left.scale[0], right.scale[0])
    return AddMultipliers(
        left=quantize_multiplier(left.scale[0] / twice_max),
        right=quantize_multiplier(right.scale[0] / twice_max),
        output=quantize_multiplier(twice_max / ((1 << ADD_LEFT_SHIFT) * output.scale[0])),
    )


def mean_multiplier(source: Quantization, output: Quantization, count: int) -> Multiplier:
    """Sum of `count` elements to their mean: 1/count is folded in by truncating integer division."""
    base = quantize_multiplier(source.scale[0] / output.scale[0])
    shift = min(count.bit_length() - 1, 32, 31 + base.shift)
    return Multiplier((base.mantissa << shift) // count, base.shift - shift)


def mul_multiplier(left: Quantization, right: Quantization, output: Quantization) -> Multiplier:
    """The product of two int8 values to the output: s_left * s_right / s_out in double."""
    return quantize_multiplier(left.scale[0] * right.scale[0] / output.scale[0])


def softmax_scaling(source: Quantization) -> tuple[Multiplier, int]:
    """Input differences to fixed point, SOFTMAX_INTEGER_BITS before the point, and the least that counts."""
    one = 1 << (31 - SOFTMAX_INTEGER_BITS)
    multiplier = quantize_multiplier(min(source.scale[0] * one, 2.0**31 - 1))
    radius = ((1 << SOFTMAX_INTEGER_BITS) - 1) * one / (1 << max(0, multiplier.shift))
    return multiplier, -math.floor(radius)


def activation_bounds(activation: Activation, output: Quantization) -> tuple[int, int]:
    """Inclusive int8 clamp of a fused activation: zero point + round(bound / scale), within int8."""
    scale, zero_point = output.scale[0], output.zero_point[0]
    if activation == "none":
        return INT8_MIN, INT8_MAX
    low = max(INT8_MIN, zero_point)
    if activation == "relu":
        return low, INT8_MAX
    six = zero_point + math.floor(float(np.float32(6.0) / np.float32(scale)) + 0.5)
    return low, min(INT8_MAX, six)
