"""Log softmaxes of int8 numbers, of rows short and long."""

import numpy as np

from benchmarks.draft import Draft
from compiler.ir.graph import Graph
from compiler.ir.ops import LogSoftmax


def row_cases(rng: np.random.Generator) -> Graph:
    draft = Draft(rng)
    shapes = ((10,), (100,), (8, 8, 16), (40, 3), (2, 300), (64, 1))
    return draft.graph(tuple(draft.layer(LogSoftmax(), draft.source(shape)) for shape in shapes))


CASES = (row_cases,)
