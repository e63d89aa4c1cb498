"""Which channels of each value anything depends on: those that must stay when the others are removed."""

from collections.abc import Mapping

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
    Lookup,
    Maximum,
    MaxPool2D,
    Mean,
    Minimum,
    Mul,
    Pad,
    ReduceMax,
    Requantize,
    Reshape,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    SquaredDifference,
    Sub,
    Sum,
    Take,
    Unary,
)
from compiler.passes.channel_bounds import Bounds
from compiler.passes.weighted import centred_weight, quantization_of

ELEMENTWISE = (
    Activate, Add, AveragePool2D, GlobalAveragePool, Lookup, Maximum, MaxPool2D, Minimum, Mul, Requantize,
    ResizeBilinear, ResizeNearest, SquaredDifference, Sub, Unary,
)  # fmt: skip
"""Operators whose channel k depends on channel k of their inputs alone."""

Masks = dict[str, np.ndarray]


def needed_channels(graph: Graph, bounds: Mapping[str, Bounds]) -> Masks:
    """bool (C,) for every value with at least one axis, C the size of its last: the least set, at least one
    channel each, that is closed under what every operator needs. Ports of the graph keep all.
    """
    keep = {
        name: np.zeros(graph.tensors[name].shape[-1], bool)
        for name in (*graph.inputs, *(output for node in graph.nodes for output in node.outputs))
        if graph.tensors[name].shape
    }
    for name in (*graph.inputs, *graph.outputs):
        if name in keep:
            keep[name][:] = True
    shared = {name for name, readers in graph.readers().items() if len(readers) > 1}
    while True:
        before = sum(int(mask.sum()) for mask in keep.values())
        for node in reversed(graph.nodes):
            _demand(node, graph, bounds, keep, shared & set(graph.parameters))
        for mask in keep.values():
            mask[0] |= not mask.any()
        if sum(int(mask.sum()) for mask in keep.values()) == before:
            return keep


def folds_away(node: Node, graph: Graph, source: Bounds | None) -> np.ndarray | None:
    """bool (I,): input channels that a convolution or dense layer can take into its bias: those that never
    vary and, where it pads, equal the padding. None where nothing is known.
    """
    if source is None:
        return None
    quantization = quantization_of(node.inputs[0], graph)
    window = getattr(node.op, "window", None)
    padded = window is not None and any(window.pads)
    return np.asarray(source.constant & ((source.low == quantization.zero_point[0]) | (not padded)))


def _demand(node: Node, graph: Graph, bounds: Mapping[str, Bounds], keep: Masks, shared: set[str]) -> None:
    """Grows the masks around one node by what it needs."""
    free = not shared.intersection(node.inputs)
    match node.op:
        case Conv2D(groups=1) | Dense() if free:
            _demand_weighted(node, graph, bounds, keep)
        case DepthwiseConv2D(multiplier=multiplier) if free:
            source, output = keep[node.inputs[0]], keep[node.outputs[0]]
            source |= output.reshape(-1, multiplier).any(axis=1)
            output |= np.repeat(source, multiplier)
        case Concat(axis=axis) if axis == len(graph.tensors[node.outputs[0]].shape) - 1 and free:
            _tie_parts(node, graph, keep)
        case Reshape() if _repeats(node, graph):
            source, output = keep[node.inputs[0]], keep[node.outputs[0]]
            source |= output.reshape(-1, len(source)).any(axis=0)
            output |= np.tile(source, len(output) // len(source))
        case _ if free and _channelwise(node, graph):
            _tie_channels(node, keep)
        case _:
            for name in (*node.inputs, *node.outputs):
                if name in keep:
                    keep[name][:] = True


def _demand_weighted(node: Node, graph: Graph, bounds: Mapping[str, Bounds], keep: Masks) -> None:
    weight = centred_weight(node, graph)[keep[node.outputs[0]]]
    read = (weight != 0).any(axis=tuple(range(weight.ndim - 1)))
    folded = folds_away(node, graph, bounds.get(node.inputs[0]))
    keep[node.inputs[0]] |= read if folded is None else read & ~folded


def _repeats(node: Node, graph: Graph) -> bool:
    """Whether a reshape lays whole rows of channels one after the other along its last axis."""
    source, output = (graph.tensors[name].shape for name in (node.inputs[0], node.outputs[0]))
    return bool(source and output) and output[-1] % source[-1] == 0


def _channelwise(node: Node, graph: Graph) -> bool:
    last = len(graph.tensors[node.inputs[0]].shape) - 1
    match node.op:
        case Mean(axes=axes) | Sum(axes=axes) | ReduceMax(axes=axes):
            return last not in axes
        case Pad(pads=pads):
            return pads[-1] == (0, 0)
        case Take(axis=axis) | Concat(axis=axis):
            return axis != last
        case Slice():
            whole = graph.tensors[node.inputs[0]].shape[-1]
            return (node.op.begin[-1], node.op.size[-1], node.op.strides[-1]) == (0, whole, 1)
        case _:
            return isinstance(node.op, ELEMENTWISE)


def _tie_channels(node: Node, keep: Masks) -> None:
    """One mask for the output and every operand that has its channels; one that is broadcast keeps all."""
    output = keep[node.outputs[0]]
    operands = [keep[name] for name in node.inputs if name in keep]
    for mask in operands:
        if len(mask) == len(output):
            output |= mask
        else:
            mask[:] = True
    for mask in operands:
        if len(mask) == len(output):
            mask |= output


def _tie_parts(node: Node, graph: Graph, keep: Masks) -> None:
    """Each input has its part of the output's mask; parts that are parameters stay."""
    output = keep[node.outputs[0]]
    start = 0
    for name in node.inputs:
        channels = graph.tensors[name].shape[-1]
        part = output[start : start + channels]
        part |= keep.get(name, np.ones(channels, bool))
        if name in keep:
            keep[name] |= part
        start += channels
