from collections.abc import Callable

import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.ir.ops import Add, Conv2D, MaxPool2D, Mul, Reshape, TransposeConv2D, Window
from compiler.ir.verify import verify_graph
from searchspace_dsl.architecture import Architecture, Layer
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.span import Span
from tests.compiler.frontends.networks import DEFAULTS, Net


def pads(padding: str, size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, ...]:
    net = Net(size, size, 1)
    net.conv("input", kernel=(kernel, 1), stride=(stride, 1), dilation=(dilation, 1), padding=padding)
    (node,) = net.graph().nodes
    assert isinstance(node.op, Conv2D)
    return node.op.window.pads


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("valid", 8, 3, 1), (0, 0, 0, 0)),
        (("same", 8, 3, 2), (1, 0, 1, 0)),
        (("same", 8, 4, 2), (2, 0, 2, 0)),
        (("same", 9, 3, 1, 2), (2, 0, 2, 0)),
        (("same_upper", 8, 3, 2), (0, 0, 1, 0)),
        (("same_upper", 8, 4, 1), (1, 0, 2, 0)),
        (("same_upper", 8, 1, 3), (0, 0, 0, 0)),
    ],
)
def test_pads_are_explicit(arguments: tuple[str, int, int, int], expected: tuple[int, ...]) -> None:
    assert pads(*arguments) == expected


def test_names_scopes_and_spans_come_along() -> None:
    span = Span("a.nas", 3, 5, 3, 9)
    layer = Layer(
        name="first",
        op="conv",
        inputs=("input",),
        attributes={**DEFAULTS["conv"], "bias": True},
        scope=("stem",),
        span=span,
    )
    encoding = InputEncoding(raw_dtype="int8")
    architecture = Architecture(name="any", input_shape=(4, 4, 2), layers=(layer,), output="first")
    graph = graph_from_architecture(architecture, name="kws", encoding=encoding, labels=("a", "b", "c", "d"))
    assert isinstance(graph, Graph)
    (node,) = graph.nodes
    assert (node.name, node.outputs, node.scope, node.span) == ("first", ("first",), ("stem",), span)
    assert (graph.name, graph.encoding, graph.labels) == ("kws", encoding, ("a", "b", "c", "d"))
    assert graph.parameters == ("first/weight", "first/bias")
    assert graph.weights == {}


def test_a_series_is_a_map_of_width_one() -> None:
    net = Net(20, 3)
    net.conv("input", kernel=(5, 1), stride=(2, 1))
    graph = net.graph()
    verify_graph(graph)
    assert graph.tensors["input"].shape == (20, 3)
    assert graph.tensors["conv_1"].shape == (10, 1, 4)


def test_dense_flattens_what_is_not_flat() -> None:
    layer = Layer(name="d", op="dense", inputs=("c",), attributes=DEFAULTS["dense"])
    flat = Layer(name="c", op="flatten", inputs=("input",))
    graph = graph_from_architecture(
        Architecture(name="n", input_shape=(2, 2, 3), layers=(flat, layer), output="d"), name="n"
    )
    assert isinstance(graph, Graph)
    assert isinstance(graph.nodes[0].op, Reshape)
    assert graph.tensors["d/weight"].shape == (5, 12)


def test_many_inputs_are_added_two_at_a_time() -> None:
    net = Net(4, 4, 2)
    branches = [net.relu("input") for _ in range(3)]
    total = net.add(*branches)
    graph = net.graph()
    verify_graph(graph)
    adds = [node for node in graph.nodes if isinstance(node.op, Add)]
    assert [(node.inputs, node.outputs) for node in adds] == [
        (("relu_1", "relu_2"), (f"{total}/1",)),
        ((f"{total}/1", "relu_3"), (total,)),
    ]


def test_a_vector_scales_the_channels_of_a_map() -> None:
    net = Net(4, 4, 2)
    net.mul("input", net.global_average_pool("input"))
    graph = net.graph()
    verify_graph(graph)
    assert [type(node.op) for node in graph.nodes][-2:] == [Reshape, Mul]


@pytest.mark.parametrize(
    ("padding", "kernel", "stride", "pads", "extra", "side"),
    [
        ("valid", 3, 2, (0, 0), 0, 9),
        ("valid", 1, 3, (0, 0), 0, 10),
        ("same_upper", 3, 2, (0, 1), 0, 8),
        ("same_upper", 4, 2, (1, 1), 0, 8),
        ("same_upper", 2, 2, (0, 0), 0, 8),
        ("same_upper", 1, 3, (0, 0), 2, 12),
    ],
)
def test_a_transposed_convolution_makes_strides_times_its_input(
    padding: str, kernel: int, stride: int, pads: tuple[int, int], extra: int, side: int
) -> None:
    net = Net(4, 4, 2)
    net.transposed_conv("input", kernel=(kernel, 1), stride=(stride, 1), padding=padding)
    graph = net.graph()
    verify_graph(graph)
    (node,) = graph.nodes
    assert isinstance(node.op, TransposeConv2D)
    assert (node.op.window.pads, node.op.extra) == ((pads[0], 0, pads[1], 0), (extra, 0))
    assert graph.tensors[node.outputs[0]].shape == (side, 4, 4)


def test_squeeze_excite_of_a_series_in_either_form() -> None:
    for shape in ((6,), (1, 6)):
        net = Net(8, 6)
        squeezed = net.dense(net.global_max_pool("input"), units=6)
        gate = net.hard_sigmoid(squeezed if shape == (6,) else net.reshape(squeezed, shape=shape))
        net.mul("input", gate)
        graph = net.graph()
        verify_graph(graph)
        assert graph.tensors[graph.outputs[0]].shape == (8, 1, 6)


def test_a_series_is_padded_and_enlarged_along_its_steps() -> None:
    net = Net(5, 3)
    longer = net.upsample(net.pad("input", pads=(1, 0, 2, 0)), factor=(2, 1))
    again = net.transposed_conv(longer, kernel=(3, 1), stride=(2, 1), filters=2)
    halves = net.reshape(again, shape=(16, 4))
    graph = net.graph()
    verify_graph(graph)
    assert [graph.tensors[name].shape for name in (longer, again, halves)] == [
        (16, 1, 3),
        (32, 1, 2),
        (16, 1, 4),
    ]


def test_the_largest_of_a_map_is_one_pool() -> None:
    net = Net(4, 3, 2)
    largest = net.global_max_pool("input")
    graph = net.graph()
    verify_graph(graph)
    assert graph.nodes[0].op == MaxPool2D(window=Window(kernel=(4, 3)))
    assert graph.tensors[largest].shape == (2,)


def too_small(net: Net) -> None:
    net.conv("input", kernel=(5, 5), padding="valid")


def odd_groups(net: Net) -> None:
    net.conv("input", groups=3)


def unequal(net: Net) -> None:
    net.add("input", net.conv("input", filters=7))


@pytest.mark.parametrize("broken", [too_small, odd_groups, unequal])
def test_what_has_no_shape_is_infeasible(broken: Callable[[Net], None]) -> None:
    net = Net(4, 4, 2)
    broken(net)
    found = graph_from_architecture(net.architecture(), name="n")
    assert isinstance(found, Infeasible)
    assert found.kind == "shape"


def test_what_the_graph_has_no_operator_for_is_infeasible() -> None:
    net = Net(4, 4, 2)
    net.mish("input")
    assert graph_from_architecture(net.architecture(), name="n") == Infeasible(
        "no kernel", "there is no operator for mish ('mish_1') yet"
    )
