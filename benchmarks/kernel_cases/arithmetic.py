"""Operators of two operands, in many ways to broadcast; sums over axes; numbers in another type."""

import numpy as np

from benchmarks.draft import Draft
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Add,
    BatchMatMul,
    Maximum,
    Mean,
    Minimum,
    Mul,
    PRelu,
    ReduceMax,
    Requantize,
    SquaredDifference,
    Sub,
    Sum,
)


def pair_cases(rng: np.random.Generator) -> Graph:
    """Rows of every kind: whole, repeated, many and short, one and long."""
    draft = Draft(rng)
    outputs = []
    shapes = [
        ((8, 8, 16), (8, 8, 1)), ((5, 5, 3), (5, 1, 3)), ((1, 1, 33), (4, 1, 1)), ((3, 1, 8), (1, 4, 8)),
        ((6, 2, 6), (1, 2, 1)), ((1, 40), (9, 1)), ((4, 1, 24), (1, 5, 1)), ((2, 3, 4, 5), (3, 1, 5)),
    ]  # fmt: skip
    kinds = (Add(), Sub(), Mul(), Maximum(), Minimum(), SquaredDifference())
    for left_shape, right_shape in shapes:
        left, right = draft.source(left_shape), draft.source(right_shape)
        outputs += [draft.layer(kind, left, right) for kind in kinds]
    for shape in ((8, 8, 16), (100,), (3, 5, 7)):
        left, right = draft.source(shape), draft.source(shape)
        outputs += [draft.layer(kind, left, right) for kind in kinds]
    return draft.graph(tuple(outputs))


def prelu_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    for shape, alpha in (((8, 8, 16), (16,)), ((5, 5, 3), (1, 1, 3)), ((120,), (1,)), ((6, 7, 2), (6, 7, 2))):
        outputs.append(draft.layer(PRelu(), draft.source(shape), draft.constant(alpha)))
    return draft.graph(tuple(outputs))


def reduction_cases(rng: np.random.Generator) -> Graph:
    """Axes at the end, in the middle, at both ends."""
    draft = Draft(rng)
    outputs = []
    for shape, axes in (
        ((8, 8, 16), (2,)), ((5, 6, 7), (1,)), ((4, 5, 6), (0, 2)), ((40, 3), (1,)), ((2, 60), (1,)),
        ((3, 4, 5, 6), (1, 3)), ((12, 12, 4), (1, 2)), ((9, 2, 11), (1,)),
    ):  # fmt: skip
        source = draft.source(shape)
        outputs += [draft.layer(kind(axes=axes), source) for kind in (Mean, Sum, ReduceMax)]
    return draft.graph(tuple(outputs))


def matrix_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    outputs = []
    for batch, rows, depth, columns in (
        (1, 8, 16, 8),
        (3, 5, 7, 4),
        (2, 1, 40, 10),
        (4, 9, 2, 3),
        (1, 12, 30, 1),
    ):
        left, right = draft.source((batch, rows, depth)), draft.source((batch, depth, columns))
        flipped = draft.source((batch, columns, depth))
        outputs.append(draft.layer(BatchMatMul(), left, right))
        outputs.append(draft.layer(BatchMatMul(transpose_right=True), left, flipped))
    return draft.graph(tuple(outputs))


def requantize_cases(rng: np.random.Generator) -> Graph:
    """What has no way back to int8 is computed, but no output."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (50,), (7, 3), (333,)):
        source = draft.source(shape)
        wide = draft.layer(Requantize(), source, dtype="int16")
        wider = draft.layer(Requantize(activation="relu"), wide, dtype="int16")
        draft.layer(Requantize(), source, dtype="int32")
        draft.layer(Requantize(), wider, dtype="int32")
        outputs.append(draft.layer(Requantize(), wider))
    return draft.graph(tuple(outputs))


CASES = (pair_cases, prelu_cases, reduction_cases, matrix_cases, requantize_cases)
