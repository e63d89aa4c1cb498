from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.graph import Graph
from compiler.ir.ops import BatchNorm
from compiler.ir.print import print_graph
from compiler.ir.verify import verify_graph
from compiler.passes.pipeline import PIPELINE, run_passes
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from compiler.reference.float_interpreter import run_float
from tests.compiler.frontends.networks import Net, random_graph, with_statistics

SEEDS = st.integers(0, 2**32 - 1)


def outputs(graph: Graph, x: np.ndarray) -> np.ndarray:
    return run_float(graph, x)[graph.outputs[0]]


def samples(graph: Graph, seed: int, count: int = 3) -> np.ndarray:
    shape = graph.tensors[graph.inputs[0]].shape
    return np.random.default_rng(seed).standard_normal((count, *shape), np.float32)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_every_pass_keeps_the_outputs_and_leaves_a_sound_graph(seed: int) -> None:
    graph = random_graph(seed)
    verify_graph(graph)
    x = samples(graph, seed)
    expected = outputs(graph, x)
    tolerance = 1e-4 * max(1.0, float(np.abs(expected).max()))
    for run in PIPELINE:
        graph = run(graph)
        verify_graph(graph)
        np.testing.assert_allclose(outputs(graph, x), expected, atol=tolerance, err_msg=run.__name__)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_weights_make_no_difference_to_types(seed: int) -> None:
    graph = random_graph(seed)
    bare = Graph(
        name=graph.name,
        inputs=graph.inputs,
        outputs=graph.outputs,
        nodes=graph.nodes,
        tensors=graph.tensors,
        parameters=graph.parameters,
    )
    assert print_graph(run_passes(bare)) == print_graph(run_passes(graph))


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_pipeline_has_nothing_left_to_do(seed: int) -> None:
    once = run_passes(random_graph(seed))
    assert not any(isinstance(node.op, BatchNorm) for node in once.nodes)
    assert print_graph(run_passes(once)) == print_graph(once)


def test_conv_norm_relu_becomes_one_node() -> None:
    net = Net(4, 4, 2)
    net.relu6(net.batch_norm(net.conv("input", filters=3)))
    assert print_graph(run_passes(net.graph())) == (
        "graph net\n"
        "  input input: float32[4,4,2]\n"
        "  parameter conv_1/weight: float32[3,3,3,2]\n"
        "  parameter conv_1/bias: float32[3]\n"
        "  relu6_3: float32[4,4,3] = Conv2D[window=<3x3 pads 1,1,1,1> activation=relu6]"
        "(input, conv_1/weight, conv_1/bias) 'conv_1'\n"
        "  return relu6_3\n"
    )


def test_a_norm_whose_input_is_read_twice_becomes_a_depthwise() -> None:
    net = Net(4, 4, 2)
    conv = net.conv("input", filters=2)
    net.add(conv, net.batch_norm(conv))
    ops = [type(node.op).__name__ for node in run_passes(net.graph()).nodes]
    assert ops == ["Conv2D", "DepthwiseConv2D", "Add"]


def test_a_norm_on_a_vector_that_nothing_absorbs_becomes_a_depthwise_between_reshapes() -> None:
    net = Net(6)
    net.batch_norm("input")
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    passed = run_passes(graph)
    verify_graph(passed)
    assert [type(node.op).__name__ for node in passed.nodes] == ["Reshape", "DepthwiseConv2D", "Reshape"]
    x = samples(graph, 1)
    np.testing.assert_allclose(outputs(passed, x), outputs(graph, x), atol=1e-5)


def test_a_transposed_convolution_takes_its_norm_and_clamp() -> None:
    """Rows and columns that no tap reaches hold the bias, and so the norm's shift."""
    net = Net(3, 3, 2)
    net.relu(net.batch_norm(net.transposed_conv("input", kernel=(1, 2), stride=(3, 2))))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    passed = run_passes(graph)
    assert [type(node.op).__name__ for node in passed.nodes] == ["TransposeConv2D"]
    x = samples(graph, 1)
    np.testing.assert_allclose(outputs(passed, x), outputs(graph, x), atol=1e-5)


@pytest.mark.parametrize("op", ["concat", "global_average_pool"])
def test_a_clamp_stays_where_its_operator_cannot_take_it(op: str) -> None:
    net = Net(4, 4, 2)
    joined = net.concat("input", "input") if op == "concat" else net.global_average_pool("input")
    net.relu(joined)
    assert [type(node.op).__name__ for node in run_passes(net.graph()).nodes][-1] == "Activate"


def test_a_clamp_stays_where_its_input_is_an_output_or_read_again() -> None:
    net = Net(4, 4, 2)
    conv = net.conv("input", filters=2)
    net.add(conv, net.relu(conv))
    assert [type(node.op).__name__ for node in run_passes(net.graph()).nodes] == ["Conv2D", "Activate", "Add"]


def test_layers_that_share_a_weight_fold_their_own_norms_into_their_own_copies() -> None:
    net = Net(4, 4, 4)
    net.batch_norm(net.conv(net.batch_norm(net.conv("input"))))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    nodes = list(graph.nodes)
    nodes[2] = replace(nodes[2], inputs=(nodes[2].inputs[0], "conv_1/weight"))
    shared = remove_dead_nodes(replace(graph, nodes=tuple(nodes)))
    verify_graph(shared)
    passed = run_passes(shared)
    verify_graph(passed)
    assert [type(node.op).__name__ for node in passed.nodes] == ["Conv2D", "Conv2D"]
    x = samples(graph, 1)
    np.testing.assert_allclose(outputs(passed, x), outputs(shared, x), atol=1e-4)


def test_an_output_keeps_its_name_and_its_numbers() -> None:
    net = Net(4, 4, 2)
    conv = net.conv("input", filters=2)
    norm = net.batch_norm(conv)
    clamped = net.relu(norm)
    flat = net.flatten(net.flatten(clamped))
    values = (conv, norm, clamped, "flatten_4", flat)
    graph = replace(with_statistics(net.graph(), np.random.default_rng(0)), outputs=values)
    passed = run_passes(graph)
    verify_graph(passed)
    x = samples(graph, 1)
    expected, found = run_float(graph, x), run_float(passed, x)
    assert set(found) == set(values)
    for name in values:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-5)


def test_two_clamps_are_the_tighter_one() -> None:
    net = Net(4, 4, 2)
    net.relu(net.relu6(net.conv("input")))
    (node,) = run_passes(net.graph()).nodes
    assert node.op.activation == "relu6"


def test_dead_layers_and_their_parameters_go() -> None:
    net = Net(4, 4, 2)
    kept = net.conv("input")
    net.dense(net.flatten(net.conv("input", filters=64)))
    graph = run_passes(net.graph(kept))
    assert [node.name for node in graph.nodes] == [kept]
    assert graph.parameters == (f"{kept}/weight",)
    assert set(graph.tensors) == {"input", kept, f"{kept}/weight"}


def test_reshapes_of_reshapes_collapse() -> None:
    net = Net(6, 2)
    net.dense(net.flatten("input"), units=3)
    assert [type(node.op).__name__ for node in net.graph().nodes] == ["Reshape", "Reshape", "Dense"]
    assert [type(node.op).__name__ for node in run_passes(net.graph()).nodes] == ["Reshape", "Dense"]
