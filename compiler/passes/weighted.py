"""Which inputs of a node are its weight and its bias, and along which axis its channels lie."""

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, TransposeConv2D
from compiler.ir.tensor import Quantization

WEIGHTED = (Conv2D, DepthwiseConv2D, TransposeConv2D, Dense)


def weight_of(node: Node) -> str | None:
    """The name of a convolution's or dense layer's weight; None for other operators."""
    return node.inputs[1] if isinstance(node.op, WEIGHTED) else None


def bias_of(node: Node) -> str | None:
    """The name of a convolution's or dense layer's bias; None where it has none, and for other operators."""
    return node.inputs[2] if isinstance(node.op, WEIGHTED) and len(node.inputs) == 3 else None


def channel_axis(node: Node) -> int:
    """The axis of the weight that counts output channels."""
    return 3 if isinstance(node.op, DepthwiseConv2D) else 0


def quantization_of(name: str, graph: Graph) -> Quantization:
    """Of a value or parameter of a graph that is quantized throughout."""
    quantization = graph.tensors[name].quantization
    assert quantization is not None, name
    return quantization


def centred_weight(node: Node, graph: Graph) -> np.ndarray:
    """The weight's integers less their zero point, int64, as the sums count them."""
    quantization = quantization_of(node.inputs[1], graph)
    weight = graph.weights[node.inputs[1]].astype(np.int64)
    along = [-1 if axis == channel_axis(node) else 1 for axis in range(weight.ndim)]
    return np.asarray(weight - np.array(quantization.zero_point, np.int64).reshape(along))
