"""A graph of one operator as a .tflite file: what TFLite Micro makes of it is what we must make of it."""

import numpy as np

from compiler.ir import ops
from compiler.ir.encode import border_value
from compiler.ir.graph import Graph, Node
from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import ModelBuilder
from tests.tflite_models.options import OptionValue
from tests.tflite_models.oracle import Oracle

_FUSED = {"none": "NONE", "relu": "RELU", "relu6": "RELU6", "relu_n1_1": "RELU_N1_TO_1"}
_PAIRS = {
    ops.Add: "ADD", ops.Sub: "SUB", ops.Mul: "MUL", ops.Maximum: "MAXIMUM", ops.Minimum: "MINIMUM",
    ops.SquaredDifference: "SQUARED_DIFFERENCE", ops.PRelu: "PRELU",
}  # fmt: skip
_WINDOWED = {
    ops.Conv2D: "CONV_2D", ops.DepthwiseConv2D: "DEPTHWISE_CONV_2D", ops.MaxPool2D: "MAX_POOL_2D",
    ops.AveragePool2D: "AVERAGE_POOL_2D",
}  # fmt: skip
_REDUCTIONS = {ops.Mean: "MEAN", ops.Sum: "SUM", ops.ReduceMax: "REDUCE_MAX"}


def run_tflite(graph: Graph, inputs: list[np.ndarray]) -> np.ndarray:
    """The output of the graph's only node, for inputs without a batch; the output has none either."""
    (node,) = graph.nodes
    builder = ModelBuilder()
    known = {name: _tensor(builder, graph, node, name) for name in node.inputs}
    output = graph.tensors[node.outputs[0]]
    target = builder.tensor((1, *output.shape), output.dtype.upper(), output.quantization)
    builder.output(target)
    _operator(builder, graph, node, [known[name] for name in node.inputs], target)
    shapes = [builder.entry.tensors[index].shape for index in builder.entry.inputs]
    values = dict(zip(graph.inputs, inputs, strict=True))
    given = [values[name] for name in node.inputs if name in values]
    found = Oracle(builder.build()).run([x.reshape(s) for x, s in zip(given, shapes, strict=True)])
    return found[0].reshape(output.shape)


def _tensor(builder: ModelBuilder, graph: Graph, node: Node, name: str) -> int:
    """Values have a batch, and, where operands broadcast, axes of 1 after it."""
    tensor = graph.tensors[name]
    dtype = tensor.dtype.upper()
    if name in graph.parameters:
        bias = tensor.dtype in ("int32", "int64") and len(node.inputs) == 3
        quantization = _bias_quantization(graph, node) if bias else tensor.quantization
        shape = (1, *tensor.shape) if isinstance(node.op, ops.Concat) else tensor.shape
        data = graph.weights[name].reshape(shape)
        return builder.tensor(shape, dtype, quantization, data=data, name=name)
    missing = len(graph.tensors[node.outputs[0]].shape) - len(tensor.shape) if type(node.op) in _PAIRS else 0
    return builder.input((1, *(1,) * missing, *tensor.shape), dtype, tensor.quantization)


def _bias_quantization(graph: Graph, node: Node) -> Quantization:
    """What TFLite holds a dense layer's bias to: the input's scale times the filter's."""
    source, weight = (graph.tensors[name].quantization for name in node.inputs[:2])
    assert source is not None and weight is not None
    scales = tuple(float(np.float32(source.scale[0]) * np.float32(scale)) for scale in weight.scale)
    axis = None if weight.axis is None else 0
    return Quantization(scale=scales, zero_point=(0,) * len(scales), axis=axis)


def _operator(builder: ModelBuilder, graph: Graph, node: Node, inputs: list[int], output: int) -> None:
    match node.op:
        case ops.Add(activation=activation) | ops.Sub(activation=activation) | ops.Mul(activation=activation):
            fused = _FUSED[activation]
            builder.operator(_PAIRS[type(node.op)], inputs, [output], fused_activation_function=fused)
        case ops.Maximum() | ops.Minimum() | ops.SquaredDifference() | ops.PRelu():
            builder.operator(_PAIRS[type(node.op)], inputs, [output])
        case ops.Mean(axes=axes) | ops.Sum(axes=axes) | ops.ReduceMax(axes=axes):
            written = builder.constant([axis + 1 for axis in axes])
            builder.operator(_REDUCTIONS[type(node.op)], [*inputs, written], [output], keep_dims=False)
        case ops.BatchMatMul(transpose_left=left, transpose_right=right):
            builder.operator("BATCH_MATMUL", inputs, [output], adj_x=left, adj_y=right)
        case ops.Slice() | ops.Transpose() | ops.Take() | ops.Pad() | ops.Concat() | ops.ResizeBilinear():
            _move(builder, graph, node, inputs, output)
        case ops.ArgMax(axis=axis, least=least):
            at = builder.constant([axis + 1])
            builder.operator("ARG_MIN" if least else "ARG_MAX", [*inputs, at], [output])
        case ops.Dequantize():
            builder.operator("DEQUANTIZE", inputs, [output])
        case ops.Requantize() | ops.Quantize():
            builder.operator("QUANTIZE", inputs, [output])
        case ops.Conv2D() | ops.DepthwiseConv2D() | ops.MaxPool2D() | ops.AveragePool2D():
            builder.operator(_WINDOWED[type(node.op)], inputs, [output], **_window_options(node.op))
        case ops.Dense(activation=activation):
            builder.operator(
                "FULLY_CONNECTED", inputs, [output], fused_activation_function=_FUSED[activation]
            )
        case ops.Softmax(beta=beta):
            builder.operator("SOFTMAX", inputs, [output], beta=beta)
        case ops.LogSoftmax():
            builder.operator("LOG_SOFTMAX", inputs, [output])
        case ops.Unary(activation=curve):
            builder.operator({"sigmoid": "LOGISTIC", "tanh": "TANH"}[curve], inputs, [output])
        case _:
            raise AssertionError(node.op)


def _move(builder: ModelBuilder, graph: Graph, node: Node, inputs: list[int], output: int) -> None:
    """The batch is sliced whole, stays in front and has no border."""
    match node.op:
        case ops.Slice(begin=begin, size=size, strides=strides):
            lasts = [b + (s - 1) * stride for b, s, stride in zip(begin, size, strides, strict=True)]
            pairs = zip(lasts, strides, graph.tensors[node.inputs[0]].shape, strict=True)
            ends = [last + 1 if stride > 0 else last - 1 - side * (last == 0) for last, stride, side in pairs]
            rows = ([0, *begin], [1, *ends], [1, *strides])
            written = [builder.constant(row) for row in rows]
            builder.operator("STRIDED_SLICE", [*inputs, *written], [output])
        case ops.Transpose(permutation=order):
            at = builder.constant([0, *(axis + 1 for axis in order)])
            builder.operator("TRANSPOSE", [*inputs, at], [output])
        case ops.Take(axis=axis, indices=indices):
            at = builder.constant(list(indices))
            builder.operator("GATHER", [*inputs, at], [output], axis=axis + 1, batch_dims=0)
        case ops.Pad(pads=pads, value=value):
            sides = np.array([(0, 0), *pads], np.int32)
            at = builder.tensor(sides.shape, "INT32", data=sides)
            tensor = graph.tensors[node.outputs[0]]
            number = np.array([border_value(value, tensor)], tensor.dtype)
            border = builder.tensor((1,), tensor.dtype.upper(), tensor.quantization, data=number)
            builder.operator("PADV2", [*inputs, at, border], [output])
        case ops.Concat(axis=axis):
            builder.operator(
                "CONCATENATION", inputs, [output], axis=axis + 1, fused_activation_function="NONE"
            )
        case ops.ResizeBilinear(size=size, align_corners=corners, half_pixel_centers=centers):
            at = builder.constant(list(size))
            builder.operator(
                "RESIZE_BILINEAR", [*inputs, at], [output], align_corners=corners, half_pixel_centers=centers
            )
        case _:
            raise AssertionError(node.op)


def _window_options(
    op: ops.Conv2D | ops.DepthwiseConv2D | ops.MaxPool2D | ops.AveragePool2D,
) -> dict[str, OptionValue]:
    """Of a window that is not padded."""
    window = op.window
    assert not any(window.pads)
    options: dict[str, OptionValue] = {
        "padding": "VALID",
        "fused_activation_function": _FUSED[op.activation],
        "stride_h": window.strides[0],
        "stride_w": window.strides[1],
    }
    if isinstance(op, ops.MaxPool2D | ops.AveragePool2D):
        return options | {"filter_height": window.kernel[0], "filter_width": window.kernel[1]}
    options |= {"dilation_h_factor": window.dilations[0], "dilation_w_factor": window.dilations[1]}
    return options | ({"depth_multiplier": op.multiplier} if isinstance(op, ops.DepthwiseConv2D) else {})
