"""onnxruntime's own arithmetic of convolutions and dense layers, which multiplies sums by a float32."""

import numpy as np

from compiler.ir.fixed_point import activation_bounds
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D
from compiler.passes.weighted import centred_weight
from compiler.reference.convolve import convolve, convolve_depthwise


def float32_outputs(node: Node, graph: Graph, x: np.ndarray) -> np.ndarray:
    """rint(float32(sum) * float32(scale)) + zero point: int8 (N, ...), of x int8 (N, ...)."""
    assert isinstance(node.op, Conv2D | DepthwiseConv2D | Dense)
    types = [graph.tensors[name].quantization for name in (*node.inputs[:2], node.outputs[0])]
    source, weight, output = types
    assert source is not None and weight is not None and output is not None
    centred = x.astype(np.float64) - source.zero_point[0]
    numbers = centred_weight(node, graph).astype(np.float64)
    match node.op:
        case Conv2D():
            sums = convolve(centred, numbers, node.op)
        case DepthwiseConv2D():
            sums = convolve_depthwise(centred, numbers, node.op)
        case Dense():
            sums = centred.reshape(len(x), -1) @ numbers.T
    if len(node.inputs) == 3:
        sums = sums + graph.weights[node.inputs[2]]
    scale = np.float32(source.scale[0]) * np.array(weight.scale, np.float32) / np.float32(output.scale[0])
    low, high = activation_bounds(node.op.activation, output)
    zero_point = output.zero_point[0]
    whole = np.rint(np.clip(sums.astype(np.float32) * scale, low - zero_point, high - zero_point))
    return (whole + zero_point).astype(np.int8)
