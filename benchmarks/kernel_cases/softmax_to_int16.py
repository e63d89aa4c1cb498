"""Softmax of int8 numbers with an int16 output."""

from dataclasses import replace

import numpy as np

from benchmarks.draft import Draft
from compiler.ir.graph import Graph
from compiler.ir.ops import Softmax
from compiler.ir.tensor import Quantization

_OUTPUT = Quantization(scale=(2.0**-16,), zero_point=(-32768,))


def softmaxes(rng: np.random.Generator) -> Graph:
    """Few and many rows of few and many numbers."""
    draft, outputs = Draft(rng), []
    for shape in ((2,), (10,), (100,), (8, 8, 16), (5, 5, 3), (1, 1, 33), (12, 4, 8)):
        output = draft.layer(Softmax(), draft.source(shape))
        draft.tensors[output] = replace(draft.tensors[output], dtype="int16", quantization=_OUTPUT)
        outputs.append(output)
    return draft.graph(tuple(outputs))


CASES = (softmaxes,)
