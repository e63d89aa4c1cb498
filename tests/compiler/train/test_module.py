from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compiler.errors import InternalError
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    Concat,
    Curve,
    Dense,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Pad,
    Reshape,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.shapes import ShapeError
from compiler.ir.verify import verify_graph
from compiler.passes.initialize import initialize_weights
from compiler.reference.float_interpreter import run_float
from compiler.train.module import GraphModule
from tests.compiler.train.networks import Network, classifier, random_weights, with_weights


def module_output(graph: Graph, x: np.ndarray) -> np.ndarray:
    module = GraphModule(graph, graph.weights).eval()
    with torch.no_grad():
        return module(torch.from_numpy(x)).numpy()


def fresh_module(graph: Graph) -> GraphModule:
    return GraphModule(graph, initialize_weights(graph, np.random.default_rng(0)).weights)


def assert_equals_reference(graph: Graph, seed: int = 0, batch: int = 2) -> None:
    rng = np.random.default_rng(seed)
    graph = with_weights(graph, random_weights(graph, rng))
    verify_graph(graph)
    x = rng.normal(size=(batch, *graph.tensors["input"].shape)).astype(np.float32)
    before = x.copy()
    expected = run_float(graph, x)[graph.outputs[0]]
    np.testing.assert_allclose(module_output(graph, x), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(x, before)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Pads stay below the kernel, so that every window touches the map."""
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    return Window(
        kernel=kernel,
        strides=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        dilations=draw(st.tuples(st.integers(1, 2), st.integers(1, 2))),
        pads=tuple(draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4)),
    )


@settings(max_examples=60, deadline=None)
@given(
    window=windows(),
    kind=st.sampled_from(["conv", "grouped", "depthwise", "max", "average"]),
    shape=st.tuples(st.integers(3, 9), st.integers(3, 9), st.sampled_from([2, 4])),
    seed=st.integers(0, 9),
)
def test_windows_equal_the_reference(
    window: Window, kind: str, shape: tuple[int, int, int], seed: int
) -> None:
    net = Network(shape)
    if kind in ("max", "average"):
        window = replace(window, dilations=(1, 1))
    try:
        match kind:
            case "conv":
                output = net.conv("input", 3, window)
            case "grouped":
                output = net.conv("input", 6, window, groups=2)
            case "depthwise":
                output = net.depthwise("input", window, multiplier=2)
            case "max":
                output = net.add(MaxPool2D(window=window, activation="relu"), "input")
            case _:
                output = net.add(AveragePool2D(window=window), "input")
    except ShapeError:
        assume(False)
    assert_equals_reference(net.graph(output), seed)


def test_every_operator_in_one_network_equals_the_reference() -> None:
    net = Network((7, 5, 3))
    three = Window(kernel=(3, 3), strides=(2, 2), pads=(0, 1, 1, 1))
    x = net.activate(net.batch_norm(net.conv("input", 4, three, bias=False)))
    left = net.depthwise(x, Window(kernel=(3, 3), pads=(1, 1, 1, 1)))
    total = net.add(Add(activation="relu6"), x, left)
    joined = net.add(Concat(axis=2), total, x)
    tall = net.add(Concat(axis=0), joined, joined)
    means = net.add(GlobalAveragePool(), tall)
    gate = net.add(Reshape(), net.batch_norm(net.dense(means, 8)), shape=(1, 1, 8))
    scaled = net.add(Mul(), tall, gate)
    flat = net.add(Reshape(), scaled, shape=(scaled_size(net, scaled),))
    assert_equals_reference(net.graph(net.add(Softmax(), net.dense(flat, 5))))


@settings(max_examples=40, deadline=None)
@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    strides=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    pads=st.tuples(*[st.integers(0, 2)] * 4),
    extra=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    bias=st.booleans(),
)
def test_transposed_convolutions_equal_the_reference(
    kernel: tuple[int, int],
    strides: tuple[int, int],
    pads: tuple[int, int, int, int],
    extra: tuple[int, int],
    bias: bool,
) -> None:
    net = Network((3, 4, 2))
    op = TransposeConv2D(
        window=Window(kernel=kernel, strides=strides, pads=pads), extra=extra, activation="relu6"
    )
    parameters = (net.parameter((5, *kernel, 2)), *((net.parameter((5,)),) if bias else ()))
    try:
        assert_equals_reference(net.graph(net.add(op, "input", *parameters)))
    except ShapeError:
        assume(False)


@pytest.mark.parametrize("curve", get_args(Curve))
@pytest.mark.parametrize("shape", [(3, 4, 2), (7,)])
def test_curves_equal_the_reference(curve: Curve, shape: tuple[int, ...]) -> None:
    net = Network(shape)
    assert_equals_reference(net.graph(net.add(Unary(activation=curve, slope=-0.3), "input")), batch=20)


def test_moved_maps_equal_the_reference() -> None:
    net = Network((3, 4, 2))
    larger = net.add(ResizeNearest(factors=(2, 3)), "input")
    framed = net.add(Pad(pads=((1, 2), (0, 3), (2, 1)), value=-1.5), larger)
    assert_equals_reference(net.graph(net.activate(framed)))
    flat = Network((5,))
    assert_equals_reference(flat.graph(flat.add(Pad(pads=((2, 1),)), "input")))


def test_a_transposed_weight_is_given_back_as_it_was() -> None:
    net = Network((3, 3, 2))
    weight = net.parameter((5, 2, 3, 2))
    graph = net.graph(net.add(TransposeConv2D(window=Window(kernel=(2, 3))), "input", weight))
    weights = random_weights(graph, np.random.default_rng(1))
    np.testing.assert_array_equal(GraphModule(graph, weights).export()[weight], weights[weight])


def scaled_size(net: Network, name: str) -> int:
    return net.tensors[name].elements


def test_a_flattened_map_keeps_the_graphs_order() -> None:
    net = Network((2, 3, 4))
    graph = net.graph(net.add(Reshape(), net.activate("input"), shape=(24,)))
    x = np.arange(48, dtype=np.float32).reshape(2, 2, 3, 4)
    np.testing.assert_array_equal(module_output(graph, x), x.reshape(2, 24))


def test_an_activation_leaves_values_that_others_read() -> None:
    net = Network((4, 4, 2))
    x = net.conv("input", 2, Window(kernel=(1, 1)))
    assert_equals_reference(net.graph(net.add(Add(), net.activate(x), x)))
    both = Network((3,))
    half = both.dense("input", 4)
    assert_equals_reference(both.graph(half, both.activate(half)))


def test_a_fused_activation_equals_the_reference() -> None:
    net = Network((5,))
    weight, bias = net.parameter((4, 5)), net.parameter((4,))
    assert_equals_reference(net.graph(net.add(Dense(activation="relu6"), "input", weight, bias)))


def test_logits_are_what_the_last_softmax_reads() -> None:
    net = Network((6,))
    scores = net.dense("input", 3)
    graph = net.graph(net.add(Softmax(), scores))
    module = fresh_module(graph)
    x = torch.randn(2, 6)
    logits, output = module.logits(x), module(x)
    assert not torch.allclose(logits.sum(1), torch.ones(2))
    torch.testing.assert_close(torch.softmax(logits, 1), output)


def test_export_gives_back_what_was_imported() -> None:
    graph = classifier()
    weights = random_weights(graph, np.random.default_rng(3))
    module = GraphModule(graph, weights)
    for name, array in module.export().items():
        np.testing.assert_array_equal(array, weights[name])
        assert array.dtype == np.float32 and array.flags.c_contiguous and array.flags.owndata
    other = random_weights(graph, np.random.default_rng(4))
    module.load(other)
    for name, array in module.export().items():
        np.testing.assert_array_equal(array, other[name])


def test_every_learned_parameter_gets_a_gradient() -> None:
    graph = classifier()
    module = fresh_module(graph)
    torch.nn.functional.cross_entropy(module.logits(torch.randn(8, 6, 6, 1)), torch.arange(8) % 3).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in module.parameters())


def test_an_activation_of_the_input_keeps_the_gradient_of_a_norm_right() -> None:
    net = Network((4, 4, 2))
    x = net.activate(net.batch_norm(net.add(Activate(activation="relu"), "input")))
    graph = net.graph(net.head(x, 2))
    module = fresh_module(graph).double()
    x64 = torch.randn(3, 4, 4, 2, dtype=torch.float64)
    parameters = tuple(module.parameters())
    assert torch.autograd.gradcheck(lambda *_: module.logits(x64), parameters, atol=1e-6)


def test_a_quantized_graph_is_refused() -> None:
    graph = classifier()
    tensors = {**graph.tensors, "input": graph.tensors["input"].with_dtype("int8")}
    with pytest.raises(InternalError, match="float"):
        GraphModule(
            Graph(name="q", inputs=("input",), outputs=graph.outputs, nodes=graph.nodes, tensors=tensors), {}
        )
