"""A member of a search space as a float32 Graph without weights: pads resolved, parameters named.

A series (T, C) becomes a map (T, 1, C) on its way in: time is the height, so that what later runs a network
row by row runs it step by step. The bytes lie in memory as before; a backend may read it as (1, T, C) too.
"""

from dataclasses import dataclass, field
from math import prod

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Op,
    Pad,
    Reshape,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.shapes import Shape, output_shape
from compiler.ir.tensor import Tensor
from searchspace_dsl.architecture import Architecture, Layer
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.shapes import infer_shapes, layer_pads, pair, sides, whole

INPUT = "input"


class _NoKernelError(ValueError):
    """A layer that no Graph operator stands for."""


@dataclass(slots=True)
class _Builder:
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)
    value_of: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str, shape: Shape) -> str:
        self.tensors[name] = Tensor(shape=shape)
        self.parameters.append(name)
        return name

    def append(self, layer: Layer, op: Op, inputs: tuple[str, ...], output: str, declared: Shape = ()) -> str:
        """Adds one node that defines `output`; its shape follows from the operator."""
        shape = output_shape(op, tuple(self.tensors[name].shape for name in inputs), declared)
        self.tensors[output] = Tensor(shape=shape)
        self.nodes.append(
            Node(name=output, op=op, inputs=inputs, outputs=(output,), scope=layer.scope, span=layer.span)
        )
        return output


def graph_from_architecture(
    architecture: Architecture,
    *,
    name: str,
    encoding: InputEncoding | None = None,
    labels: tuple[str, ...] = (),
) -> Graph | Infeasible:
    """The float32 graph, weightless. The input keeps the architecture's shape; parameters are LAYER/weight,
    /bias, /gamma, /beta, /mean, /variance. Infeasible("shape") where a layer cannot take its input,
    Infeasible("no kernel") where no operator of the Graph does what a layer does.
    """
    shapes = infer_shapes(architecture)
    if isinstance(shapes, Infeasible):
        return shapes
    builder = _Builder(tensors={INPUT: Tensor(shape=architecture.input_shape)}, value_of={INPUT: INPUT})
    if len(architecture.input_shape) == 2:
        steps, channels = architecture.input_shape
        sequence = Layer(name=f"{INPUT}/map", op="reshape", inputs=(INPUT,))
        builder.value_of[INPUT] = builder.append(
            sequence, Reshape(), (INPUT,), sequence.name, (steps, 1, channels)
        )
    for layer in architecture.layers:
        try:
            _add_layer(layer, builder)
        except _NoKernelError as missing:
            return Infeasible("no kernel", str(missing))
    return Graph(
        name=name,
        inputs=(INPUT,),
        outputs=(builder.value_of[architecture.output],),
        nodes=tuple(builder.nodes),
        tensors=builder.tensors,
        parameters=tuple(builder.parameters),
        encoding=encoding,
        labels=labels,
    )


def _add_layer(layer: Layer, builder: _Builder) -> None:
    inputs = tuple(builder.value_of[name] for name in layer.inputs)
    shape = builder.tensors[inputs[0]].shape
    builder.value_of[layer.name] = layer.name
    match layer.op:
        case "conv" | "depthwise":
            _add_convolution(layer, inputs[0], builder)
        case "transposed_conv":
            _add_transposed_convolution(layer, inputs[0], builder)
        case "dense":
            flat = _flattened(layer, inputs[0], builder)
            weight = (whole(layer.attributes, "units"), builder.tensors[flat].shape[0])
            builder.append(layer, Dense(), (flat, *_weights(layer, weight, weight[0], builder)), layer.name)
        case "batch_norm":
            names = [f"{layer.name}/{part}" for part in ("gamma", "beta", "mean", "variance")]
            parameters = [builder.parameter(name, shape[-1:]) for name in names]
            builder.append(layer, BatchNorm(), (inputs[0], *parameters), layer.name)
        case "add" | "mul":
            _add_chain(layer, inputs, builder)
        case "flatten":
            builder.append(layer, Reshape(), inputs, layer.name, (prod(shape),))
        case "reshape":
            builder.append(layer, Reshape(), inputs, layer.name, _reshaped(layer))
        case "global_max_pool":
            whole_map = MaxPool2D(window=Window(kernel=(shape[0], shape[1])))
            pooled = builder.append(layer, whole_map, inputs, f"{layer.name}/pool")
            builder.append(layer, Reshape(), (pooled,), layer.name, shape[2:])
        case _:
            builder.append(layer, _plain_op(layer, shape), inputs, layer.name)


def _plain_op(layer: Layer, shape: Shape) -> Op:
    match layer.op:
        case "relu":
            return Activate(activation="relu")
        case "relu6":
            return Activate(activation="relu6")
        case "sigmoid" | "tanh" | "hard_sigmoid" | "hard_swish" | "swish" | "gelu" as curve:
            return Unary(activation=curve)
        case "leaky_relu":
            return Unary(activation="leaky_relu", slope=_number(layer, "slope"))
        case "pad":
            top, left, bottom, right = sides(layer.attributes, "pads")
            return Pad(pads=((top, bottom), (left, right), (0, 0)))
        case "upsample":
            return ResizeNearest(factors=pair(layer.attributes, "factor"))
        case "concat":
            return Concat(axis=len(shape) - 1)
        case "max_pool":
            return MaxPool2D(window=_window(layer, shape))
        case "average_pool":
            return AveragePool2D(window=_window(layer, shape))
        case "global_average_pool":
            return GlobalAveragePool()
        case "softmax":
            return Softmax()
        case _:
            raise _NoKernelError(f"there is no operator for {layer.op} ({layer.name!r}) yet")


def _add_convolution(layer: Layer, source: str, builder: _Builder) -> None:
    shape = builder.tensors[source].shape
    window = _window(layer, shape)
    channels = shape[-1]
    if layer.op == "conv":
        filters, groups = whole(layer.attributes, "filters"), whole(layer.attributes, "groups")
        op: Op = Conv2D(window=window, groups=groups)
        weight: Shape = (filters, *window.kernel, channels // groups)
    else:
        multiplier = whole(layer.attributes, "multiplier")
        filters = channels * multiplier
        op = DepthwiseConv2D(window=window, multiplier=multiplier)
        weight = (1, *window.kernel, filters)
    builder.append(layer, op, (source, *_weights(layer, weight, filters, builder)), layer.name)


def _add_transposed_convolution(layer: Layer, source: str, builder: _Builder) -> None:
    """same_upper crops the kernel's overhang, less at the top and left, or adds what it falls short by."""
    kernel, strides = pair(layer.attributes, "kernel"), pair(layer.attributes, "stride")
    overhang = (kernel[0] - strides[0], kernel[1] - strides[1])
    if layer.attributes["padding"] == "valid":
        overhang = (0, 0)
    cropped = (max(overhang[0], 0), max(overhang[1], 0))
    top, left = cropped[0] // 2, cropped[1] // 2
    op = TransposeConv2D(
        window=Window(kernel=kernel, strides=strides, pads=(top, left, cropped[0] - top, cropped[1] - left)),
        extra=(max(-overhang[0], 0), max(-overhang[1], 0)),
    )
    filters = whole(layer.attributes, "filters")
    weight = (filters, *kernel, builder.tensors[source].shape[-1])
    builder.append(layer, op, (source, *_weights(layer, weight, filters, builder)), layer.name)


def _reshaped(layer: Layer) -> Shape:
    """A series (T, C) is a map (T, 1, C) here as everywhere."""
    shape = sides(layer.attributes, "shape")
    return (shape[0], 1, shape[1]) if len(shape) == 2 else shape


def _number(layer: Layer, name: str) -> float:
    value = layer.attributes[name]
    assert isinstance(value, int | float)
    return float(value)


def _weights(layer: Layer, shape: Shape, channels: int, builder: _Builder) -> tuple[str, ...]:
    weight = builder.parameter(f"{layer.name}/weight", shape)
    if not layer.attributes["bias"]:
        return (weight,)
    return (weight, builder.parameter(f"{layer.name}/bias", (channels,)))


def _flattened(layer: Layer, source: str, builder: _Builder) -> str:
    shape = builder.tensors[source].shape
    if len(shape) == 1:
        return source
    return builder.append(layer, Reshape(), (source,), f"{layer.name}/flatten", (prod(shape),))


def _add_chain(layer: Layer, inputs: tuple[str, ...], builder: _Builder) -> None:
    """Two or more inputs, joined two at a time from the left."""
    op: Op = Add() if layer.op == "add" else Mul()
    joined = inputs[0]
    for index, name in enumerate(inputs[1:], start=1):
        output = layer.name if index == len(inputs) - 1 else f"{layer.name}/{index}"
        joined = builder.append(layer, op, (joined, _as_factor(layer, op, joined, name, builder)), output)


def _as_factor(layer: Layer, op: Op, left: str, right: str, builder: _Builder) -> str:
    """A flat (C,) that multiplies a map, as squeeze-excite makes it, becomes (1, 1, C)."""
    shapes = builder.tensors[left].shape, builder.tensors[right].shape
    if not isinstance(op, Mul) or len(shapes[0]) != 3 or len(shapes[1]) != 1:
        return right
    return builder.append(layer, Reshape(), (right,), f"{layer.name}/factor", (1, 1, *shapes[1]))


def _window(layer: Layer, shape: Shape) -> Window:
    return Window(
        kernel=pair(layer.attributes, "kernel"),
        strides=pair(layer.attributes, "stride"),
        dilations=pair(layer.attributes, "dilation") if "dilation" in layer.attributes else (1, 1),
        pads=layer_pads(layer, shape),
    )
