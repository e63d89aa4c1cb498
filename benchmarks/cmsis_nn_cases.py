"""Graphs in whose shapes the kernels of CMSIS-NN differ, beside those of benchmarks/kernel_cases."""

from dataclasses import replace

import numpy as np

from benchmarks.cmsis_nn_recurrent_cases import RECURRENT_CASES
from benchmarks.draft import Draft, same
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Add,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Maximum,
    Minimum,
    Mul,
    Pad,
    Softmax,
    Sub,
    Transpose,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.tensor import Quantization


def pointwise_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    shapes = [
        (4, 4, 16, 16, 1), (5, 5, 24, 32, 1), (3, 3, 64, 64, 1), (6, 5, 8, 16, 1), (8, 8, 32, 12, 2),
        (9, 9, 16, 24, 2), (1, 3, 128, 10, 1), (7, 2, 20, 20, 1), (10, 10, 4, 4, 1), (5, 3, 100, 6, 1),
    ]  # fmt: skip
    outputs = []
    for height, width, channels, filters, stride in shapes:
        op = Conv2D(window=Window(kernel=(1, 1), strides=(stride, stride)), activation="relu")
        source = draft.source((height, width, channels))
        outputs.append(draft.layer(op, source, weight=(filters, 1, 1, channels)))
    return draft.graph(tuple(outputs))


def depthwise_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    shapes = [
        (5, 5, 64, 3, 1, 1, 1), (8, 6, 24, 3, 2, 1, 1), (6, 6, 9, 3, 1, 1, 1), (4, 7, 130, 3, 1, 1, 1),
        (9, 9, 5, 3, 2, 1, 1), (7, 7, 4, 3, 1, 4, 1), (6, 6, 3, 3, 1, 8, 1), (5, 5, 8, 5, 1, 4, 1),
        (8, 8, 2, 3, 2, 4, 1), (6, 6, 5, 3, 1, 3, 1), (7, 7, 6, 3, 1, 1, 2), (9, 9, 3, 5, 1, 2, 2),
        (8, 8, 10, 7, 1, 1, 1), (6, 6, 30, 5, 1, 1, 1), (5, 5, 3, 2, 1, 1, 1), (8, 8, 17, 3, 1, 1, 3),
    ]  # fmt: skip
    outputs = []
    for height, width, channels, kernel, stride, multiplier, dilation in shapes:
        window = replace(same(kernel, stride), dilations=(dilation, dilation))
        op = DepthwiseConv2D(window=window, multiplier=multiplier, activation="relu")
        weight = (1, kernel, kernel, channels * multiplier)
        outputs.append(draft.layer(op, draft.source((height, width, channels)), weight=weight, axis=3))
    return draft.graph(tuple(outputs))


def dense_cases(rng: np.random.Generator) -> Graph:
    """One scale for all weights."""
    draft = Draft(rng)
    sizes = [(64, 12), (100, 10), (10, 100), (7, 3), (256, 4), (30, 33), (512, 1), (640, 128), (128, 8)]
    outputs = [draft.layer(Dense(), draft.source((n,)), weight=(units, n)) for n, units in sizes]
    for name in draft.weights:
        draft.tensors[name] = replace(
            draft.tensors[name], quantization=Quantization(scale=(0.0005,), zero_point=(0,))
        )
    return draft.graph(tuple(outputs))


def row_cases(rng: np.random.Generator) -> Graph:
    """Maps of a single row, as of signals."""
    draft = Draft(rng)
    outputs = []
    shapes = [
        (40, 4, 8, 3, 1, 1), (64, 8, 16, 5, 1, 2), (33, 16, 8, 3, 2, 1), (20, 4, 4, 7, 1, 0),
        (50, 12, 6, 4, 1, 1),
        (40, 8, 24, 5, 2, 2), (21, 4, 3, 3, 2, 1), (64, 20, 10, 7, 4, 3), (30, 32, 32, 3, 1, 1),
        (17, 8, 5, 9, 3, 4),
    ]  # fmt: skip
    for width, channels, filters, kernel, stride, pad in shapes:
        window = Window(kernel=(1, kernel), strides=(1, stride), pads=(0, pad, 0, pad))
        source = draft.source((1, width, channels))
        weight = (filters, 1, kernel, channels)
        outputs.append(draft.layer(Conv2D(window=window), source, weight=weight))
        outputs.append(draft.layer(Conv2D(window=window), source, weight=weight, filter_dtype="int4"))
    return draft.graph(tuple(outputs))


def transposed_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    shapes = [
        (4, 4, 24, 8, 3, 2, 1), (3, 5, 32, 16, 4, 2, 1), (5, 5, 20, 3, 3, 1, 1), (4, 3, 17, 5, 2, 2, 0),
        (6, 6, 48, 4, 3, 2, 0), (4, 4, 8, 8, 3, 2, 0), (6, 5, 3, 5, 4, 2, 2), (3, 3, 16, 16, 3, 3, 0),
        (5, 5, 7, 3, 3, 1, 1), (8, 8, 1, 2, 4, 3, 0), (3, 7, 12, 10, 6, 3, 3), (7, 7, 4, 20, 2, 2, 0),
    ]  # fmt: skip
    for height, width, channels, filters, kernel, stride, pad in shapes:
        window = Window(kernel=(kernel, kernel), strides=(stride, stride), pads=(pad, pad, pad, pad))
        source = draft.source((height, width, channels))
        weight = (filters, kernel, kernel, channels)
        outputs.append(draft.layer(TransposeConv2D(window=window, activation="relu"), source, weight=weight))
    return draft.graph(tuple(outputs))


def extreme_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 5, 3), (1, 1, 33), (12, 4, 8)):
        left, right = draft.source(shape), draft.source(shape)
        outputs += [draft.layer(Maximum(), left, right), draft.layer(Minimum(), left, right)]
    for one, other in (
        ((8, 8, 16), (16,)), ((5, 5, 7), (7,)), ((1, 1, 64), (4, 4, 64)), ((20, 3), (3,)),
        ((6, 6, 40), (40,)),
    ):  # fmt: skip
        for op in (Add(), Mul(), Sub()):
            outputs.append(draft.layer(op, draft.source(one), draft.source(other)))
    for one, other in (
        ((8, 8, 16), (1, 1, 16)), ((5, 6, 40), (5, 6, 1)), ((6, 7, 5), (1, 1, 1)), ((1, 9, 3), (12, 1, 3)),
        ((4, 1, 30), (1, 8, 30)), ((3, 1, 5, 7), (3, 6, 1, 7)), ((10, 10, 2), (1, 10, 2)),
        ((9, 1, 1), (1, 9, 33)),
    ):  # fmt: skip
        left, right = draft.source(one), draft.source(other)
        outputs += [draft.layer(Maximum(), left, right), draft.layer(Minimum(), left, right)]
    return draft.graph(tuple(outputs))


def curve_cases(rng: np.random.Generator) -> Graph:
    """int16 sigmoids and tanhs, softmaxes of short rows, and of int8 to int16; differences."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 5, 3), (33,), (200,)):
        for curve in ("sigmoid", "tanh"):
            op = Unary(activation=curve)
            outputs.append(draft.layer(op, draft.source(shape, "int16"), dtype="int16"))
        left, right = draft.source(shape), draft.source(shape)
        outputs.append(draft.layer(Sub(), left, right))
        outputs.append(draft.layer(Softmax(), draft.source(shape)))
        fine = Quantization(scale=(2.0**-16,), zero_point=(-32768,))
        draft.tensors[outputs[-1]] = replace(draft.tensors[outputs[-1]], dtype="int16", quantization=fine)
    for shape in ((8,), (4, 4, 2), (10, 5), (3, 7, 4)):
        outputs.append(draft.layer(Softmax(), draft.source(shape, "int16"), dtype="int16"))
    return draft.graph(tuple(outputs))


def moving_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    for shape, pads in (
        ((8, 8, 16), ((1, 1), (1, 1), (0, 0))), ((16, 16, 3), ((0, 1), (0, 1), (0, 0))), ((40,), ((3, 4),)),
        ((6, 6, 5), ((1, 2), (2, 1), (1, 3))), ((9, 4, 20), ((1, 1), (0, 0), (0, 12))),
        ((10, 10, 8), ((2, 2), (0, 0), (0, 0))), ((4, 4, 30), ((0, 0), (0, 0), (2, 0))),
    ):  # fmt: skip
        outputs.append(draft.layer(Pad(pads=pads), draft.source(shape)))
    for left, right, axis in (
        ((8, 8, 16), (8, 8, 16), 2), ((8, 8, 16), (4, 8, 16), 0), ((5, 5, 3), (5, 5, 7), 2),
        ((64,), (30,), 0), ((16, 16, 8), (16, 8, 8), 1), ((10, 10, 33), (10, 10, 31), 2),
    ):  # fmt: skip
        outputs.append(draft.layer(Concat(axis=axis), draft.source(left), draft.source(right)))
    for shape, order in (
        ((16, 16), (1, 0)), ((8, 8, 16), (2, 0, 1)), ((16, 8, 8), (1, 2, 0)), ((5, 40, 9), (0, 2, 1)),
        ((5, 3), (1, 0)), ((49, 10), (1, 0)), ((100, 3), (1, 0)), ((3, 100), (1, 0)),
    ):  # fmt: skip
        outputs.append(draft.layer(Transpose(permutation=order), draft.source(shape)))
    return draft.graph(tuple(outputs))


def wide_cases(rng: np.random.Generator) -> Graph:
    """int16: dense layers with one scale for all weights, dilated and multiplied depthwise ones."""
    draft = Draft(rng)
    outputs = []
    for size, units in ((64, 12), (100, 10), (10, 100), (7, 3), (256, 4), (512, 1), (640, 9), (30, 33)):
        outputs.append(
            draft.layer(Dense(), draft.source((size,), "int16"), weight=(units, size), dtype="int16")
        )
    for name in draft.weights:
        draft.tensors[name] = replace(
            draft.tensors[name], quantization=Quantization(scale=(0.0005,), zero_point=(0,))
        )
    for size, channels, kernel, multiplier, dilation in (
        (6, 4, 3, 4, 1), (5, 3, 3, 2, 2), (8, 8, 3, 1, 2), (7, 5, 5, 3, 1), (4, 12, 2, 1, 1),
    ):  # fmt: skip
        window = replace(same(kernel), dilations=(dilation, dilation))
        op = DepthwiseConv2D(window=window, multiplier=multiplier)
        source = draft.source((size, size, channels), "int16")
        weight = (1, kernel, kernel, channels * multiplier)
        outputs.append(draft.layer(op, source, weight=weight, axis=3, dtype="int16"))
    return draft.graph(tuple(outputs))


def packed_cases(rng: np.random.Generator) -> Graph:
    """int4 weights: dense layers with one scale, convolutions with windows over even and odd numbers."""
    draft = Draft(rng)
    outputs = []
    for size, units in ((64, 12), (100, 10), (10, 100), (7, 3), (256, 4), (512, 1), (30, 33), (128, 8)):
        source = draft.source((size,))
        outputs.append(draft.layer(Dense(), source, weight=(units, size), filter_dtype="int4"))
    for name in draft.weights:
        draft.tensors[name] = replace(
            draft.tensors[name], quantization=Quantization(scale=(0.005,), zero_point=(0,))
        )
    for size, channels, kernel, multiplier, dilation in (
        (6, 4, 3, 4, 1), (5, 6, 3, 2, 2), (8, 8, 3, 1, 2), (7, 2, 5, 3, 1), (6, 12, 3, 1, 1),
        (4, 30, 2, 1, 1), (5, 10, 3, 3, 1), (9, 2, 3, 5, 2), (6, 6, 3, 6, 1), (8, 20, 5, 1, 1),
        (7, 4, 3, 2, 1), (5, 2, 2, 8, 1), (6, 16, 3, 1, 2), (9, 4, 5, 2, 1), (4, 8, 3, 5, 1), (8, 2, 3, 7, 1),
        (10, 6, 3, 1, 3), (6, 2, 3, 2, 2),
    ):  # fmt: skip
        op = DepthwiseConv2D(
            window=replace(same(kernel), dilations=(dilation, dilation)), multiplier=multiplier
        )
        source, weight = draft.source((size, size, channels)), (1, kernel, kernel, channels * multiplier)
        outputs.append(draft.layer(op, source, weight=weight, axis=3, filter_dtype="int4"))
    for size, channels, filters, stride in (
        (4, 16, 16, 1), (5, 24, 32, 1), (6, 8, 16, 1), (8, 32, 12, 2), (9, 17, 24, 2), (3, 100, 6, 1),
    ):  # fmt: skip
        pointwise = Conv2D(window=Window(kernel=(1, 1), strides=(stride, stride)))
        source = draft.source((size, size, channels))
        outputs.append(draft.layer(pointwise, source, weight=(filters, 1, 1, channels), filter_dtype="int4"))
    for size, channels, filters, kernel, stride in (
        (6, 5, 7, 3, 1), (7, 9, 4, 3, 2), (5, 17, 12, 3, 1), (4, 3, 16, 5, 1), (6, 33, 5, 3, 1),
        (9, 1, 6, 3, 2), (6, 8, 8, 3, 1), (8, 4, 12, 5, 2), (4, 16, 3, 2, 1), (5, 20, 10, 3, 1),
        (3, 40, 9, 3, 1), (10, 2, 5, 3, 1), (5, 11, 9, 1, 2), (8, 40, 10, 1, 2), (7, 3, 17, 1, 3),
        (10, 12, 5, 1, 2), (6, 64, 8, 1, 3),
    ):  # fmt: skip
        window = Window(kernel=(1, 1), strides=(stride, stride)) if kernel == 1 else same(kernel, stride)
        source = draft.source((size, size, channels))
        weight = (filters, kernel, kernel, channels)
        outputs.append(draft.layer(Conv2D(window=window), source, weight=weight, filter_dtype="int4"))
    return draft.graph(tuple(outputs))


CASES = (
    pointwise_cases,
    depthwise_cases,
    dense_cases,
    row_cases,
    transposed_cases,
    extreme_cases,
    curve_cases,
    moving_cases,
    wide_cases,
    packed_cases,
    *RECURRENT_CASES,
)
