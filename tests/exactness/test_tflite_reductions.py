"""Pools and reductions of drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_reductions as drawn

int8 = st.just("INT8")


@pytest.mark.parametrize("code", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
def test_pools(code: str, tmp_path: Path) -> None:
    hold_exact(drawn.pools(code, int8), tmp_path)
