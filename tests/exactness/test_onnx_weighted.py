"""Convolutions and dense layers against onnxruntime: by 1 on at most 10 outputs in a million, each where the
float32 product of its own arithmetic rounds otherwise than the fixed point of ours."""

import numpy as np
import pytest

from compiler.ir.graph import Graph
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D
from compiler.reference.convolve import convolve, convolve_depthwise
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import (
    Net,
    imported,
    in_onnx_order,
    ort_outputs,
    our_input,
    quantized,
)

MOST_IN_A_MILLION = 10


def float32_outputs(graph: Graph, x: np.ndarray) -> np.ndarray:
    """onnxruntime's result of a graph of one layer: rint(float32(sum) * float32(scale)) + zero point."""
    node = next(node for node in graph.nodes if isinstance(node.op, Conv2D | DepthwiseConv2D | Dense))
    types = [graph.tensors[name].quantization for name in (*node.inputs[:2], node.outputs[0])]
    source, weight, output = types
    assert source is not None and weight is not None and output is not None
    centred = x.astype(np.float64) - source.zero_point[0]
    numbers = graph.weights[node.inputs[1]].astype(np.float64)
    match node.op:
        case Conv2D():
            sums = convolve(centred, numbers, node.op)
        case DepthwiseConv2D():
            sums = convolve_depthwise(centred, numbers, node.op)
        case _:
            sums = centred.reshape(len(x), -1) @ numbers.T
    if len(node.inputs) == 3:
        sums = sums + graph.weights[node.inputs[2]]
    scale = np.float32(source.scale[0]) * np.array(weight.scale, np.float32) / np.float32(output.scale[0])
    low, high = -128 - output.zero_point[0], 127 - output.zero_point[0]
    whole = np.rint(np.clip(sums.astype(np.float32) * scale, low, high))
    return (whole + output.zero_point[0]).astype(np.int8)


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
    model_of_theirs = in_onnx_order(float32_outputs(graph, x), found.outputs[0], theirs.shape)
    np.testing.assert_array_equal(model_of_theirs, wanted)
    apart = np.abs(ours.astype(np.int64) - wanted)
    assert apart.max() <= 1
    assert np.count_nonzero(apart) <= max(2, MOST_IN_A_MILLION * ours.size / 1e6)
