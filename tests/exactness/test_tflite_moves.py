"""Operators that only move elements, in drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_moves as drawn


def test_reshapes(tmp_path: Path) -> None:
    hold_exact(drawn.reshapes(), tmp_path)
