"""Pools, reductions and products of drawn TFLite models: the reference and the printed C equal TFLM."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.exactness.compare import hold_exact
from tests.tflite_models import draw_reductions as drawn

DTYPES = ["INT8", "INT16"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("code", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
def test_pools(code: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.pools(code, st.just(dtype)), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("code", ["MEAN", "SUM"])
def test_reductions(code: str, dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.reductions(code, st.just(dtype)), tmp_path)


def test_greatest(tmp_path: Path) -> None:
    hold_exact(drawn.reductions("REDUCE_MAX", st.just("INT8")), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
def test_global_means(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.global_means(st.just(dtype)), tmp_path)


@pytest.mark.parametrize("dtype", DTYPES)
def test_batch_products(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.batch_products(st.just(dtype)), tmp_path)


@pytest.mark.parametrize("code", ["ARG_MAX", "ARG_MIN"])
def test_extreme_places(code: str, tmp_path: Path) -> None:
    hold_exact(drawn.extreme_places(code), tmp_path)


def test_bilinear_resizes(tmp_path: Path) -> None:
    hold_exact(drawn.bilinear_resizes(), tmp_path)
