"""Hypothesis strategies: int8 graphs of one operator, with weights, quantizations and an input."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

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
from compiler.ir.shapes import ShapeError, output_shape, window_output
from compiler.ir.tensor import Dtype, Quantization, Tensor

activations = st.sampled_from(["none", "relu", "relu6"])
curves = st.sampled_from(["sigmoid", "tanh", "hard_sigmoid", "hard_swish", "swish", "gelu", "leaky_relu"])
seeds = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Case:
    graph: Graph
    inputs: list[np.ndarray]


@st.composite
def quantizations(draw: st.DrawFn, smallest: float = 2**-9, largest: float = 2**-3) -> Quantization:
    scale = float(np.float32(draw(st.floats(smallest, largest))))
    return Quantization(scale=(scale,), zero_point=(draw(st.integers(-128, 127)),))


def one_node(
    op: Op,
    inputs: dict[str, Tensor],
    output: Quantization | None,
    rng: np.random.Generator,
    parameters: dict[str, Tensor] | None = None,
    dtype: Dtype = "int8",
    order: tuple[str, ...] | None = None,
) -> Case:
    """A graph of one node with random weights and inputs; every other input holds extremes only. `order`: of
    inputs and parameters, where these do not follow those."""
    parameters = parameters or {}
    names = order or (*inputs, *parameters)
    shape = output_shape(op, tuple({**inputs, **parameters}[name].shape for name in names), ())
    tensors = {**inputs, **parameters, "out": Tensor(shape=shape, dtype=dtype, quantization=output)}
    weights = {name: random_weight(tensor, rng) for name, tensor in parameters.items()}
    arrays = [random_input(tensor, rng) for tensor in inputs.values()]
    graph = Graph(
        name="one",
        inputs=tuple(inputs),
        outputs=("out",),
        nodes=(Node(name="node", op=op, inputs=names, outputs=("out",)),),
        tensors=tensors,
        parameters=tuple(parameters),
        weights=weights,
    )
    return Case(graph, arrays)


def random_input(tensor: Tensor, rng: np.random.Generator) -> np.ndarray:
    """Any integers, or extremes only; float32 around a few hundred."""
    if tensor.dtype == "float32":
        return rng.normal(0, 100, tensor.shape).astype(np.float32)
    range_ = np.iinfo(tensor.dtype)
    if rng.random() < 0.3:
        return rng.choice(np.array([range_.min, range_.max], tensor.dtype), tensor.shape)
    return rng.integers(range_.min, range_.max, tensor.shape, tensor.dtype, endpoint=True)


def random_weight(tensor: Tensor, rng: np.random.Generator) -> np.ndarray:
    """Biases stay within +-4000, 8-bit filters have no -128."""
    if tensor.dtype == "float32":
        return random_input(tensor, rng)
    if tensor.dtype in ("int32", "int64"):
        return rng.integers(-4000, 4000, tensor.shape, tensor.dtype)
    if tensor.dtype == "int4":
        return rng.integers(-8, 8, tensor.shape, np.int8)
    most = np.iinfo(tensor.dtype).max
    return rng.integers(-most, most, tensor.shape, tensor.dtype, endpoint=True)


def filter_tensors(
    shape: tuple[int, ...], axis: int, with_bias: bool, per_channel: bool, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Weight and bias of a layer, quantized for each index of `axis` or as one."""
    channels = shape[axis]
    scales = tuple(
        float(s) for s in rng.uniform(2**-9, 2**-5, channels if per_channel else 1).astype(np.float32)
    )
    quantization = Quantization(
        scale=scales, zero_point=(0,) * len(scales), axis=axis if per_channel else None
    )
    found = {"weight": Tensor(shape=shape, dtype="int8", quantization=quantization)}
    if with_bias:
        bias = Quantization(scale=(1.0,), zero_point=(0,))
        found["bias"] = Tensor(shape=(channels,), dtype="int32", quantization=bias)
    return found


@st.composite
def walks(draw: st.DrawFn, *, pool: bool = False) -> tuple[tuple[int, int], Window]:
    """A map's height and width, and a window that fits it."""
    size = (draw(st.integers(1, 8)), draw(st.integers(1, 8)))
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    most = tuple(k - 1 for k in kernel) if pool else (4, 4)
    top, bottom = draw(st.integers(0, most[0])), draw(st.integers(0, most[0]))
    left, right = draw(st.integers(0, most[1])), draw(st.integers(0, most[1]))
    strides = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    dilations = (1, 1) if pool else (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    window = Window(kernel=kernel, strides=strides, dilations=dilations, pads=(top, left, bottom, right))
    try:
        window_output(window, size)
    except ValueError:
        window = Window(kernel=(1, 1), strides=strides)
    return size, window


@st.composite
def convolutions(draw: st.DrawFn) -> Case:
    size, window = draw(walks())
    groups = draw(st.sampled_from([1, 1, 1, 2, 3]))
    depth, filters = draw(st.integers(1, 6)), groups * draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(seeds))
    source = Tensor(shape=(*size, groups * depth), dtype="int8", quantization=draw(quantizations()))
    op = Conv2D(window=window, groups=groups, activation=draw(activations))
    layers = filter_tensors(
        (filters, *window.kernel, depth), 0, draw(st.booleans()), draw(st.booleans()), rng
    )
    return one_node(op, {"in": source}, draw(quantizations()), rng, layers)


@st.composite
def depthwise_convolutions(draw: st.DrawFn) -> Case:
    size, window = draw(walks())
    channels, multiplier = draw(st.integers(1, 10)), draw(st.sampled_from([1, 1, 2, 3]))
    rng = np.random.default_rng(draw(seeds))
    source = Tensor(shape=(*size, channels), dtype="int8", quantization=draw(quantizations()))
    op = DepthwiseConv2D(window=window, multiplier=multiplier, activation=draw(activations))
    shape = (1, *window.kernel, channels * multiplier)
    layers = filter_tensors(shape, 3, draw(st.booleans()), draw(st.booleans()), rng)
    return one_node(op, {"in": source}, draw(quantizations()), rng, layers)


@st.composite
def transpose_convolutions(draw: st.DrawFn) -> Case:
    """Crops larger than the overhang, strides larger than the kernel, rows that nothing reaches."""
    size = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    depth, filters = draw(st.integers(1, 6)), draw(st.integers(1, 20))
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    window = Window(
        kernel=kernel,
        strides=draw(st.tuples(st.integers(1, 4), st.integers(1, 4))),
        pads=draw(st.tuples(*[st.integers(0, 3)] * 4)),
    )
    rng = np.random.default_rng(draw(seeds))
    source = Tensor(shape=(*size, depth), dtype="int8", quantization=draw(quantizations()))
    op = TransposeConv2D(
        window=window,
        extra=draw(st.tuples(st.integers(0, 2), st.integers(0, 2))),
        activation=draw(activations),
    )
    layers = filter_tensors((filters, *kernel, depth), 0, draw(st.booleans()), draw(st.booleans()), rng)
    try:
        output_shape(op, (source.shape, layers["weight"].shape), ())
    except ShapeError:
        op = TransposeConv2D(window=Window(kernel=kernel, strides=window.strides))
    return one_node(op, {"in": source}, draw(quantizations()), rng, layers)


@st.composite
def dense_layers(draw: st.DrawFn) -> Case:
    inputs, units = draw(st.integers(1, 40)), draw(st.integers(1, 11))
    rng = np.random.default_rng(draw(seeds))
    source = Tensor(shape=(inputs,), dtype="int8", quantization=draw(quantizations()))
    layers = filter_tensors((units, inputs), 0, draw(st.booleans()), draw(st.booleans()), rng)
    op = Dense(activation=draw(activations))
    return one_node(op, {"in": source}, draw(quantizations()), rng, layers)


@st.composite
def elementwise(draw: st.DrawFn) -> Case:
    shape = (draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(1, 6)))
    kind, activation = draw(st.sampled_from(["add", "mul", "repeat"])), draw(activations)
    left = Tensor(shape=shape, dtype="int8", quantization=draw(quantizations()))
    second = (1, 1, shape[2]) if kind == "repeat" else shape
    right = Tensor(shape=second, dtype="int8", quantization=draw(quantizations()))
    op: Op = Add(activation=activation) if kind == "add" else Mul(activation=activation)
    rng = np.random.default_rng(draw(seeds))
    return one_node(op, {"left": left, "right": right}, draw(quantizations(2**-8, 1.0)), rng)


@st.composite
def clamps(draw: st.DrawFn) -> Case:
    quantization = draw(quantizations())
    source = Tensor(shape=(draw(st.integers(1, 60)),), dtype="int8", quantization=quantization)
    rng = np.random.default_rng(draw(seeds))
    return one_node(Activate(activation=draw(activations)), {"in": source}, quantization, rng)


@st.composite
def unaries(draw: st.DrawFn) -> Case:
    op = Unary(activation=draw(curves), slope=draw(st.floats(-1, 1)))
    source = Tensor(shape=(draw(st.integers(1, 400)),), dtype="int8", quantization=draw(quantizations()))
    return one_node(op, {"in": source}, draw(quantizations()), np.random.default_rng(draw(seeds)))


@st.composite
def borders(draw: st.DrawFn) -> Case:
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    quantization = draw(quantizations())
    pads = tuple(draw(st.tuples(st.integers(0, 3), st.integers(0, 3))) for _ in shape)
    op = Pad(pads=pads, value=draw(st.sampled_from([0.0, 0.0, 0.3, -40.0])))
    source = Tensor(shape=shape, dtype="int8", quantization=quantization)
    return one_node(op, {"in": source}, quantization, np.random.default_rng(draw(seeds)))


@st.composite
def enlargements(draw: st.DrawFn) -> Case:
    quantization = draw(quantizations())
    shape = (draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 20)))
    op = ResizeNearest(factors=(draw(st.integers(1, 3)), draw(st.integers(1, 3))))
    source = Tensor(shape=shape, dtype="int8", quantization=quantization)
    return one_node(op, {"in": source}, quantization, np.random.default_rng(draw(seeds)))


@st.composite
def pools(draw: st.DrawFn) -> Case:
    size, window = draw(walks(pool=True))
    kind = draw(st.sampled_from([MaxPool2D, AveragePool2D]))
    quantization = draw(quantizations())
    source = Tensor(shape=(*size, draw(st.integers(1, 6))), dtype="int8", quantization=quantization)
    rng = np.random.default_rng(draw(seeds))
    return one_node(kind(window=window, activation=draw(activations)), {"in": source}, quantization, rng)


@st.composite
def global_pools(draw: st.DrawFn) -> Case:
    shape = (draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 9)))
    source = Tensor(shape=shape, dtype="int8", quantization=draw(quantizations()))
    return one_node(
        GlobalAveragePool(), {"in": source}, draw(quantizations()), np.random.default_rng(draw(seeds))
    )


@st.composite
def concats(draw: st.DrawFn) -> Case:
    axis, quantization = draw(st.integers(0, 2)), draw(quantizations())
    shape = [draw(st.integers(1, 4)) for _ in range(3)]
    sources = {}
    for index in range(draw(st.integers(2, 4))):
        shape[axis] = draw(st.integers(1, 4))
        sources[f"in{index}"] = Tensor(shape=tuple(shape), dtype="int8", quantization=quantization)
    constant = {"table": sources.popitem()[1]} if len(sources) > 2 else None
    return one_node(Concat(axis=axis), sources, quantization, np.random.default_rng(draw(seeds)), constant)


@st.composite
def softmaxes(draw: st.DrawFn) -> Case:
    shape = (*draw(st.sampled_from([(), (2,), (2, 3)])), draw(st.integers(1, 40)))
    scale = draw(st.sampled_from([2.0**-9, 2.0**-6, 2.0**-4, 0.25, 1.0, 40.0]))
    quantization = Quantization(
        scale=(float(np.float32(draw(st.floats(0.6, 1.0)) * scale)),), zero_point=(7,)
    )
    source = Tensor(shape=shape, dtype="int8", quantization=quantization)
    output = Quantization(scale=(1 / 256,), zero_point=(-128,))
    return one_node(Softmax(), {"in": source}, output, np.random.default_rng(draw(seeds)))


cases = st.one_of(
    convolutions(),
    depthwise_convolutions(),
    transpose_convolutions(),
    dense_layers(),
    elementwise(),
    clamps(),
    unaries(),
    borders(),
    enlargements(),
    pools(),
    global_pools(),
    concats(),
    softmaxes(),
)
