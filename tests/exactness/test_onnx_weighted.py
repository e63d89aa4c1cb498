"""Convolutions and dense layers against onnxruntime: by 1 on at most 10 outputs in a million, each where the
float32 product of its own arithmetic rounds otherwise than the fixed point of ours."""

import numpy as np
import pytest

from compiler.ir.ops import Reshape
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import (
    Net,
    imported,
    in_onnx_order,
    ort_outputs,
    our_input,
    quantized,
)
from tests.exactness.onnx_float32 import float32_outputs

MOST_IN_A_MILLION = 10


def _conv(net: Net, **attributes: object) -> str:
    return net.conv(net.input("x", "N", 8, 40, 40), 32, 8, (3, 3), **attributes)


def _dense(net: Net) -> str:
    return net.add("Gemm", net.input("x", "N", 300), net.normal(300, 200), net.normal(200))


LAYERS = {
    "conv": (_conv, (8, 40, 40), 20),
    "depthwise": (lambda net: _conv(net, group=8), (8, 40, 40), 20),
    "dense": (_dense, (300,), 3000),
}


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("qdq", [False, True])
@pytest.mark.parametrize("layer", LAYERS)
def test_ours_differ_where_a_float32_product_rounds_otherwise_and_nowhere_else(
    layer: str, qdq: bool, per_channel: bool
) -> None:
    write, shape, count = LAYERS[layer]
    net = Net(21)
    model = net.model(write(net))
    data = quantized(
        model, net.rng.normal(size=(10, *shape)).astype(np.float32), qdq=qdq, per_channel=per_channel
    )
    samples = net.rng.normal(size=(count, *shape)).astype(np.float32)
    found, graph = imported(data)
    theirs = ort_outputs(data, samples)
    x = our_input(found, graph, samples)
    grid = graph.tensors[graph.outputs[0]].quantization
    assert grid is not None
    wanted = np.rint(theirs / np.float32(grid.scale[0])).astype(np.int64) + grid.zero_point[0]
    ours = in_onnx_order(run_int8(graph, x)[graph.outputs[0]], found.outputs[0], theirs.shape)
    (node,) = (node for node in graph.nodes if not isinstance(node.op, Reshape))
    model_of_theirs = in_onnx_order(float32_outputs(node, graph, x), found.outputs[0], theirs.shape)
    np.testing.assert_array_equal(model_of_theirs, wanted)
    apart = np.abs(ours.astype(np.int64) - wanted)
    assert apart.max() <= 1
    assert np.count_nonzero(apart) <= max(2, MOST_IN_A_MILLION * ours.size / 1e6)
