"""Which nodes there is a kernel for, and in words what stops the others."""

from collections.abc import Iterator

import numpy as np

from backends.portable.softmax import MOST_ELEMENTS, OUTPUT
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
)

NAMES: dict[type[Op], str] = {
    Activate: "activation",
    Add: "add",
    AveragePool2D: "average_pool",
    BatchNorm: "batch_norm",
    Concat: "concat",
    Conv2D: "conv",
    Dense: "dense",
    DepthwiseConv2D: "depthwise",
    GlobalAveragePool: "global_average_pool",
    MaxPool2D: "max_pool",
    Mul: "mul",
    Pad: "pad",
    Reshape: "reshape",
    ResizeNearest: "upsample",
    Softmax: "softmax",
    TransposeConv2D: "transposed_conv",
    Unary: "activation",
}
"""What the operators are called in messages."""

WEIGHTED = (Conv2D, DepthwiseConv2D, TransposeConv2D, Dense)
SAME_QUANTIZATION = (MaxPool2D, AveragePool2D, Activate, Pad, ResizeNearest, Reshape, Concat)
"""Operators whose kernels move integers or compare them, and never rescale."""

_ACCUMULATOR_MAX = 2**31 - 1


def missing_kernels(graph: Graph, supported: tuple[type[Op], ...]) -> tuple[str, ...]:
    """One phrase for each node without a kernel, in order."""
    reasons = []
    if graph.rounding != "double":
        reasons.append(f"{graph.rounding} rounding")
    for node in graph.nodes:
        reason = next(_reasons(graph, node, supported), None)
        if reason is not None:
            reasons.append(f"{NAMES[type(node.op)]} {node.name!r} ({reason})")
    return tuple(reasons)


def _reasons(graph: Graph, node: Node, supported: tuple[type[Op], ...]) -> Iterator[str]:
    if type(node.op) not in supported:
        yield "no int8 form"
        return
    yield from _type_reasons(graph, node)
    yield from _quantization_reasons(graph, node)
    if isinstance(node.op, Softmax) and graph.tensors[node.inputs[0]].shape[-1] > MOST_ELEMENTS:
        yield f"more than {MOST_ELEMENTS} elements"
    if isinstance(node.op, WEIGHTED) and graph.weights and not accumulates_in_int32(graph, node):
        yield "its sums do not fit 32 bits"


def _type_reasons(graph: Graph, node: Node) -> Iterator[str]:
    expected = ["int8"] * len(node.inputs)
    if isinstance(node.op, WEIGHTED):
        expected[2:] = ["int32"] * len(node.inputs[2:])
    elif any(name in graph.parameters for name in node.inputs):
        yield "reads a constant"
    pairs = zip((*node.inputs, *node.outputs), (*expected, "int8"), strict=True)
    for name, dtype in pairs:
        if graph.tensors[name].dtype != dtype:
            yield f"{graph.tensors[name].dtype} {name!r}"


def _quantization_reasons(graph: Graph, node: Node) -> Iterator[str]:
    names = (*node.inputs, *node.outputs)
    found = [graph.tensors[name].quantization for name in names]
    if isinstance(node.op, SAME_QUANTIZATION) and len(set(found)) > 1:
        yield "input and output are quantized differently"
    values = names if not isinstance(node.op, WEIGHTED) else (names[0], names[-1])
    for name in values:
        quantization = graph.tensors[name].quantization
        if quantization is not None and quantization.axis is not None:
            yield f"{name!r} is quantized per channel"
    if isinstance(node.op, Softmax) and found[-1] not in (None, OUTPUT):
        yield f"{names[-1]!r} is not quantized with scale 1/256 and zero point -128"
    if isinstance(node.op, WEIGHTED):
        weight = found[1]
        if weight is not None and any(weight.zero_point):
            yield f"{names[1]!r} has a zero point"


def accumulates_in_int32(graph: Graph, node: Node) -> bool:
    """Whether no input whatever can make the layer's sum leave 32 bits. Needs the weights."""
    quantization = graph.tensors[node.inputs[0]].quantization
    zero_point = 0 if quantization is None else quantization.zero_point[0]
    weight = graph.weights[node.inputs[1]]
    axes = (0, 1, 2) if isinstance(node.op, DepthwiseConv2D) else tuple(range(1, weight.ndim))
    sums = np.abs(weight.astype(np.int64)).sum(axis=axes) * max(zero_point + 128, 127 - zero_point)
    if len(node.inputs) == 3:
        sums = sums + np.abs(graph.weights[node.inputs[2]].astype(np.int64))
    return bool((sums <= _ACCUMULATOR_MAX).all())
