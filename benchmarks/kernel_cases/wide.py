"""Layers on int16, reached from int8 inputs and back to int8 outputs; layers with int4 filters."""

from dataclasses import replace

import numpy as np

from benchmarks.draft import Draft, Shape, same
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Add,
    AveragePool2D,
    BatchMatMul,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Maximum,
    MaxPool2D,
    Mean,
    Minimum,
    Mul,
    Op,
    PRelu,
    Requantize,
    Softmax,
    SquaredDifference,
    Sub,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.tensor import Dtype

BIASES: tuple[Dtype, ...] = ("int64", "int32")
"""Of layers that sum in 64 bits, and in 32."""


def conv_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    shapes = [
        (8, 8, 3, 8, 3, 1, 1), (6, 6, 16, 16, 1, 1, 1), (8, 8, 4, 5, 3, 2, 1), (5, 5, 7, 3, 1, 1, 1),
        (9, 9, 2, 6, 5, 1, 1), (6, 6, 8, 8, 3, 1, 4), (4, 4, 12, 12, 3, 1, 2), (1, 1, 40, 30, 1, 1, 1),
        (10, 10, 1, 16, 3, 1, 1), (4, 4, 48, 2, 1, 1, 1), (12, 12, 1, 1, 1, 1, 1), (3, 3, 24, 7, 2, 1, 1),
    ]  # fmt: skip
    outputs = []
    for height, width, channels, filters, kernel, stride, groups in shapes:
        op = Conv2D(window=same(kernel, stride), groups=groups, activation="relu")
        weight = (filters, kernel, kernel, channels // groups)
        for bias in BIASES:
            outputs.append(_layer(draft, op, (height, width, channels), weight=weight, bias=bias))
    dilated = Conv2D(window=replace(same(3), dilations=(1, 2), pads=(1, 2, 1, 2)))
    for bias in BIASES:
        outputs.append(_layer(draft, dilated, (6, 6, 5), weight=(7, 3, 3, 5), bias=bias))
    return draft.graph(tuple(outputs))


def depthwise_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    shapes = [
        (8, 8, 16, 3, 1, 1), (8, 8, 8, 3, 2, 1), (5, 5, 4, 5, 1, 1), (7, 7, 3, 3, 1, 1), (6, 6, 6, 3, 1, 2),
        (3, 3, 21, 1, 1, 1), (9, 9, 2, 7, 1, 1), (1, 1, 40, 1, 1, 1), (10, 10, 1, 3, 1, 8),
    ]  # fmt: skip
    outputs = []
    for height, width, channels, kernel, stride, multiplier in shapes:
        op = DepthwiseConv2D(window=same(kernel, stride), multiplier=multiplier, activation="relu")
        weight = (1, kernel, kernel, channels * multiplier)
        outputs.append(_layer(draft, op, (height, width, channels), weight=weight, axis=3))
    return draft.graph(tuple(outputs))


def dense_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    sizes = [(64, 12), (100, 10), (10, 100), (7, 3), (256, 4), (512, 1), (1, 64)]
    layers = [(n, units, bias) for n, units in sizes for bias in BIASES]
    return draft.graph(
        tuple(_layer(draft, Dense(), (n,), weight=(units, n), bias=bias) for n, units, bias in layers)
    )


def transpose_conv_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    for height, width, channels, filters, kernel, stride in (
        (4, 4, 8, 8, 3, 2), (5, 5, 3, 7, 2, 2), (6, 6, 4, 4, 3, 1), (3, 3, 16, 5, 4, 2), (2, 7, 6, 9, 3, 3),
        (1, 1, 20, 8, 2, 1), (8, 8, 2, 1, 3, 2), (4, 4, 1, 12, 1, 1),
    ):  # fmt: skip
        op = TransposeConv2D(window=Window(kernel=(kernel, kernel), strides=(stride, stride)))
        weight = (filters, kernel, kernel, channels)
        outputs.append(_layer(draft, op, (height, width, channels), weight=weight))
    return draft.graph(tuple(outputs))


def map_cases(rng: np.random.Generator) -> Graph:
    """Pools, pairs, sums and curves."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 5, 3), (1, 1, 33), (12, 4, 8)):
        outputs += [_layer(draft, Unary(activation="sigmoid"), shape), _layer(draft, Softmax(), shape)]
        outputs += [_layer(draft, Mean(axes=axes), shape) for axes in ((0, 1), (2,), (1,))]
        for kind in (MaxPool2D, AveragePool2D):
            outputs.append(_layer(draft, kind(window=same(3)), shape))
            if min(shape[:2]) > 1:
                outputs.append(_layer(draft, kind(window=Window(kernel=(2, 2), strides=(2, 2))), shape))
        for op in (Add(), Sub(), Mul(), Maximum(), Minimum(), SquaredDifference()):
            outputs += [_layer(draft, op, shape, shape), _layer(draft, op, shape, (shape[0], 1, shape[2]))]
    return draft.graph(tuple(outputs))


def product_cases(rng: np.random.Generator) -> Graph:
    """Matrix products, and slopes of numbers below zero."""
    draft = Draft(rng)
    outputs = []
    for batch, rows, depth, columns in ((1, 8, 16, 8), (3, 5, 7, 4), (2, 1, 40, 10), (4, 9, 2, 3)):
        left, right = (batch, rows, depth), (batch, depth, columns)
        outputs.append(_layer(draft, BatchMatMul(), left, right))
        flipped = (batch, columns, depth)
        outputs.append(_layer(draft, BatchMatMul(transpose_right=True), left, flipped))
    for shape, slopes in (
        ((8, 8, 16), (16,)),
        ((5, 5, 3), (1, 1, 3)),
        ((120,), (1,)),
        ((6, 7, 2), (6, 7, 2)),
    ):
        value = draft.layer(Requantize(), draft.source(shape), dtype="int16")
        wide = draft.layer(PRelu(), value, draft.constant(slopes), dtype="int16")
        outputs.append(draft.layer(Requantize(), wide))
    return draft.graph(tuple(outputs))


def _layer(
    draft: Draft,
    op: Op,
    *shapes: Shape,
    weight: Shape | None = None,
    axis: int = 0,
    bias: Dtype | None = None,
) -> str:
    """The layer's output, back in int8."""
    sources = [draft.layer(Requantize(), draft.source(shape), dtype="int16") for shape in shapes]
    value = draft.layer(op, *sources, weight=weight, axis=axis, dtype="int16", bias_dtype=bias)
    return draft.layer(Requantize(), value)


def packed_cases(rng: np.random.Generator) -> Graph:
    """int4 filters."""
    draft = Draft(rng)
    outputs = []
    for size, channels, filters, kernel, stride in (
        (8, 3, 8, 3, 1), (6, 16, 16, 1, 1), (8, 4, 5, 3, 2), (9, 2, 6, 5, 1), (1, 40, 30, 1, 1),
        (10, 1, 16, 3, 1), (4, 48, 2, 1, 1), (3, 24, 7, 2, 1), (5, 7, 3, 1, 1),
    ):  # fmt: skip
        source = draft.source((size, size, channels))
        window = same(kernel, stride)
        weight = (filters, kernel, kernel, channels)
        outputs.append(draft.layer(Conv2D(window=window), source, weight=weight, filter_dtype="int4"))
        weight = (1, kernel, kernel, channels)
        op = DepthwiseConv2D(window=window)
        outputs.append(draft.layer(op, source, weight=weight, axis=3, filter_dtype="int4"))
    for inputs, units in ((64, 12), (100, 10), (10, 100), (7, 3), (257, 4), (1, 64)):
        source = draft.source((inputs,))
        outputs.append(draft.layer(Dense(), source, weight=(units, inputs), filter_dtype="int4"))
    return draft.graph(tuple(outputs))


CASES = (
    conv_cases, depthwise_cases, dense_cases, transpose_conv_cases, map_cases, product_cases, packed_cases
)  # fmt: skip
