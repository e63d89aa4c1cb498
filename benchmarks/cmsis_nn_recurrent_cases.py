"""Graphs for the kernels of CMSIS-NN with states and for its products of matrices."""

import numpy as np

from benchmarks.draft import Draft
from benchmarks.kernel_cases.recurrent import lstm_graph, memory_graph
from compiler.ir.graph import Graph
from compiler.ir.ops import BatchMatMul
from compiler.ir.tensor import Dtype

_FILTERS = (
    (40, 16, 2, 5), (17, 9, 1, 12), (64, 32, 1, 16), (3, 4, 2, 7), (100, 21, 1, 4), (48, 6, 3, 9),
    (12, 40, 1, 1), (256, 12, 1, 20), (30, 15, 1, 3), (21, 33, 1, 11), (1, 8, 1, 40), (80, 5, 5, 2),
    (16, 64, 1, 8), (32, 64, 1, 8), (32, 32, 1, 32), (5, 50, 2, 6),
)  # fmt: skip
"""Inputs, outputs, rank and memory."""

_LSTMS = (
    (28, 28, 20), (1, 40, 16), (5, 3, 7), (10, 64, 8), (3, 4, 32), (1, 1, 1), (2, 100, 3), (16, 1, 4),
    (6, 16, 48), (12, 9, 13), (4, 33, 21), (1, 130, 30), (20, 10, 10), (2, 18, 64), (9, 6, 5), (7, 20, 2),
)  # fmt: skip
"""Steps, inputs and units."""


def svdf_cases(rng: np.random.Generator) -> Graph:
    return memory_graph(rng, _FILTERS)


def svdf_offset_cases(rng: np.random.Generator) -> Graph:
    return memory_graph(rng, _FILTERS, zero_point=-13)


def lstm_cases(rng: np.random.Generator) -> Graph:
    """With weights so small that no hidden state takes a gate beyond 16 bits."""
    return lstm_graph(rng, _LSTMS, scale=0.0002)


def lstm_clamped_cases(rng: np.random.Generator) -> Graph:
    return lstm_graph(rng, _LSTMS)


def wide_lstm_cases(rng: np.random.Generator) -> Graph:
    return lstm_graph(rng, _LSTMS, scale=0.0002, wide=True)


def wide_lstm_clamped_cases(rng: np.random.Generator) -> Graph:
    return lstm_graph(rng, _LSTMS, wide=True)


def matmul_cases(rng: np.random.Generator) -> Graph:
    return _products(rng, "int8")


def wide_matmul_cases(rng: np.random.Generator) -> Graph:
    return _products(rng, "int16")


def _products(rng: np.random.Generator, dtype: Dtype) -> Graph:
    """Operands that lie as the library wants them, and those that do not."""
    draft = Draft(rng)
    outputs = []
    shapes = [
        (1, 16, 16, 16), (4, 10, 32, 8), (2, 1, 64, 20), (1, 30, 5, 3), (3, 7, 19, 13), (8, 12, 12, 12),
        (1, 49, 49, 32), (2, 24, 8, 40), (1, 3, 100, 1), (5, 20, 3, 17), (1, 2, 250, 31), (6, 4, 7, 6),
    ]  # fmt: skip
    for batch, rows, depth, columns in shapes:
        for transpose_left, transpose_right in ((False, True), (False, False), (True, True)):
            left = (batch, depth, rows) if transpose_left else (batch, rows, depth)
            right = (batch, columns, depth) if transpose_right else (batch, depth, columns)
            op = BatchMatMul(transpose_left=transpose_left, transpose_right=transpose_right)
            sources = draft.source(left, dtype), draft.source(right, dtype)
            outputs.append(draft.layer(op, *sources, dtype=dtype))
    return draft.graph(tuple(outputs))


RECURRENT_CASES = (
    svdf_cases,
    svdf_offset_cases,
    lstm_cases,
    lstm_clamped_cases,
    wide_lstm_cases,
    wide_lstm_clamped_cases,
    matmul_cases,
    wide_matmul_cases,
)
