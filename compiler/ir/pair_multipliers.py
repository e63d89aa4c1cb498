"""Multipliers of operators of two operands beside Add and Mul, and the integers that Requantize gives.

Formulas: TensorFlow Lite Micro's kernels of SUB, SQUARED_DIFFERENCE, PRELU and QUANTIZE.
"""

from collections.abc import Mapping

import numpy as np

from compiler.ir.fixed_point import (
    ADD_LEFT_SHIFT,
    INTEGER_RANGE,
    AddMultipliers,
    Multiplier,
    add_multipliers,
    quantize_multiplier,
)
from compiler.ir.graph import Rounding
from compiler.ir.tensor import Dtype, Quantization

PAIR_LEFT_SHIFT: Mapping[Dtype, int] = {"int8": ADD_LEFT_SHIFT, "int16": 15}
"""Bits both inputs of a sum or difference are shifted left, by dtype."""

SQUARE_LEFT_SHIFT: Mapping[Dtype, int] = {"int8": 7, "int16": 0}
"""Bits both inputs of a squared difference are shifted left, by dtype: the square then fits 32 bits."""


def sub_multipliers(
    left: Quantization, right: Quantization, output: Quantization, left_shift: int = ADD_LEFT_SHIFT
) -> AddMultipliers:
    """Those of a difference: a sum's."""
    return add_multipliers(left, right, output, left_shift)


def squared_difference_multipliers(
    left: Quantization, right: Quantization, output: Quantization, left_shift: int
) -> AddMultipliers:
    """Both inputs, shifted left by `left_shift`, to a common scale; the square to the output's."""
    twice_max = 2.0 * max(left.scale[0], right.scale[0])
    return AddMultipliers(
        left=quantize_multiplier(left.scale[0] / twice_max),
        right=quantize_multiplier(right.scale[0] / twice_max),
        output=quantize_multiplier(twice_max * twice_max / ((1 << 2 * left_shift) * output.scale[0])),
    )


def prelu_multipliers(
    source: Quantization, alpha: Quantization, output: Quantization
) -> tuple[Multiplier, Multiplier]:
    """Input to output, and input times alpha to output."""
    return (
        quantize_multiplier(source.scale[0] / output.scale[0]),
        quantize_multiplier(source.scale[0] * alpha.scale[0] / output.scale[0]),
    )


def requantize_multiplier(source: Quantization, output: Quantization) -> Multiplier:
    """Input to output."""
    return quantize_multiplier(source.scale[0] / output.scale[0])


def requantize_table(
    source: Quantization,
    output: Quantization,
    signed: tuple[bool, bool],
    bounds: tuple[int, int],
    rounding: Rounding,
) -> np.ndarray:
    """int8 (256,): what Requantize makes of every 8-bit integer, by its bits; uint8 results by their bits.

    signed: whether input and output are int8, else uint8. bounds: inclusive, of the output.
    """
    multiplier = requantize_multiplier(source, output)
    first, last = INTEGER_RANGE["int8" if signed[0] else "uint8"]
    table = np.zeros(256, np.uint8)
    for integer in range(first, last + 1):
        value = rescaled(integer - source.zero_point[0], multiplier, rounding) + output.zero_point[0]
        table[integer % 256] = min(max(value, bounds[0]), bounds[1]) % 256
    return table.view(np.int8)


def rescaled(value: int, by: Multiplier, rounding: Rounding) -> int:
    """One int32 times a multiplier, as compiler.reference.fixed_point and the kernels do it."""
    if rounding == "single":
        total = 31 - by.shift
        scaled = (value * by.mantissa + (1 << (total - 1))) >> total
        return min(max(scaled, -(2**31)), 2**31 - 1)
    shifted = (value << max(by.shift, 0)) + 2**31
    high = ((shifted % 2**32 - 2**31) * by.mantissa + 2**30) >> 31
    right = max(-by.shift, 0)
    if right == 0:
        return high
    half = 1 << (right - 1)
    return (high + half) >> right if high >= 0 else -((-high + half) >> right)
