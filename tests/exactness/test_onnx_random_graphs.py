"""Random ONNX networks with branches: the reference and onnxruntime node by node, the reference == the C."""

from pathlib import Path

import numpy as np
import pytest

from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Conv2D,
    Dense,
    DepthwiseConv2D,
    MaxPool2D,
    Reshape,
    ResizeNearest,
    Slice,
    Transpose,
)
from compiler.passes.compile_pipeline import optimize
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import imported
from tests.exactness.onnx_float32 import float32_outputs
from tests.exactness.onnx_random import random_onnx
from tests.exactness.onnx_values import Step, steps_alone, told
from tests.tflite_models.printed import HostNetworks, print_network

SEEDS = 108
PART = 27
"""Networks that are compiled in one go."""
MOST_REFUSED = 2
"""Of a part: parts of an input on scales of their own, and softmaxes far below 1."""
SAMPLES = 8
_WEIGHTED = (Conv2D, DepthwiseConv2D, Dense)
_EXACT = (MaxPool2D, Reshape, ResizeNearest, Slice, Transpose)


def _expect_near(step: Step, graph: Graph, text: str) -> None:
    """Layers: what differs is where a float32 product rounds otherwise; moves: nothing; others: by 1."""
    at = f"{step.node.name} of {text}"
    assert int(step.apart.max()) <= 1, at
    if isinstance(step.node.op, _EXACT):
        assert not step.apart.any(), at
    if isinstance(step.node.op, _WEIGHTED):
        model = float32_outputs(step.node, graph, step.read).reshape(step.theirs.shape)
        assert not np.any((step.ours == model) & (step.theirs != model)), at


@pytest.mark.parametrize("first", range(0, SEEDS, PART))
def test_random_graphs(first: int, tmp_path: Path) -> None:
    graphs, apart, layers = [], 0, 0
    for seed in range(first, first + PART):
        drawn = random_onnx(seed)
        x = np.random.default_rng(seed).normal(size=(SAMPLES, *drawn.shape)).astype(np.float32)
        try:
            given = told(drawn.data, x)
        except UnsupportedError:
            continue
        for step in steps_alone(given):
            _expect_near(step, given.graph, drawn.text)
            if isinstance(step.node.op, _WEIGHTED):
                apart, layers = apart + np.count_nonzero(step.apart), layers + step.apart.size
        graphs.append(imported(drawn.data)[1])
    assert len(graphs) >= PART - MOST_REFUSED
    assert apart <= max(3, 10 * layers / 1e6)
    _expect_printed(graphs, tmp_path)


def _expect_printed(graphs: list[Graph], folder: Path) -> None:
    rng = np.random.default_rng(0)
    printed = [print_network(optimize(graph), f"n{index}") for index, graph in enumerate(graphs)]
    library = HostNetworks(printed, folder)
    for graph, network in zip(graphs, printed, strict=True):
        x = rng.integers(-128, 128, (SAMPLES, *graph.tensors[graph.inputs[0]].shape), np.int8)
        x[:2] = np.array([-128, 127]).reshape(2, *(1,) * (x.ndim - 1))
        wanted = run_int8(graph, x)[graph.outputs[0]].reshape(SAMPLES, -1)
        (found,) = library.run(network, [x[:, None]])
        np.testing.assert_array_equal(found.reshape(SAMPLES, -1), wanted, err_msg=graph.name)
