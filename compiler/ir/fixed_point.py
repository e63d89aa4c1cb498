"""Real scales as the integers that kernels compute with: one derivation for the reference and every backend.

Formulas: the TFLite int8 quantization specification and TensorFlow Lite Micro's kernels.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from compiler.ir.graph import Rounding
from compiler.ir.ops import Activation
from compiler.ir.tensor import Dtype, Quantization

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
    source: Quantization,
    weight: Quantization,
    output: Quantization,
    channels: int,
    rounding: Rounding = "double",
) -> tuple[Multiplier, ...]:
    """Accumulator to output, for each of `channels` output channels: s_in * s_w / s_out.

    Rounding "double": in double, as TFLite Micro does (its sources of 2026-08 say that dense layers with one
    scale take the product in float32; the package of 2026-10, which the tests hold us to, does not).
    Rounding "single": product and quotient in float32, as ONNX Runtime's QLinearConv does.
    """
    source_scale, output_scale = source.scale[0], output.scale[0]
    if rounding == "single":
        products = np.float32(source_scale) * np.array(weight.scale, np.float32)
        factors = [float(factor) for factor in products / np.float32(output_scale)]
        assert len(factors) in (1, channels)
        return tuple(quantize_multiplier(factor) for factor in factors) * (channels // len(factors))
    assert len(weight.scale) in (1, channels)
    factors = [source_scale * scale / output_scale for scale in weight.scale]
    return tuple(quantize_multiplier(factor) for factor in factors) * (channels // len(factors))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMultipliers:
    """Both inputs, shifted left by ADD_LEFT_SHIFT, to a common scale; their sum to the output's scale."""

    left: Multiplier
    right: Multiplier
    output: Multiplier


def add_multipliers(
    left: Quantization, right: Quantization, output: Quantization, left_shift: int = ADD_LEFT_SHIFT
) -> AddMultipliers:
    """The three multipliers of an addition; `left_shift` is an int8 one's."""
    twice_max = 2.0 * max(left.scale[0], right.scale[0])
    return AddMultipliers(
        left=quantize_multiplier(left.scale[0] / twice_max),
        right=quantize_multiplier(right.scale[0] / twice_max),
        output=quantize_multiplier(twice_max / ((1 << left_shift) * output.scale[0])),
    )


def mean_multiplier(source: Quantization, output: Quantization, count: int) -> Multiplier:
    """Sum of `count` elements to their mean: 1/count is folded in by truncating integer division."""
    base = quantize_multiplier(source.scale[0] / output.scale[0])
    shift = min(count.bit_length() - 1, 32, 31 + base.shift)
    return Multiplier((base.mantissa << shift) // count, base.shift - shift)


def mul_multiplier(left: Quantization, right: Quantization, output: Quantization) -> Multiplier:
    """The product of two int8 values to the output: s_left * s_right / s_out in double."""
    return quantize_multiplier(left.scale[0] * right.scale[0] / output.scale[0])


def softmax_scaling(source: Quantization, beta: float = 1.0) -> tuple[Multiplier, int]:
    """Input differences, `beta` times each, to fixed point, SOFTMAX_INTEGER_BITS before the point, and the
    least that counts."""
    one = 1 << (31 - SOFTMAX_INTEGER_BITS)
    multiplier = quantize_multiplier(min(beta * source.scale[0] * one, 2.0**31 - 1))
    radius = ((1 << SOFTMAX_INTEGER_BITS) - 1) * one / (1 << max(0, multiplier.shift))
    return multiplier, -math.floor(radius)


def log_softmax_scaling(source: Quantization) -> tuple[Multiplier, int, Multiplier]:
    """What softmax_scaling gives, and from fixed point back to input differences."""
    multiplier, least = softmax_scaling(source)
    return multiplier, least, quantize_multiplier(2.0 ** (31 - multiplier.shift) / multiplier.mantissa)


INTEGER_RANGE: Mapping[Dtype, tuple[int, int]] = {
    "int8": (INT8_MIN, INT8_MAX),
    "uint8": (0, 255),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
}
"""The least and greatest number of each dtype that an operator's output may have."""

_REAL_BOUNDS: Mapping[Activation, tuple[float | None, float | None]] = {
    "none": (None, None),
    "relu": (0.0, None),
    "relu6": (0.0, 6.0),
    "relu_n1_1": (-1.0, 1.0),
}


def activation_bounds(activation: Activation, output: Quantization, dtype: Dtype = "int8") -> tuple[int, int]:
    """Inclusive clamp of a fused activation: zero point + round(bound / scale), within the dtype."""
    least, greatest = INTEGER_RANGE[dtype]
    low, high = _REAL_BOUNDS[activation]
    return (
        least if low is None else max(least, _nearest_integer(low, output)),
        greatest if high is None else min(greatest, _nearest_integer(high, output)),
    )


def _nearest_integer(real: float, quantization: Quantization) -> int:
    """The quotient is a float32, its ties go away from zero, as in TFLite."""
    steps = float(np.float32(real) / np.float32(quantization.scale[0]))
    return quantization.zero_point[0] + int(math.copysign(math.floor(abs(steps) + 0.5), steps))
