"""The table of RSQRT, 1 / sqrt(x). TFLM: micro/kernels/elementwise.cc, kernels/internal/common.h."""

import math

import numpy as np

from compiler.frontends.tflite.tables import INTEGERS, scaled
from compiler.ir.fixed_point import Multiplier, quantize_multiplier
from compiler.ir.tensor import Quantization
from compiler.reference.fixed_point import divide_by_power_of_two, high_multiply
from compiler.reference.integer_softmax import saturated

SHIFT = 20
ONE_F3 = 1 << 28
HALF_SQRT_2 = 1518500250
NEWTON_STEPS = 5


def rsqrt_table(source: Quantization, output: Quantization) -> np.ndarray:
    """At 0 the greatest; so, too, below, where TFLM ends the inference with an error."""
    root = np.sqrt(np.float32(source.scale[0])) * np.float32(output.scale[0])
    multiplier = quantize_multiplier(1.0 / float(root))
    last = Multiplier(multiplier.mantissa, multiplier.shift - SHIFT)
    entries = [_entry(int(x), last, output.zero_point[0]) for x in INTEGERS - source.zero_point[0]]
    return np.array(entries, np.int64)


def _entry(x: int, last: Multiplier, zero_point: int) -> int:
    if x <= 0:
        return 127
    inverse = _inverse_root(x)
    fixed = scaled(np.array([1]), Multiplier(inverse.mantissa, inverse.shift + SHIFT))
    return int(scaled(fixed, last)[0]) + zero_point


def _inverse_root(x: int) -> Multiplier:
    """1 / sqrt of a positive integer below 2**29, by Newton's method in fixed point with 3 integer bits."""
    if x == 1:
        return Multiplier(2**31 - 1, 0)
    pairs = (31 - x.bit_length()) // 2 - 1
    half = divide_by_power_of_two(np.array([(x << (2 * pairs)) >> 1]), 1)
    root = np.array([ONE_F3])
    for _ in range(NEWTON_STEPS):
        cubed = _rescaled(high_multiply(high_multiply(root, root), root), 6)
        root = _rescaled(high_multiply(root, ONE_F3 + ONE_F3 // 2) - high_multiply(half, cubed), 3)
    mantissa, shift = int(high_multiply(root, HALF_SQRT_2)[0]), 11 - pairs
    return Multiplier(mantissa << max(0, -shift), -max(0, shift))


def _rescaled(values: np.ndarray, bits: int) -> np.ndarray:
    """To so many integer bits less."""
    assert bits <= math.log2(2**31)
    return saturated(values << bits)
