"""Int8 log softmax in gemmlowp's fixed point: the logarithm of a row's sum by a rational approximation.

Source: TensorFlow Lite Micro's reference log_softmax.h and common.h. "Fn" is as in integer_softmax.
"""

import numpy as np

from compiler.ir.fixed_point import log_softmax_scaling
from compiler.ir.ops import LogSoftmax
from compiler.reference.fixed_point import divide_by_power_of_two, high_multiply, rescale
from compiler.reference.integer_call import IntegerCall
from compiler.reference.integer_softmax import (
    SUM_INTEGER_BITS,
    exp_on_negative,
    newton_reciprocal,
    saturated,
)

LOG_2, SQRT_SQRT_HALF, SQRT_HALF = 1488522236, 1805811301, 1518500250
ALPHA_N, ALPHA_D, ALPHA_I, ALPHA_F = 117049297, 127690142, 1057819769, 638450708
"""Coefficients of the approximation, in F0."""
LOG_INTEGER_BITS = 6
"""Of the logarithm while it is computed: one more than it has at last."""
QUARTER = 1 << (29 - LOG_INTEGER_BITS)
OUTPUT_SHIFT = 22
"""From a difference with 5 integer bits to one with 4 and 4 behind the point."""


def run_log_softmax(op: LogSoftmax, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Over the last axis; the output has scale 1/16 and zero point 127."""
    multiplier, least, reverse = log_softmax_scaling(call.sources[0])
    x = inputs[0].astype(np.int64)
    difference = x - x.max(axis=-1, keepdims=True)
    counts = difference >= least
    scaled = rescale(np.where(counts, difference, 0), (multiplier,), call.rounding)
    exps = np.where(counts, exp_on_negative(scaled), 0)
    log = log_of(divide_by_power_of_two(exps, SUM_INTEGER_BITS).sum(axis=-1, keepdims=True))
    lowest = np.maximum(least - 1, rescale(log - 2**31, (reverse,), call.rounding))
    steps = divide_by_power_of_two(scaled - log, OUTPUT_SHIFT) + 127
    return np.where(difference > lowest, np.clip(steps, -128, 127), -128).astype(np.int8)


def log_of(total: np.ndarray) -> np.ndarray:
    """The natural logarithm in F5 of a total of at least 1 with 12 integer bits."""
    zeros = _leading_zeros(total)
    first = saturated(high_multiply(total << (zeros - 1), SQRT_HALF) << 1)
    first_power = ((SUM_INTEGER_BITS - zeros) << (31 - LOG_INTEGER_BITS)) + QUARTER
    headroom = _leading_zeros(high_multiply(total, SQRT_HALF)) - 1
    second = saturated(total << headroom)
    second_power = ((SUM_INTEGER_BITS - headroom) << (31 - LOG_INTEGER_BITS)) - QUARTER
    whole = high_multiply(np.maximum(first_power, second_power), LOG_2)
    fraction = _log_near_one(np.minimum(first, second))
    return saturated((whole + fraction) << 1)


def _log_near_one(ratio: np.ndarray) -> np.ndarray:
    """log(ratio / sqrt(sqrt(1/2))) with LOG_INTEGER_BITS of a ratio in F0 between 1/2 and 1."""
    half_sum = (ratio + SQRT_SQRT_HALF + 1) >> 1
    twice = (ratio - SQRT_SQRT_HALF) * 2
    square = high_multiply(twice, twice)
    upper = high_multiply(twice, ratio) + high_multiply(high_multiply(twice, square), ALPHA_N)
    series = ALPHA_I + twice + high_multiply(square, ALPHA_D)
    lower = high_multiply(half_sum, series) + high_multiply(twice, ALPHA_F)
    reciprocal = saturated(newton_reciprocal(lower) << 1)
    return high_multiply(divide_by_power_of_two(upper, LOG_INTEGER_BITS), reciprocal)


def _leading_zeros(values: np.ndarray) -> np.ndarray:
    """Of positive 32-bit numbers."""
    return np.asarray(32 - np.frexp(values.astype(np.float64))[1].astype(np.int64))
