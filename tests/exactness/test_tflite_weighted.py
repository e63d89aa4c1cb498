"""Convolutions and dense layers of drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_weighted as drawn

int8 = st.just(("INT8", "INT8"))


@pytest.mark.parametrize("types", [int8], ids=["int8"])
def test_convolutions(types: st.SearchStrategy[tuple[str, str]], tmp_path: Path) -> None:
    hold_exact(drawn.convolutions(types), tmp_path)


@pytest.mark.parametrize("types", [int8], ids=["int8"])
def test_depthwise_convolutions(types: st.SearchStrategy[tuple[str, str]], tmp_path: Path) -> None:
    hold_exact(drawn.depthwise_convolutions(types), tmp_path)


@pytest.mark.parametrize("types", [int8], ids=["int8"])
def test_dense_layers(types: st.SearchStrategy[tuple[str, str]], tmp_path: Path) -> None:
    hold_exact(drawn.dense_layers(types), tmp_path)
