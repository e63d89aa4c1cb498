"""Copies at every alignment, borders, maps of other sizes, transposed axes, and tables."""

import numpy as np

from benchmarks.draft import Draft
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    ArgMax,
    Concat,
    Dequantize,
    Pad,
    Quantize,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    Take,
    Transpose,
    Unary,
)


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


def strided_cases(rng: np.random.Generator) -> Graph:
    """Slices, transposed axes and picks, of single bytes and of blocks, aligned and not."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 7, 3), (12, 4, 8), (3, 9, 24), (10, 10, 2), (6, 5, 4), (4, 3, 40)):
        source = draft.source(shape)
        outputs += [
            draft.layer(Transpose(permutation=order), source)
            for order in ((2, 0, 1), (1, 0, 2), (2, 1, 0), (0, 2, 1))
        ]
        inner = tuple(max(1, side - 2) for side in shape)
        outputs.append(draft.layer(Slice(begin=(0, 0, 0), size=inner, strides=(1, 1, 1)), source))
        half = tuple(-(-side // 2) for side in shape)
        outputs.append(draft.layer(Slice(begin=(0, 0, 0), size=half, strides=(2, 2, 2)), source))
        for axis, side in enumerate(shape):
            indices = tuple(int(index) for index in rng.integers(0, side, 2 * side))
            outputs.append(draft.layer(Take(axis=axis, indices=indices), source))
    return draft.graph(tuple(outputs))


def resize_cases(rng: np.random.Generator) -> Graph:
    """Bilinear resizing to larger and smaller maps, and indices of the greatest along each axis."""
    draft = Draft(rng)
    outputs = []
    for shape in ((8, 8, 16), (5, 7, 3), (12, 4, 8), (3, 9, 24), (10, 10, 1), (4, 3, 40)):
        source = draft.source(shape)
        for size in ((9, 13), (4, 4), (16, 5)):
            outputs.append(draft.layer(ResizeBilinear(size=size, half_pixel_centers=True), source))
        outputs += [draft.layer(ArgMax(axis=axis), source, dtype="int32") for axis in range(3)]
    return draft.graph(tuple(outputs))


def float_cases(rng: np.random.Generator) -> Graph:
    """From float32 to every type of integer, and back."""
    draft = Draft(rng)
    outputs = []
    for size in (1, 7, 64, 250):
        for dtype in ("int8", "uint8", "int16"):
            integers = draft.layer(Quantize(), draft.source((size,), "float32"), dtype=dtype)
            outputs.append(draft.layer(Dequantize(), integers, dtype="float32"))
    return draft.graph(tuple(outputs))


CASES = (move_cases, strided_cases, resize_cases, float_cases)
