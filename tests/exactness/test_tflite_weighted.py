"""Convolutions and dense layers of drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_weighted as drawn

PAIRS = [("INT8", "INT8"), ("INT8", "INT4"), ("INT16", "INT8")]
"""Types of activations and weights."""


@pytest.mark.parametrize("types", PAIRS)
@pytest.mark.parametrize("family", ["convolutions", "depthwise_convolutions", "dense_layers"])
def test_weighted_layers(family: str, types: tuple[str, str], tmp_path: Path) -> None:
    hold_exact(getattr(drawn, family)(st.just(types)), tmp_path)


@pytest.mark.parametrize("family", ["convolutions", "dense_layers"])
def test_int16_layers_that_sum_in_32_bits(family: str, tmp_path: Path) -> None:
    """Their bias is int32, or would be."""
    hold_exact(getattr(drawn, family)(st.just(("INT16", "INT8")), narrow=True), tmp_path)


@pytest.mark.parametrize("dtype", ["INT8", "INT16"])
def test_transpose_convolutions(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.transpose_convolutions(dtype), tmp_path)
