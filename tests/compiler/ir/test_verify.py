import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from compiler.errors import InternalError
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Add, Conv2D, MaxPool2D, Op, Pad, ResizeNearest, TransposeConv2D, Window
from compiler.ir.tensor import Quantization, Tensor
from compiler.ir.verify import verify_graph
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.calibrate import measure_ranges
from tests.compiler.frontends.networks import Net, with_statistics


def sound() -> Graph:
    net = Net(4, 4, 2)
    x = net.conv("input", filters=2, bias=True)
    net.max_pool(net.add(x, "input"))
    return with_statistics(net.graph(), np.random.default_rng(0))


def quantized() -> Graph:
    graph = run_passes(sound())
    return quantize_static(graph, measure_ranges(graph, [np.ones((2, 4, 4, 2), np.float32)]))


def change_node(graph: Graph, index: int, **changes: object) -> Graph:
    nodes = list(graph.nodes)
    nodes[index] = replace(nodes[index], **changes)  # type: ignore[arg-type] # broken on purpose
    return replace(graph, nodes=tuple(nodes))


def change_tensor(graph: Graph, name: str, tensor: Tensor | None) -> Graph:
    tensors = {**graph.tensors, name: tensor} if tensor is not None else dict(graph.tensors)
    if tensor is None:
        del tensors[name]
    return replace(graph, tensors=tensors)


def change_weight(graph: Graph, name: str, array: np.ndarray) -> Graph:
    return replace(graph, weights={**graph.weights, name: array})


FLOAT = Tensor(shape=(4, 4, 2))
BROKEN: dict[str, tuple[str, Callable[[Graph], Graph]]] = {
    "read before it is defined": (
        "node 'conv_1': reads 'add_2' before",
        lambda g: change_node(g, 0, inputs=("add_2", *g.nodes[0].inputs[1:])),
    ),
    "wrong order": (
        "reads 'conv_1' before",
        lambda g: replace(g, nodes=(g.nodes[1], g.nodes[0], g.nodes[2])),
    ),
    "defined twice": ("'conv_1' is defined twice", lambda g: change_node(g, 1, outputs=("conv_1",))),
    "two nodes of one name": (
        "node 'conv_1': another node has this name",
        lambda g: change_node(g, 1, name="conv_1"),
    ),
    "no type": ("'add_2' has no type", lambda g: change_tensor(g, "add_2", None)),
    "typed but not there": ("'ghost' is typed", lambda g: change_tensor(g, "ghost", FLOAT)),
    "empty shape": ("has shape", lambda g: change_tensor(g, "add_2", Tensor(shape=(4, 0, 2)))),
    "wrong shape": (
        "node 'add_2': 'add_2' is typed .4, 4, 3. but is .4, 4, 2.",
        lambda g: change_tensor(g, "add_2", Tensor(shape=(4, 4, 3))),
    ),
    "shapes that do not add": (
        "node 'add_2': it combines",
        lambda g: change_node(g, 1, op=Add(), inputs=("conv_1", "conv_1/weight")),
    ),
    "weight of another kernel": (
        "node 'conv_1': it has kernel .5, 5.",
        lambda g: change_node(g, 0, op=Conv2D(window=Window(kernel=(5, 5)))),
    ),
    "window off the map": (
        "window 9 wide on a padded map 4 wide",
        lambda g: change_node(g, 2, op=MaxPool2D(window=Window(kernel=(9, 1)))),
    ),
    "stride of zero": (
        "has the window",
        lambda g: change_node(g, 2, op=MaxPool2D(window=Window(kernel=(2, 2), strides=(0, 1)))),
    ),
    "window in the padding": (
        "wholly in the padding",
        lambda g: change_node(g, 2, op=MaxPool2D(window=Window(kernel=(2, 2), pads=(2, 0, 0, 0)))),
    ),
    "pooling with dilation": (
        "with a dilation",
        lambda g: change_node(g, 2, op=MaxPool2D(window=Window(kernel=(2, 2), dilations=(2, 1)))),
    ),
    "weight that is a value": (
        "'input' must be a parameter",
        lambda g: change_node(g, 0, inputs=("input", "input")),
    ),
    "two outputs": (
        "has 2 outputs",
        lambda g: change_tensor(change_node(g, 2, outputs=("max_pool_3", "b")), "b", FLOAT),
    ),
    "no outputs": ("there are none", lambda g: replace(g, outputs=())),
    "output that is not computed": ("'ghost' is not computed", lambda g: replace(g, outputs=("ghost",))),
    "some weights": (
        "parameter 'conv_1/bias': weights hold all",
        lambda g: replace(g, weights={"conv_1/weight": g.weights["conv_1/weight"]}),
    ),
    "weight of another shape": (
        "parameter 'conv_1/bias': is typed float32.2,., holds float32.3,.",
        lambda g: change_weight(g, "conv_1/bias", np.zeros(3, np.float32)),
    ),
    "weight of another dtype": (
        "parameter 'conv_1/bias'",
        lambda g: change_weight(g, "conv_1/bias", np.zeros(2, np.float64)),
    ),
    "integers among floats": (
        "node 'add_2': has dtypes",
        lambda g: change_tensor(g, "add_2", FLOAT.with_dtype("int8")),
    ),
    "quantized float": (
        "'add_2': is float32 and quantized",
        lambda g: change_tensor(
            g, "add_2", replace(FLOAT, quantization=Quantization(scale=(1.0,), zero_point=(0,)))
        ),
    ),
}
ODD = Quantization(scale=(0.1,), zero_point=(0,))
BROKEN_INT8: dict[str, tuple[str, Callable[[Graph], Graph]]] = {
    "no quantization": (
        "value 'add_2': is int8 without",
        lambda g: change_tensor(g, "add_2", FLOAT.with_dtype("int8")),
    ),
    "a scale that is no float32": (
        "no float32",
        lambda g: change_tensor(g, "add_2", FLOAT.with_dtype("int8", ODD)),
    ),
    "a pool that rescales": (
        "node 'max_pool_3': .* must have one quantization",
        lambda g: change_tensor(g, "add_2", FLOAT.with_dtype("int8", replace(ODD, scale=(0.125,)))),
    ),
    "scales of another count": (
        "has 1 scales along axis 0",
        lambda g: change_tensor(
            g,
            "conv_1/weight",
            replace(g.tensors["conv_1/weight"], quantization=replace(ODD, scale=(0.5,), axis=0)),
        ),
    ),
    "an int8 bias": (
        "node 'conv_1': has dtypes int8, int8, int8, int8",
        lambda g: change_tensor(g, "conv_1/bias", g.tensors["conv_1/bias"].with_dtype("int8")),
    ),
}


def test_sound_graphs_pass() -> None:
    verify_graph(sound())
    verify_graph(replace(sound(), weights={}))
    verify_graph(quantized())


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_graph_is_named(name: str) -> None:
    message, damage = BROKEN[name]
    with pytest.raises(InternalError, match=message):
        verify_graph(damage(sound()))


@pytest.mark.parametrize("name", BROKEN_INT8)
def test_a_broken_integer_graph_is_named(name: str) -> None:
    message, damage = BROKEN_INT8[name]
    with pytest.raises(InternalError, match=message):
        verify_graph(damage(quantized()))


MISFITS: dict[str, tuple[Op, tuple[int, ...]]] = {
    "pads 2 axes of (4, 4, 2)": (Pad(pads=((1, 1), (1, 1))), ()),
    "pads by ((0, 0), (0, -1), (0, 0))": (Pad(pads=((0, 0), (0, -1), (0, 0))), ()),
    "scales by (0, 1)": (ResizeNearest(factors=(0, 1)), ()),
    "has kernel (2, 2) and weight (5, 2, 3, 2)": (
        TransposeConv2D(window=Window(kernel=(2, 2))),
        (5, 2, 3, 2),
    ),
    "has kernel (2, 2) and weight (5, 2, 2, 3)": (
        TransposeConv2D(window=Window(kernel=(2, 2))),
        (5, 2, 2, 3),
    ),
    "crops all 5 rows or columns": (
        TransposeConv2D(window=Window(kernel=(2, 2), pads=(2, 0, 3, 0))),
        (5, 2, 2, 2),
    ),
    "spreads its kernel by (2, 1)": (
        TransposeConv2D(window=Window(kernel=(2, 2), dilations=(2, 1))),
        (5, 2, 2, 2),
    ),
    "adds (-1, 0) rows and columns": (
        TransposeConv2D(window=Window(kernel=(2, 2)), extra=(-1, 0)),
        (5, 2, 2, 2),
    ),
}


@pytest.mark.parametrize("what", MISFITS)
def test_what_an_operator_cannot_do_to_its_input_is_named(what: str) -> None:
    op, weight = MISFITS[what]
    tensors = {"x": FLOAT, "y": FLOAT, **({"w": Tensor(shape=weight)} if weight else {})}
    node = Node(name="odd", op=op, inputs=("x", "w") if weight else ("x",), outputs=("y",))
    parameters = ("w",) if weight else ()
    graph = Graph(
        name="g", inputs=("x",), outputs=("y",), nodes=(node,), tensors=tensors, parameters=parameters
    )
    with pytest.raises(InternalError, match=re.escape(what)):
        verify_graph(graph)


def test_a_node_without_inputs_is_named() -> None:
    node = Node(name="nothing", op=Add(), inputs=(), outputs=("y",))
    graph = Graph(name="g", inputs=(), outputs=("y",), nodes=(node,), tensors={"y": FLOAT})
    with pytest.raises(InternalError, match="'nothing'"):
        verify_graph(graph)
