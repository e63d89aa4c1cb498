"""Float networks without weights, built by hand: what a search would hand over to be measured."""

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    Op,
    Window,
)
from compiler.ir.tensor import Tensor


class Builder:
    """Appends layers to a graph; each method returns the name of the value it makes."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.tensors = {"input": Tensor(shape=shape)}
        self.nodes: list[Node] = []
        self.parameters: list[str] = []

    def parameter(self, name: str, *shape: int) -> str:
        self.tensors[name] = Tensor(shape=shape)
        self.parameters.append(name)
        return name

    def append(self, op: Op, inputs: tuple[str, ...], shape: tuple[int, ...]) -> str:
        name = f"{type(op).__name__.lower()}_{len(self.nodes)}"
        self.nodes.append(Node(name=name, op=op, inputs=inputs, outputs=(f"{name}_out",)))
        self.tensors[f"{name}_out"] = Tensor(shape=shape)
        return f"{name}_out"

    def conv(self, source: str, filters: int, kernel: int, stride: int = 1) -> str:
        height, width, channels = self.tensors[source].shape
        weight = self.parameter(f"w{len(self.nodes)}", filters, kernel, kernel, channels)
        shape = (-(-height // stride), -(-width // stride), filters)
        return self.append(Conv2D(window=window(kernel, stride)), (source, weight), shape)

    def depthwise(self, source: str, kernel: int, stride: int = 1) -> str:
        height, width, channels = self.tensors[source].shape
        weight = self.parameter(f"w{len(self.nodes)}", 1, kernel, kernel, channels)
        shape = (-(-height // stride), -(-width // stride), channels)
        return self.append(DepthwiseConv2D(window=window(kernel, stride)), (source, weight), shape)

    def batch_norm(self, source: str, activation: Activation = "none") -> str:
        shape = self.tensors[source].shape
        names = tuple(
            self.parameter(f"{part}{len(self.nodes)}", shape[-1])
            for part in ("gamma", "beta", "mean", "variance")
        )
        normed = self.append(BatchNorm(), (source, *names), shape)
        return (
            normed if activation == "none" else self.append(Activate(activation=activation), (normed,), shape)
        )

    def graph(self, output: str) -> Graph:
        return Graph(
            name="net",
            inputs=("input",),
            outputs=(output,),
            nodes=tuple(self.nodes),
            tensors=self.tensors,
            parameters=tuple(self.parameters),
        )


def window(kernel: int, stride: int) -> Window:
    pad = kernel // 2
    return Window(kernel=(kernel, kernel), strides=(stride, stride), pads=(pad, pad, pad, pad))


def mobile_network(blocks: int = 9, *, size: int = 64, residual: bool = True) -> Graph:
    """A convolution, then inverted residual blocks of three convolutions each, pooling, a dense layer."""
    build = Builder((size, size, 3))
    value = build.batch_norm(build.conv("input", 8, 3, 2), "relu")
    for block in range(blocks):
        stride = 2 if block % 3 == 1 else 1
        filters = 8 + 8 * ((block + 2) // 3)
        before = value
        channels = build.tensors[before].shape[-1]
        value = build.batch_norm(build.conv(value, channels * 4, 1), "relu6")
        value = build.batch_norm(build.depthwise(value, 3, stride), "relu6")
        value = build.batch_norm(build.conv(value, filters, 1))
        if residual and build.tensors[value].shape == build.tensors[before].shape:
            value = build.append(Add(), (before, value), build.tensors[value].shape)
    channels = build.tensors[value].shape[-1]
    value = build.append(GlobalAveragePool(), (value,), (channels,))
    weight, bias = build.parameter("dense_w", 10, channels), build.parameter("dense_b", 10)
    return build.graph(build.append(Dense(), (value, weight, bias), (10,)))
