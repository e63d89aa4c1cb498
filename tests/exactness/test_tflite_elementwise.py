"""Elementwise operators of drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_elementwise as drawn

int8 = st.just("INT8")
DTYPES = ["INT8", "INT16"]
RETYPED = [
    ("INT8", "INT8"), ("INT8", "INT16"), ("INT8", "UINT8"), ("INT16", "INT8"), ("INT16", "INT16"),
    ("UINT8", "INT8"),
]  # fmt: skip
"""All pairs of these types that TFLM's QUANTIZE takes."""


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("code", ["ADD", "SUB", "MUL"])
def test_pairs(code: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.pairs(code, st.just(dtype)), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
def test_squared_differences(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.pairs("SQUARED_DIFFERENCE", st.just(dtype), None), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("code", ["MAXIMUM", "MINIMUM"])
def test_extremes_of_two(code: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.extremes_of_two(code, st.just(dtype)), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("code", ["LOGISTIC", "TANH", "RELU", "RELU6", "LEAKY_RELU", "ABS"])
def test_unaries(code: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.unaries(code, st.just(dtype)), tmp_path)


@pytest.mark.parametrize("code", ["HARD_SWISH", "ELU"])
def test_unaries_of_int8(code: str, tmp_path: Path) -> None:
    hold_exact(drawn.unaries(code, int8), tmp_path)


def test_reciprocal_roots(tmp_path: Path) -> None:
    hold_exact(drawn.unaries("RSQRT", int8, drawn.rsqrt_inputs()), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmaxes(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.softmaxes("SOFTMAX", st.just(dtype)), tmp_path)


def test_log_softmaxes(tmp_path: Path) -> None:
    hold_exact(drawn.softmaxes("LOG_SOFTMAX", int8), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
def test_prelus(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.prelus(dtype), tmp_path)


@pytest.mark.parametrize("types", RETYPED)
def test_requantizations(types: tuple[str, str], tmp_path: Path) -> None:
    hold_exact(drawn.requantizations(st.just(types)), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
def test_float_borders(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.float_borders(st.just(dtype)), tmp_path)
