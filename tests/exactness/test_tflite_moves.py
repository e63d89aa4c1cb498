"""Operators that only move elements, in drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_moves as drawn

DTYPES = ["INT8"]


def test_reshapes(tmp_path: Path) -> None:
    hold_exact(drawn.reshapes(), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", ["concatenations", "packs", "pads"])
def test_moves(family: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(getattr(drawn, family)(st.just(dtype)), tmp_path)
