"""MACs and parameters of a graph, as the literature counts them: before batch norms are folded."""

from math import prod

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    BatchMatMul,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Lstm,
    Svdf,
    TransposeConv2D,
)


def macs_of(node: Node, graph: Graph) -> int:
    """Multiplies of one convolution or dense layer on one sample, those on padding, or that a transposed
    convolution crops, included; of a matrix product all; of all steps of an SVDF or LSTM those with
    weights; else 0."""
    match node.op:
        case Conv2D() | Dense():
            weight = graph.tensors[node.inputs[1]].shape
            output = graph.tensors[node.outputs[0]].shape
            return prod(output) * prod(weight[1:])
        case TransposeConv2D():
            height, width, _ = graph.tensors[node.inputs[0]].shape
            return height * width * graph.tensors[node.inputs[1]].elements
        case DepthwiseConv2D():
            return graph.tensors[node.outputs[0]].elements * prod(node.op.window.kernel)
        case BatchMatMul(transpose_left=transposed):
            depth = graph.tensors[node.inputs[0]].shape[-2 if transposed else -1]
            return graph.tensors[node.outputs[0]].elements * depth
        case Svdf():
            return sum(graph.tensors[name].elements for name in node.inputs[1:3])
        case Lstm():
            steps = graph.tensors[node.inputs[0]].shape[0]
            weights = (name for name in node.inputs[1:13] if len(graph.tensors[name].shape) == 2)
            return steps * sum(graph.tensors[name].elements for name in weights)
        case _:
            return 0


def count_macs(graph: Graph) -> int:
    """Multiplies of all convolutions and dense layers on one sample."""
    return sum(macs_of(node, graph) for node in graph.nodes)


def count_parameters(graph: Graph) -> int:
    """Trained numbers: weights, biases, batch-norm gamma and beta, not mean or variance."""
    measured = {name for node in graph.nodes if isinstance(node.op, BatchNorm) for name in node.inputs[3:]}
    return sum(graph.tensors[name].elements for name in graph.parameters if name not in measured)
