"""Int8 softmax against TensorFlow Lite Micro's, retold in Python integers with gemmlowp's own steps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.fixed_point import quantize_multiplier
from compiler.ir.ops import Softmax
from compiler.ir.tensor import Quantization
from compiler.reference.integer_call import IntegerCall
from compiler.reference.integer_softmax import exp_on_negative, reciprocal_of, run_softmax
from tests.compiler.reference.test_fixed_point import (
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)

INT32_MAX, INT32_MIN = 2**31 - 1, -(2**31)


class Fixed:
    """gemmlowp's FixedPoint<int32, integer_bits>."""

    def __init__(self, raw: int, integer_bits: int) -> None:
        assert INT32_MIN <= raw <= INT32_MAX
        self.raw, self.integer_bits = raw, integer_bits

    def __mul__(self, other: "Fixed") -> "Fixed":
        raw = saturating_rounding_doubling_high_mul(self.raw, other.raw)
        return Fixed(raw, self.integer_bits + other.integer_bits)

    def __add__(self, other: "Fixed") -> "Fixed":
        assert self.integer_bits == other.integer_bits
        return Fixed(self.raw + other.raw, self.integer_bits)

    def rescaled(self, integer_bits: int) -> "Fixed":
        return Fixed(multiply_by_pot(self.raw, self.integer_bits - integer_bits), integer_bits)


def multiply_by_pot(x: int, exponent: int) -> int:
    if exponent <= 0:
        return rounding_divide_by_pot(x, -exponent)
    return min(max(x << exponent, INT32_MIN), INT32_MAX)


def exp_on_interval_between_negative_one_quarter_and_0_excl(a: Fixed) -> Fixed:
    constant, third = Fixed(1895147668, 0), Fixed(715827883, 0)
    x = a + Fixed(1 << 28, 0)
    x2 = x * x
    x3, x4 = x2 * x, x2 * x2
    inner = (Fixed(multiply_by_pot(x4.raw, -2), 0) + x3) * third + x2
    return constant + constant * (x + Fixed(multiply_by_pot(inner.raw, -1), 0))


def exp_on_negative_values(a: Fixed) -> Fixed:
    one_quarter = 1 << 24
    remainder_of_quarter = Fixed((a.raw & (one_quarter - 1)) - one_quarter, 5)
    result = exp_on_interval_between_negative_one_quarter_and_0_excl(remainder_of_quarter.rescaled(0))
    remainder = remainder_of_quarter.raw - a.raw
    for exponent in range(-2, 5):
        if remainder & (1 << (26 + exponent)):
            result = result * Fixed(math.floor(math.exp(-(2.0**exponent)) * 2**31 + 0.5), 0)
    return Fixed(INT32_MAX, 0) if a.raw == 0 else result


def one_over_one_plus_x_for_x_in_0_1(a: Fixed) -> Fixed:
    total = a.raw + INT32_MAX
    half_denominator = Fixed(math.trunc((total + (1 if total >= 0 else -1)) / 2), 0)
    x = Fixed(1515870810, 2) + half_denominator * Fixed(-1010580540, 2)
    for _ in range(3):
        product = half_denominator * x
        x = x + (x * Fixed((1 << 29) - product.raw, 2)).rescaled(2)
    return Fixed(x.raw, 1).rescaled(0)


def get_reciprocal(x: int, integer_digits: int) -> tuple[int, int]:
    headroom_plus_one = 32 - x.bit_length()
    shifted_minus_one = (x << headroom_plus_one) - (1 << 31)
    return one_over_one_plus_x_for_x_in_0_1(
        Fixed(shifted_minus_one, 0)
    ).raw, integer_digits - headroom_plus_one


def softmax(values: list[int], scale: float) -> list[int]:
    multiplier = quantize_multiplier(min(scale * (1 << 26), 2.0**31 - 1))
    difference_min = -math.floor(31 * 2.0**26 / 2.0**multiplier.shift)
    exps: list[Fixed | None] = []
    for value in values:
        difference = value - max(values)
        rescaled = multiply_by_quantized_multiplier(difference, multiplier.mantissa, multiplier.shift)
        exps.append(exp_on_negative_values(Fixed(rescaled, 5)) if difference >= difference_min else None)
    total = sum(exp.rescaled(12).raw for exp in exps if exp is not None)
    scale_raw, bits_over_unit = get_reciprocal(total, 12)
    outputs = []
    for exp in exps:
        if exp is None:
            outputs.append(-128)
            continue
        unsaturated = rounding_divide_by_pot((Fixed(scale_raw, 0) * exp).raw, bits_over_unit + 31 - 8)
        outputs.append(min(max(unsaturated - 128, -128), 127))
    return outputs


def run(values: list[int], scale: float) -> list[int]:
    call = IntegerCall(
        name="softmax",
        sources=(Quantization(scale=(scale,), zero_point=(3,)),),
        output=Quantization(scale=(1 / 256,), zero_point=(-128,)),
        output_shape=(len(values),),
        rounding="double",
    )
    found: list[int] = run_softmax(Softmax(), [np.array([values], np.int8)], call)[0].tolist()
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(-128, 127), min_size=1, max_size=20), st.floats(2.0**-13, 2.0, width=32))
def test_every_output_equals_tflites(values: list[int], scale: float) -> None:
    assert run(values, scale) == softmax(values, scale)


@pytest.mark.parametrize("scale", [0.0625, 0.125, 0.25, 1.0, 3.9])
def test_differences_at_the_edge_of_what_counts(scale: float) -> None:
    for difference in range(256):
        values = [127, 127 - difference, 127 - difference]
        assert run(values, scale) == softmax(values, scale)


@settings(max_examples=300, deadline=None)
@given(st.integers(-(2**31) + 1, 0))
def test_exp(value: int) -> None:
    assert exp_on_negative(np.array([value]))[0] == exp_on_negative_values(Fixed(value, 5)).raw
    assert exp_on_negative(np.array([value]))[0] / 2**31 == pytest.approx(math.exp(value / 2**26), abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(st.integers(1 << 18, 2**31 - 1))
def test_reciprocal(value: int) -> None:
    raw, bits = reciprocal_of(np.array([value]))
    assert (raw[0], bits[0]) == get_reciprocal(value, 12)
    assert raw[0] / 2**31 * 2.0 ** -int(bits[0]) == pytest.approx(2**19 / value, rel=1e-6)
