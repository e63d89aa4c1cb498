"""Int8 graphs with random weights that exercise each kernel in many shapes: cost tables come from them."""

from dataclasses import dataclass, field, replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
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
    Pad,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.shapes import output_shape
from compiler.ir.tensor import Quantization, Tensor

VALUE = Quantization(scale=(0.03125,), zero_point=(-7,))
SOFTMAX_OUTPUT = Quantization(scale=(1 / 256,), zero_point=(-128,))
Shape = tuple[int, ...]


@dataclass
class Draft:
    """A graph under construction; `layer` adds a node and gives the name of its value."""

    rng: np.random.Generator
    tensors: dict[str, Tensor] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)

    def source(self, shape: Shape) -> str:
        name = f"in{len(self.inputs)}"
        self.inputs.append(name)
        self.tensors[name] = Tensor(shape=shape, dtype="int8", quantization=VALUE)
        return name

    def layer(self, op: Op, *sources: str, weight: Shape | None = None, axis: int = 0) -> str:
        name = f"n{len(self.nodes)}"
        parameters = () if weight is None else self._parameters(name, weight, axis)
        names = (*sources, *parameters)
        shape = output_shape(op, tuple(self.tensors[item].shape for item in names), ())
        quantization = SOFTMAX_OUTPUT if isinstance(op, Softmax) else VALUE
        self.tensors[name] = Tensor(shape=shape, dtype="int8", quantization=quantization)
        self.nodes.append(Node(name=name, op=op, inputs=names, outputs=(name,)))
        return name

    def _parameters(self, name: str, shape: Shape, axis: int) -> tuple[str, str]:
        """A filter whose products fill the output's range, and its bias."""
        channels = shape[axis]
        reduction = int(np.prod(shape)) // channels
        scales = self.rng.uniform(0.5, 1.5, channels) * 0.01 / np.sqrt(reduction)
        quantization = Quantization(
            scale=tuple(float(scale) for scale in scales.astype(np.float32)),
            zero_point=(0,) * channels,
            axis=axis,
        )
        self.tensors[f"{name}/w"] = Tensor(shape=shape, dtype="int8", quantization=quantization)
        self.weights[f"{name}/w"] = self.rng.integers(-127, 128, shape, dtype=np.int8)
        bias = replace(quantization, axis=0)
        self.tensors[f"{name}/b"] = Tensor(shape=(channels,), dtype="int32", quantization=bias)
        self.weights[f"{name}/b"] = self.rng.integers(-2000, 2000, (channels,), dtype=np.int32)
        return f"{name}/w", f"{name}/b"

    def graph(self, outputs: tuple[str, ...]) -> Graph:
        return Graph(
            name="bench",
            inputs=tuple(self.inputs),
            outputs=outputs,
            nodes=tuple(self.nodes),
            tensors=self.tensors,
            parameters=tuple(self.weights),
            weights=self.weights,
        )


def same(kernel: int, stride: int = 1) -> Window:
    pad = kernel // 2
    return Window(kernel=(kernel, kernel), strides=(stride, stride), pads=(pad, pad, pad, pad))


def conv_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    shapes = [
        (8, 8, 3, 8, 3, 1, 1), (6, 6, 16, 16, 1, 1, 1), (4, 4, 32, 24, 1, 1, 1), (8, 8, 4, 5, 3, 2, 1),
        (5, 5, 7, 3, 1, 1, 1), (9, 9, 2, 6, 5, 1, 1), (7, 7, 12, 10, 3, 1, 1), (6, 6, 8, 8, 3, 1, 4),
        (4, 4, 12, 12, 3, 1, 2), (1, 1, 40, 30, 1, 1, 1), (10, 10, 1, 16, 3, 1, 1), (3, 3, 24, 7, 2, 1, 1),
        (6, 6, 9, 9, 1, 1, 3), (12, 12, 1, 1, 1, 1, 1), (4, 4, 48, 2, 1, 1, 1), (2, 2, 64, 8, 1, 1, 1),
    ]  # fmt: skip
    for height, width, channels, filters, kernel, stride, groups in shapes:
        source = draft.source((height, width, channels))
        op = Conv2D(window=same(kernel, stride), groups=groups, activation="relu")
        weight = (filters, kernel, kernel, channels // groups)
        outputs.append(draft.layer(op, source, weight=weight))
    return draft.graph(tuple(outputs))


def transpose_conv_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    shapes = [
        (4, 4, 8, 8, 3, 2, 1), (6, 6, 3, 5, 2, 2, 0), (3, 3, 16, 16, 4, 2, 1), (5, 5, 7, 3, 3, 1, 1),
        (2, 2, 32, 24, 3, 2, 0), (8, 8, 1, 1, 3, 3, 0), (3, 3, 12, 10, 5, 2, 2), (1, 1, 40, 30, 2, 2, 0),
        (4, 4, 24, 7, 2, 2, 0), (7, 3, 4, 4, 1, 2, 0), (2, 5, 48, 2, 3, 2, 1), (3, 3, 9, 33, 2, 1, 0),
    ]  # fmt: skip
    for height, width, channels, filters, kernel, stride, pad in shapes:
        source = draft.source((height, width, channels))
        window = Window(kernel=(kernel, kernel), strides=(stride, stride), pads=(pad, pad, pad, pad))
        weight = (filters, kernel, kernel, channels)
        outputs.append(draft.layer(TransposeConv2D(window=window, activation="relu"), source, weight=weight))
    return draft.graph(tuple(outputs))


def depthwise_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    shapes = [
        (8, 8, 16, 3, 1, 1), (8, 8, 8, 3, 2, 1), (6, 6, 7, 3, 1, 1), (5, 5, 4, 5, 1, 1), (4, 4, 32, 3, 1, 1),
        (7, 7, 3, 3, 1, 1), (6, 6, 6, 3, 1, 2), (3, 3, 21, 1, 1, 1), (9, 9, 2, 7, 1, 1), (1, 1, 40, 1, 1, 1),
        (8, 8, 12, 5, 2, 1), (10, 10, 1, 3, 1, 8),
    ]  # fmt: skip
    for height, width, channels, kernel, stride, multiplier in shapes:
        source = draft.source((height, width, channels))
        op = DepthwiseConv2D(window=same(kernel, stride), multiplier=multiplier, activation="relu")
        weight = (1, kernel, kernel, channels * multiplier)
        outputs.append(draft.layer(op, source, weight=weight, axis=3))
    return draft.graph(tuple(outputs))


def dense_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    sizes = [(64, 12), (100, 10), (10, 100), (7, 3), (256, 4), (30, 33), (512, 1), (1, 64)]
    outputs = [draft.layer(Dense(), draft.source((n,)), weight=(units, n)) for n, units in sizes]
    return draft.graph(tuple(outputs))


def map_cases(rng: np.random.Generator) -> Graph:
    """Pools, elementwise operators, copies and softmax."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 5, 3), (1, 1, 33), (12, 4, 8)):
        left, right = draft.source(shape), draft.source(shape)
        outputs += [draft.layer(Add(), left, right), draft.layer(Mul(), left, right)]
        outputs += [draft.layer(Activate(activation="relu"), left), draft.layer(GlobalAveragePool(), left)]
        outputs += [draft.layer(Concat(axis=axis), left, right) for axis in range(3)]
        outputs.append(draft.layer(Softmax(), left))
        for kind in (MaxPool2D, AveragePool2D):
            outputs.append(draft.layer(kind(window=same(3)), left))
            if min(shape[:2]) > 1:
                outputs.append(draft.layer(kind(window=Window(kernel=(2, 2), strides=(2, 2))), left))
                outputs.append(draft.layer(kind(window=Window(kernel=(1, 4))), left))
    return draft.graph(tuple(outputs))


def move_cases(rng: np.random.Generator) -> Graph:
    """Copies at every alignment, borders, enlarged maps, and tables."""
    draft = Draft(rng)
    outputs = []
    for shape in (
        (8, 8, 16),
        (5, 5, 3),
        (1, 1, 33),
        (12, 4, 8),
        (3, 7, 24),
        (9, 2, 6),
        (4, 4, 64),
        (6, 6, 1),
    ):
        source = draft.source(shape)
        outputs.append(draft.layer(Unary(activation="hard_swish"), source))
        for pads in (
            ((1, 1), (1, 1), (0, 0)),
            ((0, 2), (3, 0), (0, 0)),
            ((0, 0), (0, 0), (0, 8)),
            ((4, 0),) * 3,
        ):
            outputs.append(draft.layer(Pad(pads=pads), source))
        for factors in ((2, 2), (1, 3), (3, 1)):
            outputs.append(draft.layer(ResizeNearest(factors=factors), source))
        for channels in (1, 4, 18, 40):
            outputs.append(draft.layer(Concat(axis=2), source, draft.source((*shape[:2], channels))))
    return draft.graph(tuple(outputs))


def ds_cnn(rng: np.random.Generator, filters: int = 64, blocks: int = 4, classes: int = 12) -> Graph:
    """The DS-CNN of keyword spotting: with its defaults 2.66 M MACs on 49 x 10 features."""
    draft = Draft(rng)
    first = Window(kernel=(10, 4), strides=(2, 2), pads=(4, 1, 5, 1))
    value = draft.layer(
        Conv2D(window=first, activation="relu"), draft.source((49, 10, 1)), weight=(filters, 10, 4, 1)
    )
    for _ in range(blocks):
        depthwise = DepthwiseConv2D(window=same(3), activation="relu")
        value = draft.layer(depthwise, value, weight=(1, 3, 3, filters), axis=3)
        pointwise = Conv2D(window=same(1), activation="relu")
        value = draft.layer(pointwise, value, weight=(filters, 1, 1, filters))
    value = draft.layer(Dense(), draft.layer(GlobalAveragePool(), value), weight=(classes, filters))
    return draft.graph((value,))


ALL = (conv_cases, transpose_conv_cases, depthwise_cases, dense_cases, map_cases, move_cases)
