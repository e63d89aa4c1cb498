"""Pools, elementwise operators, copies and softmax."""

import numpy as np

from benchmarks.draft import Draft, same
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    Concat,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Softmax,
    Window,
)


def map_cases(rng: np.random.Generator) -> Graph:
    """Pools, elementwise operators, copies and softmax."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 5, 3), (1, 1, 33), (12, 4, 8)):
        left, right = draft.source(shape), draft.source(shape)
        outputs += [draft.layer(Add(), left, right), draft.layer(Mul(), left, right)]
        outputs += [draft.layer(Activate(activation="relu"), left), draft.layer(GlobalAveragePool(), left)]
        outputs += [draft.layer(Concat(axis=axis), left, right) for axis in range(3)]
        outputs.append(draft.layer(Softmax(), left))
        for kind in (MaxPool2D, AveragePool2D):
            outputs.append(draft.layer(kind(window=same(3)), left))
            if min(shape[:2]) > 1:
                outputs.append(draft.layer(kind(window=Window(kernel=(2, 2), strides=(2, 2))), left))
                outputs.append(draft.layer(kind(window=Window(kernel=(1, 4))), left))
    return draft.graph(tuple(outputs))


CASES = (map_cases,)
