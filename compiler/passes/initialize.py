"""Random weights for a graph that has none: where scores and training start."""

from dataclasses import replace
from math import prod, sqrt

import numpy as np

from compiler.ir.graph import Graph
from compiler.ir.ops import BatchNorm, Conv2D, Dense, DepthwiseConv2D, Op, TransposeConv2D


def initialize_weights(graph: Graph, rng: np.random.Generator) -> Graph:
    """A float32 graph with weights drawn in node order: Kaiming normal, fan-in, gain sqrt(2) (He et al. 2015)
    for convolutions and dense layers; biases 0; batch norms gamma 1, beta 0, mean 0, variance 1.
    """
    weights: dict[str, np.ndarray] = {}
    for node in graph.nodes:
        match node.op:
            case BatchNorm():
                for name, value in zip(node.inputs[1:], (1.0, 0.0, 0.0, 1.0), strict=True):
                    weights[name] = np.full(graph.tensors[name].shape, value, np.float32)
            case Conv2D() | DepthwiseConv2D() | TransposeConv2D() | Dense():
                weight, *bias = node.inputs[1:]
                shape = graph.tensors[weight].shape
                deviation = np.float32(sqrt(2.0 / _fan_in(node.op, shape)))
                if weight not in weights:
                    weights[weight] = rng.standard_normal(shape, dtype=np.float32) * deviation
                for name in bias:
                    weights[name] = np.zeros(graph.tensors[name].shape, np.float32)
            case _:
                for name in set(node.inputs).intersection(graph.parameters):
                    weights[name] = np.zeros(graph.tensors[name].shape, np.float32)
    return replace(graph, weights={name: weights[name] for name in graph.parameters})


def _fan_in(op: Op, shape: tuple[int, ...]) -> float:
    """Products in one output; the outputs of a transposed convolution differ, so their mean."""
    match op:
        case DepthwiseConv2D():
            return prod(shape[1:3])
        case TransposeConv2D(window=window):
            return max(1.0, prod(shape[1:]) / prod(window.strides))
        case _:
            return prod(shape[1:])
