"""Removing channels changes no output byte, and removes all that the two reasons cover."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiler.ir.count import count_macs
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Add,
    AveragePool2D,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Op,
    Reshape,
    Unary,
    Window,
)
from compiler.ir.shapes import output_shape
from compiler.ir.tensor import Quantization, Tensor
from compiler.ir.verify import verify_graph
from compiler.passes.remove_channels import remove_channels
from compiler.reference.integer_interpreter import run_int8

SAME = Window(kernel=(3, 3), pads=(1, 1, 1, 1))
POINT = Window(kernel=(1, 1))


@dataclass
class Net:
    """A graph under construction; `value` adds a node and gives its output's name."""

    rng: np.random.Generator
    tensors: dict[str, Tensor] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tensors["in"] = Tensor(shape=(5, 4, 3), dtype="int8", quantization=self.quantization())

    def quantization(self) -> Quantization:
        zero_point = int(self.rng.choice([-128, -128, int(self.rng.integers(-128, 128))]))
        return Quantization(scale=(float(np.float32(self.rng.uniform(0.02, 0.1))),), zero_point=(zero_point,))

    def value(
        self,
        op: Op,
        *inputs: str,
        shape: tuple[int, ...] = (),
        quantization: Quantization | None = None,
    ) -> str:
        name = f"v{len(self.nodes)}"
        found = output_shape(op, tuple(self.tensors[item].shape for item in inputs), shape)
        quantization = quantization or self.quantization()
        self.tensors[name] = Tensor(shape=found, dtype="int8", quantization=quantization)
        self.nodes.append(Node(name=name, op=op, inputs=inputs, outputs=(name,)))
        return name

    def like(self, op: Op, *inputs: str, shape: tuple[int, ...] = ()) -> str:
        return self.value(op, *inputs, shape=shape, quantization=self.tensors[inputs[0]].quantization)

    def parameters(self, shape: tuple[int, ...], axis: int) -> tuple[str, ...]:
        """Weights with dead filters and inputs nobody reads; biases that drown some channels."""
        weight = self.rng.integers(-127, 128, shape).astype(np.int8)
        filters = shape[axis]
        dead = np.moveaxis(weight, axis, 0)
        dead[self.rng.random(filters) < 0.4] = 0
        if axis == 0:
            weight[..., self.rng.random(shape[-1]) < 0.3] = 0
        bias = self.rng.integers(-3000, 3000, filters).astype(np.int32)
        bias[self.rng.random(filters) < 0.2] = -(2**26)
        return tuple(self.constant(array, axis) for array in (weight, bias)[: int(self.rng.integers(1, 3))])

    def constant(self, array: np.ndarray, axis: int) -> str:
        name = f"p{len(self.weights)}"
        axis = axis if array.ndim > 1 else 0
        count = array.shape[axis]
        scales = tuple(float(s) for s in self.rng.uniform(0.001, 0.02, count).astype(np.float32))
        quantization = Quantization(scale=scales, zero_point=(0,) * count, axis=axis)
        self.weights[name] = array
        dtype = "int8" if array.dtype == np.int8 else "int32"
        self.tensors[name] = Tensor(shape=array.shape, dtype=dtype, quantization=quantization)  # type: ignore[arg-type]
        return name

    def conv(self, source: str, filters: int, window: Window) -> str:
        shape = (filters, *window.kernel, self.tensors[source].shape[2])
        activation = str(self.rng.choice(["none", "relu", "relu6"]))
        return self.value(
            Conv2D(window=window, activation=activation),  # type: ignore[arg-type]
            source,
            *self.parameters(shape, 0),
        )

    def depthwise(self, source: str, multiplier: int, window: Window) -> str:
        shape = (1, *window.kernel, self.tensors[source].shape[2] * multiplier)
        op = DepthwiseConv2D(window=window, multiplier=multiplier, activation="relu")
        return self.value(op, source, *self.parameters(shape, 3))

    def dense(self, source: str, units: int) -> str:
        return self.value(Dense(), source, *self.parameters((units, self.tensors[source].shape[0]), 0))

    def graph(self, *outputs: str) -> Graph:
        graph = Graph(
            name="net",
            inputs=("in",),
            outputs=outputs,
            nodes=tuple(self.nodes),
            tensors=self.tensors,
            parameters=tuple(self.weights),
            weights=self.weights,
        )
        verify_graph(graph)
        return graph


def random_net(rng: np.random.Generator) -> Graph:
    net = Net(rng)
    values = [net.conv("in", int(rng.integers(1, 7)), SAME)]
    for _ in range(int(rng.integers(2, 9))):
        source = str(rng.choice(values))
        alike = [name for name in values if net.tensors[name].shape == net.tensors[source].shape]
        other = str(rng.choice(alike))
        window = SAME if rng.random() < 0.5 else POINT
        match int(rng.integers(8)):
            case 0 | 1:
                values.append(net.conv(source, int(rng.integers(1, 7)), window))
            case 2:
                values.append(net.depthwise(source, int(rng.integers(1, 3)), window))
            case 3:
                values.append(net.value(Add(activation="relu"), source, other))
            case 4:
                values.append(net.value(Mul(), source, other))
            case 5:
                copy = net.like(Concat(axis=2), source, source)
                values.append(copy)
            case 6:
                pool = MaxPool2D(window=SAME) if rng.random() < 0.5 else AveragePool2D(window=SAME)
                values.append(net.like(pool, source))
            case _:
                values.append(net.value(Unary(activation="hard_swish"), source))
    last = values[-1]
    if rng.random() < 0.5:
        flat = net.value(GlobalAveragePool(), last)
    else:
        flat = net.like(Reshape(), last, shape=(net.tensors[last].elements,))
    logits = net.dense(net.dense(flat, 5), 4)
    return net.graph(*(logits, values[0]) if rng.random() < 0.3 else (logits,))


@given(st.integers(0, 2**32 - 1))
@example(331).via("a product of a value with itself, least where the value is 0")
@settings(max_examples=150)
def test_no_output_byte_changes(seed: int) -> None:
    graph = random_net(np.random.default_rng(seed))
    reduced = remove_channels(graph)
    verify_graph(reduced)
    x = np.random.default_rng(seed).integers(-128, 128, (4, 5, 4, 3)).astype(np.int8)
    x[1:3] = np.array([-128, 127], np.int8)[:, None, None, None]
    before, after = run_int8(graph, x), run_int8(reduced, x)
    assert reduced.outputs == graph.outputs
    for name in graph.outputs:
        np.testing.assert_array_equal(after[name], before[name])
    assert count_macs(reduced) <= count_macs(graph)


def test_removes_something_in_most_random_nets() -> None:
    graphs = [random_net(np.random.default_rng(seed)) for seed in range(30)]
    fewer = [count_macs(remove_channels(graph)) < count_macs(graph) for graph in graphs]
    assert sum(fewer) > 20


def test_a_network_without_dead_channels_stays_as_it_is() -> None:
    net = Net(np.random.default_rng(0))
    hidden = net.conv("in", 4, SAME)
    for array in net.weights.values():
        array[:] = 1
    graph = net.graph(hidden)
    assert remove_channels(graph) == graph


def net_of_two(bias: int, source_zero_point: int, window: Window) -> Graph:
    """A conv whose second of three filters is zero, then a conv that reads all three."""
    net = Net(np.random.default_rng(3))
    hidden = net.conv("in", 3, POINT)
    weight, *_ = net.nodes[0].inputs[1:]
    net.weights[weight][:] = 3
    net.weights[weight][1] = 0
    quantization = Quantization(scale=(float(np.float32(0.05)),), zero_point=(source_zero_point,))
    net.tensors[hidden] = Tensor(shape=(5, 4, 3), dtype="int8", quantization=quantization)
    given = net.constant(np.full(3, bias, np.int32), 0)
    net.nodes[0] = Node(name=hidden, op=Conv2D(window=POINT), inputs=("in", weight, given), outputs=(hidden,))
    out = net.conv(hidden, 2, window)
    for name in net.nodes[1].inputs[1:2]:
        net.weights[name][:] = 2
    used = {name for node in net.nodes for name in node.inputs}
    net.weights = {name: array for name, array in net.weights.items() if name in used}
    net.tensors = {n: t for n, t in net.tensors.items() if n in used or n == out}
    return net.graph(out)


def test_a_constant_channel_goes_into_the_bias_where_nothing_pads() -> None:
    reduced = remove_channels(net_of_two(5000, 7, POINT))
    assert reduced.tensors[reduced.nodes[0].outputs[0]].shape == (5, 4, 2)


def test_a_constant_channel_stays_where_the_padding_differs_from_it() -> None:
    graph = net_of_two(5000, 7, SAME)
    assert remove_channels(graph) == graph


def test_a_constant_channel_that_equals_the_padding_goes() -> None:
    reduced = remove_channels(net_of_two(0, 7, SAME))
    assert reduced.tensors[reduced.nodes[0].outputs[0]].shape == (5, 4, 2)
