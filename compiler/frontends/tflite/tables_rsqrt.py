"""The table of RSQRT, 1 / sqrt(x). TFLM: micro/kernels/elementwise.cc, kernels/internal/common.h."""

import math

import numpy as np

from compiler.frontends.tflite.tables import INTEGERS, scaled
from compiler.ir.fixed_point import Multiplier, quantize_multiplier
from compiler.ir.tensor import Quantization
from compiler.reference.fixed_point import divide_by_power_of_two, high_multiply, rescale
from compiler.reference.integer_softmax import saturated

SHIFT = 20
ONE_F3 = 1 << 28
HALF_SQRT_2 = 1518500250
NEWTON_STEPS = 5


def rsqrt_table(source: Quantization, output: Quantization) -> np.ndarray:
    """At 0 the greatest; so, too, below, where TFLM ends the inference with an error."""
    multiplier = quantize_multiplier(1.0 / (math.sqrt(source.scale[0]) * output.scale[0]))
    last = Multiplier(multiplier.mantissa, multiplier.shift - SHIFT)
    x = INTEGERS - source.zero_point[0]
    inverse = _inverse_roots(np.maximum(x, 1))
    fixed = rescale(np.ones((1, len(x)), np.int64), inverse, "double")[0]
    return np.asarray(np.where(x > 0, scaled(fixed, last) + output.zero_point[0], 127))


def _inverse_roots(x: np.ndarray) -> list[Multiplier]:
    """2**SHIFT / sqrt of positive integers below 2**29, by Newton's method with 3 integer bits."""
    bits = np.frexp(x.astype(np.float64))[1].astype(np.int64)
    pairs = (31 - bits) // 2 - 1
    half = divide_by_power_of_two((x << (2 * pairs)) >> 1, 1)
    root = np.full_like(x, ONE_F3)
    for _ in range(NEWTON_STEPS):
        cubed = saturated(high_multiply(high_multiply(root, root), root) << 6)
        root = saturated((high_multiply(root, ONE_F3 + ONE_F3 // 2) - high_multiply(half, cubed)) << 3)
    mantissas, shifts = high_multiply(root, HALF_SQRT_2), pairs - 11
    found = zip(x.tolist(), mantissas.tolist(), shifts.tolist(), strict=True)
    return [_multiplier(number, mantissa, shift) for number, mantissa, shift in found]


def _multiplier(number: int, mantissa: int, shift: int) -> Multiplier:
    """1 is apart, as in TFLM; left shifts go into the mantissa."""
    if number == 1:
        return Multiplier(2**31 - 1, SHIFT)
    return Multiplier(mantissa << max(0, shift), min(0, shift) + SHIFT)
