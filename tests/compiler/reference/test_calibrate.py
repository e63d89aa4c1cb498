import numpy as np
import pytest

from compiler.errors import DataError
from compiler.reference.calibrate import SAMPLES_AT_ONCE, measure_ranges
from compiler.reference.float_interpreter import run_float
from tests.compiler.frontends.networks import random_graph


def test_no_samples_are_no_calibration() -> None:
    with pytest.raises(DataError, match="no samples to calibrate on"):
        measure_ranges(random_graph(5), [])


def test_ranges_span_all_batches_and_all_values() -> None:
    graph = random_graph(5)
    shape = graph.tensors["input"].shape
    x = np.random.default_rng(0).standard_normal((2 * SAMPLES_AT_ONCE + 3, *shape), np.float32)
    names = ["input", *(name for node in graph.nodes for name in node.outputs)]
    found = measure_ranges(graph, [x[:5], x[5:]])
    values = run_float(graph, x, keep=names)
    assert set(found) == set(names)
    for name in names:
        np.testing.assert_allclose(
            found[name], (values[name].min(), values[name].max()), rtol=1e-4, atol=1e-5
        )
