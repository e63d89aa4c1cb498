from dataclasses import replace

import numpy as np
import pytest

from compiler.errors import InternalError
from compiler.ir.graph import Graph
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.accuracy import (
    accuracy_of,
    float_accuracy,
    float_predictions,
    integer_accuracy,
    integer_predictions,
)
from compiler.reference.calibrate import measure_ranges
from searchspace_dsl.encoding import InputEncoding
from tests.compiler.frontends.networks import Net, with_statistics


def largest_of_three() -> Graph:
    """Says which of three raw bytes is the largest."""
    net = Net(3)
    net.dense("input", units=3)
    graph = run_passes(with_statistics(net.graph(), np.random.default_rng(0)))
    graph.weights["dense_1/weight"][:] = np.eye(3)
    graph.weights["dense_1/bias"][:] = 0
    return replace(graph, encoding=InputEncoding(raw_dtype="uint8", std=(255.0,)))


def test_counts_by_hand() -> None:
    found = accuracy_of(np.array([0, 0, 0, 0, 1, 2]), np.array([0, 0, 0, 1, 1, 0]), 4)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.balanced_accuracy == pytest.approx((3 / 4 + 1 + 0) / 3)
    assert found.confusion == ((3, 1, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0))


def test_float_and_integer_networks_are_judged_on_raw_samples() -> None:
    rng = np.random.default_rng(0)
    x = np.stack([rng.permutation([10, 100, 200]) for _ in range(150)]).astype(np.uint8)
    graph = largest_of_three()
    quantized = quantize_static(graph, measure_ranges(graph, [x.astype(np.float32) / 255]))
    truth = x.argmax(axis=1)
    np.testing.assert_array_equal(float_predictions(graph, x), truth)
    np.testing.assert_array_equal(integer_predictions(quantized, x), truth)
    wrong = np.where(np.arange(150) < 30, (truth + 1) % 3, truth)
    assert float_accuracy(graph, x, wrong).accuracy == pytest.approx(0.8)
    assert integer_accuracy(quantized, x, wrong) == float_accuracy(graph, x, wrong)


def test_equals_go_to_the_first() -> None:
    graph = largest_of_three()
    assert float_predictions(graph, np.array([[7, 9, 9]], np.uint8)).tolist() == [1]


def test_a_float_graph_has_no_integer_predictions() -> None:
    with pytest.raises(InternalError, match="not quantized"):
        integer_predictions(largest_of_three(), np.zeros((1, 3), np.uint8))
