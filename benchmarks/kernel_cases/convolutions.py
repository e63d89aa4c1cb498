"""Layers with weights in many shapes: every remainder of four channels, groups, strides, multipliers."""

from dataclasses import replace

import numpy as np

from benchmarks.draft import Draft, same
from compiler.ir.graph import Graph
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, TransposeConv2D, Window


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


def conv_offset_cases(rng: np.random.Generator) -> Graph:
    return _offset(conv_cases(rng))


def depthwise_offset_cases(rng: np.random.Generator) -> Graph:
    return _offset(depthwise_cases(rng))


def dense_offset_cases(rng: np.random.Generator) -> Graph:
    return _offset(dense_cases(rng))


def _offset(graph: Graph) -> Graph:
    """The same layers, their weights with a zero point."""
    tensors = dict(graph.tensors)
    for node in graph.nodes:
        weight = tensors[node.inputs[1]]
        assert weight.quantization is not None
        zero_point = (9,) * len(weight.quantization.scale)
        tensors[node.inputs[1]] = replace(
            weight, quantization=replace(weight.quantization, zero_point=zero_point)
        )
    return replace(graph, tensors=tensors)


CASES = (
    conv_cases, transpose_conv_cases, depthwise_cases, dense_cases,
    conv_offset_cases, depthwise_offset_cases, dense_offset_cases,
)  # fmt: skip
