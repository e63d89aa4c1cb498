"""Architectures for tests: written by hand in a few words a layer, or drawn at random from a seed."""

from collections.abc import Callable

import numpy as np

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.passes.initialize import initialize_weights
from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.shapes import infer_shapes

WINDOW: dict[str, AttributeValue] = {"kernel": (3, 3), "stride": (1, 1), "padding": "same"}
DEFAULTS: dict[str, dict[str, AttributeValue]] = {
    "conv": {**WINDOW, "filters": 4, "dilation": (1, 1), "groups": 1, "bias": False},
    "depthwise": {**WINDOW, "multiplier": 1, "dilation": (1, 1), "bias": False},
    "transposed_conv": {
        "kernel": (3, 3),
        "stride": (2, 2),
        "padding": "same_upper",
        "filters": 4,
        "bias": False,
    },
    "dense": {"units": 5, "bias": True},
    "upsample": {"factor": (2, 2)},
    "pad": {"pads": (1, 1, 1, 1)},
    "leaky_relu": {"slope": 0.1},
    "max_pool": {**WINDOW, "kernel": (2, 2), "stride": (2, 2), "padding": "valid"},
    "average_pool": {**WINDOW, "kernel": (2, 2), "stride": (2, 2), "padding": "valid"},
}


CURVES = ("sigmoid", "tanh", "hard_sigmoid", "hard_swish", "swish", "gelu", "leaky_relu")
LARGEST_MAP = 400


class Net:
    """`net.conv("input", filters=8)` adds a layer and returns the name of its value: conv_1, ..."""

    def __init__(self, *input_shape: int) -> None:
        self.input_shape = input_shape
        self.layers: list[Layer] = []

    def __getattr__(self, op: str) -> Callable[..., str]:
        def add(*inputs: str, scope: tuple[str, ...] = (), **attributes: AttributeValue) -> str:
            name = f"{op}_{len(self.layers) + 1}"
            merged = {**DEFAULTS.get(op, {}), **attributes}
            self.layers.append(Layer(name=name, op=op, inputs=inputs, attributes=merged, scope=scope))
            return name

        return add

    def architecture(self, output: str | None = None) -> Architecture:
        output = output or self.layers[-1].name
        return Architecture(
            name="net", input_shape=self.input_shape, layers=tuple(self.layers), output=output
        )

    def graph(self, output: str | None = None) -> Graph:
        graph = graph_from_architecture(self.architecture(output), name="net")
        assert isinstance(graph, Graph), graph
        return graph

    def shape(self, name: str) -> tuple[int, ...] | None:
        shapes = infer_shapes(self.architecture(name))
        return None if isinstance(shapes, Infeasible) else shapes[name]


def with_statistics(graph: Graph, rng: np.random.Generator) -> Graph:
    """Random weights, and batch norms and biases as training leaves them rather than 1 and 0."""
    graph = initialize_weights(graph, rng)
    for name, array in graph.weights.items():
        if name.endswith(("/gamma", "/variance")):
            array[:] = rng.uniform(0.5, 1.5, array.shape)
        elif name.endswith(("/beta", "/mean", "/bias")):
            array[:] = rng.normal(0, 0.5, array.shape)
    return graph


def random_net(rng: np.random.Generator) -> Net:
    """A few layers of any kind, with branches and values read more than once, ending in five classes."""
    net = Net(int(rng.integers(5, 10)), int(rng.integers(5, 10)), int(rng.integers(1, 4)))
    maps = ["input"]
    for _ in range(int(rng.integers(3, 9))):
        _add_random(net, maps, rng)
    last = maps[-1]
    last = net.global_average_pool(last) if rng.random() < 0.5 else net.flatten(last)
    last = net.dense(last, bias=bool(rng.integers(2)))
    if rng.random() < 0.3:
        last = net.batch_norm(last)
    if rng.random() < 0.3:
        net.softmax(last)
    return net


def random_graph(seed: int) -> Graph:
    """A random net with random weights and statistics."""
    rng = np.random.default_rng(seed)
    return with_statistics(random_net(rng).graph(), rng)


def _add_random(net: Net, maps: list[str], rng: np.random.Generator) -> None:
    """Adds one layer, or none where the one drawn does not fit."""
    before = len(net.layers)
    source = maps[int(rng.integers(max(0, len(maps) - 3), len(maps)))]
    name = _draw(net, source, maps, rng)
    shape = net.shape(name)
    if shape is None or shape[0] * shape[1] > LARGEST_MAP:
        del net.layers[before:]
    else:
        maps.append(name)


def _draw(net: Net, source: str, maps: list[str], rng: np.random.Generator) -> str:
    kernel, stride = (int(rng.integers(1, 4)), int(rng.integers(1, 4))), (int(rng.integers(1, 3)),) * 2
    padding = str(rng.choice(["same", "same_upper", "valid"]))
    window: dict[str, AttributeValue] = {"kernel": kernel, "stride": stride, "padding": padding}
    dilation, bias = (int(rng.integers(1, 3)),) * 2, bool(rng.integers(2))
    shape = net.shape(source)
    assert shape is not None
    channels = shape[-1]
    match rng.integers(17):
        case 0 | 1:
            return net.conv(source, filters=int(rng.integers(1, 7)), **window, dilation=dilation, bias=bias)
        case 2:
            return net.conv(source, filters=2 * channels, **window, groups=channels, bias=bias)
        case 3:
            return net.depthwise(
                source, **window, multiplier=int(rng.integers(1, 3)), dilation=dilation, bias=bias
            )
        case 4 | 5:
            return net.batch_norm(source)
        case 6:
            return net.relu(source)
        case 7:
            return net.relu6(source)
        case 8:
            return getattr(net, str(rng.choice(["max_pool", "average_pool"])))(source, **window)
        case 9:
            alike = [name for name in maps if net.shape(name) == shape]
            return net.add(source, alike[int(rng.integers(len(alike)))])
        case 10:
            alike = [name for name in maps if (net.shape(name) or ())[:2] == shape[:2]]
            return net.concat(source, alike[int(rng.integers(len(alike)))])
        case 11:
            pooled = getattr(net, str(rng.choice(["global_average_pool", "global_max_pool"])))(source)
            squeezed = net.dense(pooled, units=channels)
            return net.mul(source, net.hard_sigmoid(net.reshape(squeezed, shape=(1, 1, channels))))
        case 12 | 13:
            return getattr(net, str(rng.choice(CURVES)))(source)
        case 14:
            padding = str(rng.choice(["same_upper", "valid"]))
            filters = int(rng.integers(1, 5))
            window |= {"stride": (int(rng.integers(1, 4)), int(rng.integers(1, 4))), "padding": padding}
            return net.transposed_conv(source, filters=filters, **window, bias=bias)
        case 15:
            return net.pad(source, pads=tuple(int(pad) for pad in rng.integers(0, 3, 4)))
        case _:
            return net.upsample(source, factor=(int(rng.integers(1, 3)), int(rng.integers(1, 4))))
