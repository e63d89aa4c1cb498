"""Shapes, dtypes and bounds of arithmetic operators; rescaling in integers as in NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.ir.dtypes import dtypes_fit
from compiler.ir.fixed_point import Multiplier, activation_bounds, add_multipliers
from compiler.ir.ops import Add, BatchMatMul, Conv2D, Lookup, Mean, Op, PRelu, Requantize, Sub, Window
from compiler.ir.pair_multipliers import rescaled, sub_multipliers
from compiler.ir.shapes import ShapeError, output_shape
from compiler.ir.tensor import Dtype, Quantization
from compiler.reference.fixed_point import rescale

Shape = tuple[int, ...]


@pytest.mark.parametrize(
    ("op", "inputs", "expected"),
    [
        (Add(), ((4, 1, 3), (5, 1)), (4, 5, 3)),
        (Sub(), ((), (2, 3)), (2, 3)),
        (PRelu(), ((4, 5, 3), (3,)), (4, 5, 3)),
        (BatchMatMul(), ((2, 3, 4), (2, 4, 5)), (2, 3, 5)),
        (BatchMatMul(transpose_left=True, transpose_right=True), ((4, 3), (5, 4)), (3, 5)),
        (Mean(axes=(0, 2)), ((4, 5, 3),), (5,)),
        (Mean(axes=()), ((4, 5, 3),), (4, 5, 3)),
        (Lookup(curve="x"), ((7,), (256,)), (7,)),
    ],
)
def test_shapes(op: Op, inputs: tuple[Shape, ...], expected: Shape) -> None:
    assert output_shape(op, inputs, ()) == expected


@pytest.mark.parametrize(
    ("op", "inputs", "message"),
    [
        (Add(), ((4, 2), (3, 2)), "combines"),
        (PRelu(), ((3,), (4, 3)), "by alpha"),
        (BatchMatMul(), ((2, 3, 4), (3, 4, 5)), "multiplies"),
        (BatchMatMul(), ((3, 4), (5, 4)), "multiplies"),
        (Mean(axes=(1, 0)), ((4, 5),), "over axes"),
        (Mean(axes=(2,)), ((4, 5),), "over axes"),
        (Lookup(curve="x"), ((7,), (255,)), "table"),
    ],
)
def test_misfits_are_named(op: Op, inputs: tuple[Shape, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        output_shape(op, inputs, ())


@pytest.mark.parametrize(
    ("op", "dtypes", "fits"),
    [
        (Add(), ("int8", "int8", "int8"), True),
        (Add(), ("int16", "int16", "int16"), True),
        (Add(), ("int8", "int16", "int16"), False),
        (Conv2D(window=Window(kernel=(1, 1))), ("int8", "int4", "int32", "int8"), True),
        (Conv2D(window=Window(kernel=(1, 1))), ("int16", "int8", "int64", "int16"), True),
        (Conv2D(window=Window(kernel=(1, 1))), ("int16", "int8", "int32", "int16"), True),
        (Conv2D(window=Window(kernel=(1, 1))), ("int16", "int8", "int16", "int16"), False),
        (PRelu(), ("int16", "int8", "int16"), True),
        (PRelu(), ("int16", "int16", "int16"), False),
        (Requantize(same_integers=True), ("int16", "int16"), True),
        (Requantize(same_integers=True), ("int16", "int8"), False),
        (Requantize(), ("int16", "int32"), True),
        (Requantize(), ("int32", "int16"), False),
    ],
)
def test_dtypes(op: Op, dtypes: tuple[Dtype, ...], fits: bool) -> None:
    assert dtypes_fit(op, dtypes) == fits


def test_bounds_of_activations() -> None:
    half = Quantization(scale=(0.5,), zero_point=(10,))
    assert activation_bounds("relu_n1_1", half) == (8, 12)
    assert activation_bounds("relu6", half) == (10, 22)
    assert activation_bounds("relu_n1_1", Quantization(scale=(0.4,), zero_point=(0,))) == (-3, 3)
    assert activation_bounds("none", half, "int16") == (-32768, 32767)
    assert activation_bounds("relu6", Quantization(scale=(2.0**-12,), zero_point=(0,)), "int16") == (0, 24576)


def test_a_difference_has_the_multipliers_of_a_sum() -> None:
    left, right, output = (
        Quantization(scale=(float(np.float32(scale)),), zero_point=(0,)) for scale in (0.1, 0.3, 0.7)
    )
    assert sub_multipliers(left, right, output) == add_multipliers(left, right, output)


@given(
    value=st.integers(-(2**31), 2**31 - 1),
    mantissa=st.integers(2**30, 2**31 - 1),
    shift=st.integers(-31, 7),
    rounding=st.sampled_from(["double", "single"]),
)
def test_rescaling_one_integer_is_rescaling_an_array(
    value: int, mantissa: int, shift: int, rounding: str
) -> None:
    by = Multiplier(mantissa, shift)
    found = rescale(np.array([value], np.int64), (by,), rounding)  # type: ignore[arg-type] # a Literal
    assert rescaled(value, by, rounding) == found[0]  # type: ignore[arg-type] # a Literal
