"""Small float graphs and data for the tests of training."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Activation,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    Op,
    Window,
)
from compiler.ir.shapes import output_shape
from compiler.ir.tensor import Tensor
from compiler.train.samples import Samples


class Network:
    """Collects nodes; every method returns the name of the value it defines."""

    def __init__(self, input_shape: tuple[int, ...]) -> None:
        self.tensors = {"input": Tensor(shape=input_shape)}
        self.nodes: list[Node] = []
        self.parameters: list[str] = []

    def parameter(self, shape: tuple[int, ...]) -> str:
        name = f"parameter.{len(self.parameters)}"
        self.tensors[name] = Tensor(shape=shape)
        self.parameters.append(name)
        return name

    def add(self, op: Op, *inputs: str, shape: tuple[int, ...] = ()) -> str:
        name = f"value/{len(self.nodes)}"
        shapes = tuple(self.tensors[source].shape for source in inputs)
        self.tensors[name] = Tensor(shape=output_shape(op, shapes, shape))
        self.nodes.append(Node(name=f"node {len(self.nodes)}", op=op, inputs=inputs, outputs=(name,)))
        return name

    def conv(self, x: str, filters: int, window: Window, *, groups: int = 1, bias: bool = True) -> str:
        channels = self.tensors[x].shape[-1]
        weight = self.parameter((filters, *window.kernel, channels // groups))
        rest = (self.parameter((filters,)),) if bias else ()
        return self.add(Conv2D(window=window, groups=groups), x, weight, *rest)

    def depthwise(self, x: str, window: Window, *, multiplier: int = 1) -> str:
        channels = self.tensors[x].shape[-1] * multiplier
        weight = self.parameter((1, *window.kernel, channels))
        return self.add(
            DepthwiseConv2D(window=window, multiplier=multiplier), x, weight, self.parameter((channels,))
        )

    def batch_norm(self, x: str) -> str:
        channels = self.tensors[x].shape[-1]
        return self.add(BatchNorm(), x, *(self.parameter((channels,)) for _ in range(4)))

    def activate(self, x: str, activation: Activation = "relu") -> str:
        return self.add(Activate(activation=activation), x)

    def dense(self, x: str, units: int) -> str:
        weight = self.parameter((units, self.tensors[x].shape[0]))
        return self.add(Dense(), x, weight, self.parameter((units,)))

    def head(self, x: str, classes: int) -> str:
        return self.dense(self.add(GlobalAveragePool(), x), classes)

    def graph(self, *outputs: str) -> Graph:
        return Graph(
            name="net",
            inputs=("input",),
            outputs=outputs,
            nodes=tuple(self.nodes),
            tensors=self.tensors,
            parameters=tuple(self.parameters),
        )


def classifier(classes: int = 3, size: int = 6, channels: int = 6) -> Graph:
    """conv - norm - relu - depthwise - norm - relu6 - head on (size, size, 1)."""
    net = Network((size, size, 1))
    window = Window(kernel=(3, 3), pads=(1, 1, 1, 1))
    x = net.activate(net.batch_norm(net.conv("input", channels, window, bias=False)))
    x = net.activate(net.batch_norm(net.depthwise(x, window)), "relu6")
    return net.graph(net.head(x, classes))


def random_weights(graph: Graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Of both signs; the variances of batch norms positive."""
    variances = {node.inputs[4] for node in graph.nodes if isinstance(node.op, BatchNorm)}
    weights = {}
    for name in graph.parameters:
        magnitude = rng.uniform(0.3, 1.2, graph.tensors[name].shape)
        sign = 1 if name in variances else rng.choice((-1, 1), magnitude.shape)
        weights[name] = (magnitude * sign).astype(np.float32)
    return weights


def strokes(seed: int = 0, *, counts: Sequence[int] = (180, 60), size: int = 6) -> Samples:
    """Noisy images of one bright line: across, down or diagonal is the class; training and validation."""
    rng = np.random.default_rng(seed)
    parts = []
    for count in counts:
        y = np.arange(count) % 3
        x = rng.normal(0, 0.4, (count, size, size, 1))
        for image, kind, place in zip(x, y, rng.integers(0, size, count), strict=True):
            line = (image[place], image[:, place], np.einsum("iic->ic", image))[kind]
            line += 2
        parts += [x.astype(np.float32), y.astype(np.int64)]
    x_train, y_train, x_validation, y_validation = parts
    return Samples(
        x_train=x_train,
        y_train=y_train,
        x_validation=x_validation,
        y_validation=y_validation,
        classes=3,
    )


def with_weights(graph: Graph, weights: dict[str, np.ndarray]) -> Graph:
    return replace(graph, weights=weights)
