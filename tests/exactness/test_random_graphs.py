"""Random networks of many operators with branches: TFLM == the reference == C on this machine."""

from pathlib import Path

import pytest

from tests.exactness.compare import compare_printed, compare_reference
from tests.tflite_models.random_graph import random_network

GRAPHS = 300
PART = 75
"""Networks that are compiled in one go."""


@pytest.mark.parametrize("first", range(0, GRAPHS, PART))
def test_random_graphs(first: int, tmp_path: Path) -> None:
    cases = [random_network(seed) for seed in range(first, first + PART)]
    compare_printed([compare_reference(case) for case in cases], tmp_path)
