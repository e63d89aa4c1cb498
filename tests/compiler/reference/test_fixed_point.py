"""Against TFLite's and gemmlowp's formulas on Python integers, written out once more."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.fixed_point import Multiplier, quantize_multiplier
from compiler.reference.fixed_point import divide_by_power_of_two, high_multiply, rescale, to_int8

INT32 = st.integers(-(2**31), 2**31 - 1)
MANTISSAS = st.integers(2**30, 2**31 - 1) | st.just(0)


def saturating_rounding_doubling_high_mul(a: int, b: int) -> int:
    if a == b == -(2**31):
        return 2**31 - 1
    product = a * b
    nudged = product + (2**30 if product >= 0 else 1 - 2**30)
    return nudged // 2**31 if nudged >= 0 else -(-nudged // 2**31)


def rounding_divide_by_pot(x: int, exponent: int) -> int:
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (1 if x < 0 else 0)
    return (x >> exponent) + (1 if (x & mask) > threshold else 0)


def wrapped(x: int) -> int:
    return (x + 2**31) % 2**32 - 2**31


def multiply_by_quantized_multiplier(x: int, mantissa: int, shift: int) -> int:
    high = saturating_rounding_doubling_high_mul(wrapped(x << max(shift, 0)), mantissa)
    return rounding_divide_by_pot(high, max(-shift, 0))


def multiply_with_one_rounding(x: int, mantissa: int, shift: int) -> int:
    total = 31 - shift
    return max(-(2**31), min(2**31 - 1, (x * mantissa + (1 << (total - 1))) >> total))


@settings(max_examples=500)
@given(INT32, INT32)
def test_high_multiply(a: int, b: int) -> None:
    assert high_multiply(np.array([a]), b)[0] == saturating_rounding_doubling_high_mul(a, b)


def test_high_multiply_saturates() -> None:
    assert high_multiply(np.array([-(2**31)]), -(2**31))[0] == 2**31 - 1


@settings(max_examples=500)
@given(INT32, st.integers(0, 31))
def test_divide_by_power_of_two(x: int, exponent: int) -> None:
    assert divide_by_power_of_two(np.array([x]), exponent)[0] == rounding_divide_by_pot(x, exponent)


@settings(max_examples=300)
@given(
    st.lists(INT32, min_size=3, max_size=3),
    st.lists(st.tuples(MANTISSAS, st.integers(-31, 30)), min_size=3, max_size=3),
)
def test_rescale_by_channel_with_two_roundings(values: list[int], parts: list[tuple[int, int]]) -> None:
    found = rescale(np.array([values] * 2), [Multiplier(*part) for part in parts], "double")
    expected = [multiply_by_quantized_multiplier(x, *part) for x, part in zip(values, parts, strict=True)]
    assert found.tolist() == [expected, expected]


@settings(max_examples=300)
@given(
    st.lists(INT32, min_size=2, max_size=2),
    st.lists(st.tuples(MANTISSAS, st.integers(-31, 30)), min_size=2, max_size=2),
)
def test_rescale_by_channel_with_one_rounding(values: list[int], parts: list[tuple[int, int]]) -> None:
    found = rescale(np.array([values]), [Multiplier(*part) for part in parts], "single")
    assert found.tolist() == [[multiply_with_one_rounding(x, *p) for x, p in zip(values, parts, strict=True)]]


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (5, 7, 11, 3), (100, 33), (4096, 8), (2, 3000)])
def test_rescale_is_the_same_whatever_the_shape(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(-(2**31), 2**31, shape)
    multipliers = [quantize_multiplier(real) for real in rng.uniform(1e-4, 0.9, shape[-1])]
    flat = values.reshape(-1, shape[-1])
    columns = (np.ascontiguousarray(flat[:, [i]]) for i in range(shape[-1]))
    apart = [rescale(column, [m], "double") for column, m in zip(columns, multipliers, strict=True)]
    expected = np.concatenate(apart, axis=1).reshape(shape)
    np.testing.assert_array_equal(rescale(values, multipliers, "double"), expected)


@pytest.mark.parametrize(
    ("value", "twice", "once"), [(7, 1, 0), (8, 1, 1), (-7, 0, 0), (-8, -1, 0), (-9, -1, -1)]
)
def test_a_sixteenth_in_one_rounding_and_in_two(value: int, twice: int, once: int) -> None:
    sixteenth = quantize_multiplier(1 / 16)
    assert rescale(np.array([value]), [sixteenth], "double").tolist() == [twice]
    assert rescale(np.array([value]), [sixteenth], "single").tolist() == [once]


def test_to_int8_clamps_after_the_zero_point() -> None:
    assert to_int8(np.array([-300, -1, 0, 5, 300]), 3, -100, 100).tolist() == [-100, 2, 3, 8, 100]
