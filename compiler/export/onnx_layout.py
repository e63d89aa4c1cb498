"""Shapes and weights between the graph's order of axes (channels last) and ONNX's (channels first)."""

from collections.abc import Mapping
from math import prod

import numpy as np

from compiler.ir.graph import Graph
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, TransposeConv2D
from compiler.ir.shapes import Shape

_TO_ONNX: Mapping[type, tuple[int, ...]] = {
    Conv2D: (0, 3, 1, 2),
    DepthwiseConv2D: (3, 0, 1, 2),
    TransposeConv2D: (3, 0, 1, 2),
    Dense: (0, 1),
}
"""Axes of a weight: OHWI to OIHW; 1HWC to C1HW; OHWI to IOHW; (units, inputs) as it is."""


def channels_first(shape: Shape) -> Shape:
    """(..., C) -> (C, ...), the batch left out of both."""
    return (*shape[-1:], *shape[:-1])


def to_channels_first(rank: int) -> tuple[int, ...]:
    """The permutation of a batch's axes: (N, ..., C) to (N, C, ...). `rank` does not count the batch."""
    return (0, rank, *range(1, rank))


def to_channels_last(rank: int) -> tuple[int, ...]:
    """The inverse of to_channels_first."""
    return (0, *range(2, rank + 1), 1)


def same_in_both(shape: Shape) -> bool:
    """Whether the numbers lie in one order whichever axis comes first."""
    return shape[-1] == 1 or prod(shape[:-1]) == 1


def weight_axes(graph: Graph) -> dict[str, tuple[int, ...]]:
    """For each weight of a convolution or dense layer: which axis of ours is ONNX's first, second, ..."""
    return {
        node.inputs[1]: _TO_ONNX[type(node.op)]
        for node in graph.nodes
        if isinstance(node.op, Conv2D | DepthwiseConv2D | TransposeConv2D | Dense)
    }


def onnx_array(array: np.ndarray, axes: tuple[int, ...] | None) -> np.ndarray:
    """A parameter as ONNX wants it. `axes` None: a vector as it is, any other constant like a value with a
    batch of 1.
    """
    if axes is not None:
        return array.transpose(axes)
    return array if array.ndim <= 1 else np.moveaxis(array, -1, 0)[np.newaxis]


def graph_array(array: np.ndarray, axes: tuple[int, ...] | None) -> np.ndarray:
    """The inverse of onnx_array for weights and vectors; contiguous."""
    back = array if axes is None else array.transpose(np.argsort(axes))
    return np.ascontiguousarray(back)
