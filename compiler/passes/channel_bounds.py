"""Between which integers each channel of each value lies, whatever the input: what finds channels that never
vary. Interval analysis, channel by channel, on the integers that the kernels compute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product, repeat

import numpy as np

from compiler.ir.curve import curve_table
from compiler.ir.fixed_point import activation_bounds, product_multipliers
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
    Sub,
    Take,
    Transpose,
    Unary,
)
from compiler.passes.run_node import run_node
from compiler.passes.weighted import centred_weight, quantization_of
from compiler.reference.fixed_point import rescale, to_int8

LOW, HIGH = -128, 127

EXTREME_AT_ENDS = (
    Activate, Add, AveragePool2D, Concat, GlobalAveragePool, Maximum, MaxPool2D, Mean, Minimum, Mul, Pad,
    ReduceMax, Requantize, Reshape, ResizeBilinear, ResizeNearest, Slice, Sub, Take, Transpose,
)  # fmt: skip
"""Operators whose least and greatest results are found where every input is at one end of its interval:
monotone in each input or, as a product is, bilinear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """`low` <= every element of the channel <= `high`: int64 (C,), C the size of the value's last axis."""

    low: np.ndarray
    high: np.ndarray

    @property
    def constant(self) -> np.ndarray:
        """bool (C,): which channels hold one number everywhere and always."""
        return np.asarray(self.low == self.high)


def channel_bounds(graph: Graph) -> dict[str, Bounds]:
    """Bounds of every int8 value with at least one axis. Needs weights and quantization."""
    found = {name: _full(graph, name) for name in graph.inputs if _tracked(graph, name)}
    for node in graph.nodes:
        for output in node.outputs:
            if _tracked(graph, output):
                found[output] = _of_node(node, graph, found) or _full(graph, output)
    return found


def _tracked(graph: Graph, name: str) -> bool:
    tensor = graph.tensors[name]
    return tensor.dtype == "int8" and len(tensor.shape) >= 1


def _full(graph: Graph, name: str) -> Bounds:
    channels = graph.tensors[name].shape[-1]
    return Bounds(low=np.full(channels, LOW), high=np.full(channels, HIGH))


def _of_node(node: Node, graph: Graph, found: Mapping[str, Bounds]) -> Bounds | None:
    """None where nothing is known."""
    parameters = set(graph.parameters)
    if any(name not in found and name not in parameters for name in node.inputs):
        return None
    match node.op:
        case Conv2D(groups=1) | DepthwiseConv2D() | Dense():
            return _weighted(node, graph, found[node.inputs[0]])
        case Unary() as op:
            ends = (quantization_of(name, graph) for name in (*node.inputs, *node.outputs))
            return _tabulated(curve_table(op, *ends), found[node.inputs[0]])
        case Lookup():
            return _tabulated(graph.weights[node.inputs[1]].view(np.int8), found[node.inputs[0]])
        case _ if isinstance(node.op, EXTREME_AT_ENDS):
            return _at_ends(node, graph, found)
    return None


def _weighted(node: Node, graph: Graph, source: Bounds) -> Bounds | None:
    """Sums of weights times the input's ends; None where a sum might leave 32 bits."""
    source_type, weight_type, output_type = (
        quantization_of(name, graph) for name in (*node.inputs[:2], node.outputs[0])
    )
    weight = centred_weight(node, graph)
    low, high = (end - source_type.zero_point[0] for end in (source.low, source.high))
    window = getattr(node.op, "window", None)
    if window is not None and any(window.pads):
        low, high = np.minimum(low, 0), np.maximum(high, 0)
    rising, falling = (part_sums(node, part) for part in (np.maximum(weight, 0), np.minimum(weight, 0)))
    if isinstance(node.op, DepthwiseConv2D):
        low, high = (np.repeat(end, node.op.multiplier) for end in (low, high))
        least, most = rising * low + falling * high, rising * high + falling * low
    else:
        least, most = rising @ low + falling @ high, rising @ high + falling @ low
    bias = graph.weights[node.inputs[2]].astype(np.int64) if len(node.inputs) == 3 else 0
    multipliers = product_multipliers(source_type, weight_type, output_type, len(least), graph.rounding)
    ends = np.stack([least + bias, most + bias])
    left = max(0, *(multiplier.shift for multiplier in multipliers))
    if int(np.abs(ends).max()) << left >= 2**31:
        return None
    bounds = activation_bounds(getattr(node.op, "activation", "none"), output_type)
    scaled = rescale(np.ascontiguousarray(ends), multipliers, graph.rounding)
    outputs = to_int8(scaled, output_type.zero_point[0], *bounds).astype(np.int64)
    return Bounds(low=outputs[0], high=outputs[1])


def part_sums(node: Node, weight: np.ndarray) -> np.ndarray:
    """Weights summed over the window: (O, I) of a convolution or dense layer, (O,) of a depthwise one."""
    match node.op:
        case Conv2D():
            return np.asarray(weight.sum(axis=(1, 2)))
        case DepthwiseConv2D():
            return np.asarray(weight.sum(axis=(0, 1, 2)))
        case _:
            return weight


def _tabulated(table: np.ndarray, source: Bounds) -> Bounds:
    answers = table[np.arange(LOW, HIGH + 1).astype(np.int8).view(np.uint8)].astype(np.int64)
    spans = [answers[a - LOW : b - LOW + 1] for a, b in zip(source.low, source.high, strict=True)]
    return Bounds(low=np.array([span.min() for span in spans]), high=np.array([span.max() for span in spans]))


_FEW = 2
"""Only joins have more inputs than this, and they mix none of them: all low and all high tell all."""


def _at_ends(node: Node, graph: Graph, found: Mapping[str, Bounds]) -> Bounds | None:
    """The operator run on maps filled with the ends of each channel, in every combination.

    A value read twice counts as two: of a square, both ends squared would not tell the least.
    """
    sources = [found.get(name) for name in node.inputs]
    varying = sum(source is not None for source in sources)
    if all(source is None or _knows_nothing(source) for source in sources):
        return None
    results = []
    for choice in product("lh", repeat=varying) if varying <= _FEW else map(repeat, "lh"):
        ends = iter(choice)
        inputs = [
            graph.weights[name]
            if source is None
            else _filled(graph, name, source.low if next(ends) == "l" else source.high)
            for name, source in zip(node.inputs, sources, strict=True)
        ]
        output = run_node(node, graph, inputs)
        results.append(output.reshape(-1, output.shape[-1]))
    rows = np.concatenate(results)
    return Bounds(low=rows.min(axis=0).astype(np.int64), high=rows.max(axis=0).astype(np.int64))


def _knows_nothing(bounds: Bounds) -> bool:
    return bool((bounds.low == LOW).all() and (bounds.high == HIGH).all())


def _filled(graph: Graph, name: str, numbers: np.ndarray) -> np.ndarray:
    shape = graph.tensors[name].shape
    return np.ascontiguousarray(np.broadcast_to(numbers.astype(np.int8), shape))
