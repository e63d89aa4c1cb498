"""Operators that only move elements, in drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_moves as drawn

DTYPES = ["INT8", "INT16"]
MOVES = [
    "concatenations", "splits", "uneven_splits", "packs", "unpacks", "transposes", "slices", "strided_slices",
    "pads", "nearest_resizes",
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("family", MOVES)
def test_moves(family: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(getattr(drawn, family)(st.just(dtype)), tmp_path)


@pytest.mark.parametrize("family", ["reshapes", "mirrored_pads", "gathers"])
def test_moves_of_int8(family: str, tmp_path: Path) -> None:
    hold_exact(getattr(drawn, family)(), tmp_path)


@pytest.mark.parametrize("code", ["SPACE_TO_DEPTH", "DEPTH_TO_SPACE"])
def test_block_moves(code: str, tmp_path: Path) -> None:
    hold_exact(drawn.block_moves(code), tmp_path)
