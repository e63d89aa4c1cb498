"""Copies at every alignment, borders, enlarged maps, and tables."""

import numpy as np

from benchmarks.draft import Draft
from compiler.ir.graph import Graph
from compiler.ir.ops import Concat, Pad, ResizeNearest, Unary


def move_cases(rng: np.random.Generator) -> Graph:
    """Copies at every alignment, borders, enlarged maps, and tables."""
    draft = Draft(rng)
    outputs = []
    for shape in (
        (8, 8, 16),
        (5, 5, 3),
        (1, 1, 33),
        (12, 4, 8),
        (3, 7, 24),
        (9, 2, 6),
        (4, 4, 64),
        (6, 6, 1),
    ):
        source = draft.source(shape)
        outputs.append(draft.layer(Unary(activation="hard_swish"), source))
        for pads in (
            ((1, 1), (1, 1), (0, 0)),
            ((0, 2), (3, 0), (0, 0)),
            ((0, 0), (0, 0), (0, 8)),
            ((4, 0),) * 3,
        ):
            outputs.append(draft.layer(Pad(pads=pads), source))
        for factors in ((2, 2), (1, 3), (3, 1)):
            outputs.append(draft.layer(ResizeNearest(factors=factors), source))
        for channels in (1, 4, 18, 40):
            outputs.append(draft.layer(Concat(axis=2), source, draft.source((*shape[:2], channels))))
    return draft.graph(tuple(outputs))


CASES = (move_cases,)
