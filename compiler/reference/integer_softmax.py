"""Int8 softmax in gemmlowp's fixed point: exp by a polynomial and a barrel shifter, 1/sum by Newton's method.

Source: TensorFlow Lite Micro's reference softmax and gemmlowp's fixedpoint.h. Numbers are int32 values held
in int64; "F5" below is a fixed point with 5 integer bits (and a sign), so 26 fractional ones.
"""

import numpy as np

from compiler.ir.fixed_point import SOFTMAX_INTEGER_BITS, softmax_scaling
from compiler.ir.ops import Softmax
from compiler.ir.tensor import numpy_dtype
from compiler.reference.fixed_point import divide_by_power_of_two, high_multiply, rescale
from compiler.reference.integer_call import IntegerCall
from compiler.reference.wide_curves import run_softmax_int16

SUM_INTEGER_BITS = 12
ONE_F0, ONE_F2 = 2**31 - 1, 1 << 29
EXP_MINUS_EIGHTH, ONE_THIRD = 1895147668, 715827883
FORTY_EIGHT_17THS_F2, MINUS_THIRTY_TWO_17THS_F2 = 1515870810, -1010580540
EXP_OF_MINUS_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""exp(-2**k) in F0 for k = -2 to 4."""


def run_softmax(op: Softmax, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Over the last axis; an int8 output has scale 1/256 and zero point -128, an int16 one 2**-15 and 0, or
    of int8 numbers 1/65536 and -32768."""
    if inputs[0].dtype == np.int16:
        return run_softmax_int16(inputs[0], op.beta, call)
    multiplier, least = softmax_scaling(call.sources[0], op.beta)
    x = inputs[0].astype(np.int64)
    difference = x - x.max(axis=-1, keepdims=True)
    counts = difference >= least
    scaled = rescale(np.where(counts, difference, 0), (multiplier,), call.rounding)
    exps = np.where(counts, exp_on_negative(scaled), 0)
    total = divide_by_power_of_two(exps, SUM_INTEGER_BITS).sum(axis=-1, keepdims=True)
    reciprocal, bits_over_unit = reciprocal_of(total)
    limits = np.iinfo(numpy_dtype(call.output_dtype))
    share = divide_by_power_of_two(high_multiply(exps, reciprocal), bits_over_unit + 31 - limits.bits)
    clamped = np.clip(share + limits.min, limits.min, limits.max)
    return np.where(counts, clamped, limits.min).astype(limits.dtype)


def exp_on_negative(value: np.ndarray, integer_bits: int = SOFTMAX_INTEGER_BITS) -> np.ndarray:
    """exp(value) in F0 of value <= 0 with so many integer bits, at most 5."""
    quarter = 1 << (29 - integer_bits)
    fraction = (value & (quarter - 1)) - quarter
    result = _exp_near_zero(fraction << integer_bits)
    remainder = fraction - value
    for k, factor in enumerate(EXP_OF_MINUS_POWERS[: integer_bits + 2], start=-2):
        result = np.where(remainder & (1 << (31 - integer_bits + k)), high_multiply(result, factor), result)
    return np.where(value == 0, ONE_F0, result)


def _exp_near_zero(value: np.ndarray) -> np.ndarray:
    """exp(value) in F0 of value in [-1/4, 0) in F0: a Taylor series around -1/8."""
    x = value + (1 << 28)
    squared = high_multiply(x, x)
    cubed, fourth = high_multiply(squared, x), high_multiply(squared, squared)
    rest = high_multiply(divide_by_power_of_two(fourth, 2) + cubed, ONE_THIRD) + squared
    series = high_multiply(x + divide_by_power_of_two(rest, 1), EXP_MINUS_EIGHTH)
    series += EXP_MINUS_EIGHTH
    return series


def reciprocal_of(total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """1 / total of a positive total with 12 integer bits: an F0 number, and the bits it stands too high."""
    bits = np.frexp(total.astype(np.float64))[1].astype(np.int64)
    leading_zeros = 32 - bits
    above_one = (total << leading_zeros) - (1 << 31)
    return saturated(newton_reciprocal(above_one) << 1), SUM_INTEGER_BITS - leading_zeros


def newton_reciprocal(fraction: np.ndarray) -> np.ndarray:
    """2 / (1 + fraction) in F2 of fraction in [0, 1] in F0."""
    half_denominator = (fraction + ONE_F0 + 1) >> 1
    x = FORTY_EIGHT_17THS_F2 + high_multiply(half_denominator, MINUS_THIRTY_TWO_17THS_F2)
    for _ in range(3):
        error = ONE_F2 - high_multiply(half_denominator, x)
        x = x + saturated(high_multiply(x, error) << 2)
    return np.asarray(x)


def saturated(values: np.ndarray) -> np.ndarray:
    """Within int32."""
    return np.asarray(np.clip(values, -(2**31), 2**31 - 1))
