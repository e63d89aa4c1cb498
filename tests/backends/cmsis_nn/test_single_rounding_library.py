"""How builds for single rounding are named, and that they stand in for the others only meanwhile."""

import os

import pytest

from benchmarks.single_rounding_library import named_library, places_with_library


def test_only_places_whose_library_is_named_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMSIS_NN_SINGLE_LIB_HOST", raising=False)
    monkeypatch.setenv("CMSIS_NN_SINGLE_LIB_CORTEX_M4", "once.a")
    assert places_with_library(("host", "cortex-m4")) == ("cortex-m4",)


@pytest.mark.parametrize("before", ["twice.a", None])
def test_make_files_take_the_library_only_inside(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMSIS_NN_SINGLE_LIB_CORTEX_M4", "once.a")
    monkeypatch.delenv("CMSIS_NN_LIB_CORTEX_M4", raising=False)
    if before is not None:
        monkeypatch.setenv("CMSIS_NN_LIB_CORTEX_M4", before)
    with named_library("cortex-m4"):
        assert os.environ["CMSIS_NN_LIB_CORTEX_M4"] == "once.a"
    assert os.environ.get("CMSIS_NN_LIB_CORTEX_M4") == before
