from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.curve import FIXED_OUTPUT, apply_curve, curve_table
from compiler.ir.ops import Curve, Unary
from compiler.ir.tensor import Quantization

CURVES = get_args(Curve)
scales = st.floats(2.0**-12, 4.0).map(lambda scale: float(np.float32(scale)))
zero_points = st.integers(-128, 127)


def value(activation: Curve, x: float, slope: float = 0.0) -> float:
    return float(apply_curve(Unary(activation=activation, slope=slope), np.array([x]))[0])


def test_curves_at_points_known_from_their_papers() -> None:
    assert value("sigmoid", 0.0) == 0.5 and value("sigmoid", -800.0) == 0.0 and value("sigmoid", 800.0) == 1.0
    assert value("tanh", 0.5) == pytest.approx(0.46211715726)
    assert [value("hard_sigmoid", x) for x in (-3.0, 0.0, 1.5, 3.0, 9.0)] == [0.0, 0.5, 0.75, 1.0, 1.0]
    assert [value("hard_swish", x) for x in (-3.0, -1.5, 0.0, 4.0)] == [0.0, -0.375, 0.0, 4.0]
    assert value("swish", 1.0) == pytest.approx(0.73105857863)
    assert value("gelu", 1.0) == pytest.approx(0.84134474607)
    assert [value("leaky_relu", x, 0.25) for x in (-4.0, 3.0)] == [-1.0, 3.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("curve", CURVES)
def test_a_curve_keeps_dtype_and_shape_and_leaves_its_argument(curve: Curve, dtype: type) -> None:
    x = np.linspace(-9, 9, 24, dtype=dtype).reshape(2, 3, 4)
    before = x.copy()
    found = apply_curve(Unary(activation=curve, slope=0.1), x)
    assert (found.dtype, found.shape) == (x.dtype, x.shape)
    assert not np.shares_memory(found, x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(
        found, apply_curve(Unary(activation=curve, slope=0.1), x.astype(float)), atol=1e-5
    )


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(CURVES), scales, zero_points, scales, zero_points)
def test_a_table_is_within_half_a_step_of_the_curve_or_saturated(
    curve: Curve, scale: float, zero_point: int, out_scale: float, out_zero: int
) -> None:
    op = Unary(activation=curve, slope=-0.5)
    source = Quantization(scale=(scale,), zero_point=(zero_point,))
    table = curve_table(op, source, Quantization(scale=(out_scale,), zero_point=(out_zero,)))
    assert (table.dtype, table.shape) == (np.int8, (256,))
    for integer in range(-128, 128):
        exact = value(curve, scale * (integer - zero_point), -0.5) / out_scale + out_zero
        entry = int(table[integer & 255])
        assert abs(entry - min(max(exact, -128), 127)) <= 0.5 + 1e-9 * abs(exact)


def test_ties_go_away_from_zero_before_the_zero_point_is_added() -> None:
    one = Quantization(scale=(1.0,), zero_point=(0,))
    table = curve_table(
        Unary(activation="leaky_relu", slope=0.5), one, Quantization(scale=(2.0,), zero_point=(3,))
    )
    assert [int(table[i & 255]) for i in (1, 3, -2, -6)] == [1 + 3, 2 + 3, -1 + 3, -2 + 3]


@pytest.mark.parametrize(("curve", "ends"), [("sigmoid", (-128, 127)), ("tanh", (-128, 127))])
def test_prescribed_outputs_use_the_whole_of_int8(curve: Curve, ends: tuple[int, int]) -> None:
    source = Quantization(scale=(0.125,), zero_point=(0,))
    table = curve_table(Unary(activation=curve), source, FIXED_OUTPUT[curve])
    assert (int(table[128]), int(table[127])) == ends
    assert int(table[0]) == {"sigmoid": 0, "tanh": 0}[curve]
