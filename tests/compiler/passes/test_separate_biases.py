from dataclasses import replace

import numpy as np

from compiler.ir.graph import Graph
from compiler.ir.verify import verify_graph
from compiler.passes.initialize import initialize_weights
from compiler.passes.separate_biases import separate_biases
from compiler.reference.float_interpreter import run_float
from tests.compiler.frontends.networks import Net


def shared_bias() -> Graph:
    net = Net(4)
    net.dense(net.dense("input", units=3), units=3)
    graph = initialize_weights(net.graph(), np.random.default_rng(0))
    first, second = graph.nodes
    second = replace(second, inputs=(*second.inputs[:2], first.inputs[2]))
    gone = "dense_2/bias"
    graph.weights["dense_1/bias"][:] = [1, 2, 3]
    return replace(
        graph,
        nodes=(first, second),
        parameters=tuple(name for name in graph.parameters if name != gone),
        tensors={name: tensor for name, tensor in graph.tensors.items() if name != gone},
        weights={name: array for name, array in graph.weights.items() if name != gone},
    )


def test_each_layer_gets_its_own_bias_of_the_same_numbers() -> None:
    graph = shared_bias()
    separated = separate_biases(graph)
    verify_graph(separated)
    assert [node.inputs[2] for node in separated.nodes] == ["dense_1/bias", "dense_2/bias"]
    x = np.ones((1, 4), np.float32)
    np.testing.assert_array_equal(run_float(graph, x)["dense_2"], run_float(separated, x)["dense_2"])
