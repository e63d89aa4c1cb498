"""Networks that onnxruntime quantized, read by us, against onnxruntime."""

import numpy as np
import pytest

from compiler.frontends.onnx.finish import finished
from compiler.frontends.onnx.read import import_onnx
from compiler.ir.ops import Concat, Conv2D, DepthwiseConv2D, Reshape, Transpose, TransposeConv2D
from tests.compiler.frontends.onnx_networks import Net, imported, quantized, steps_apart

FORMATS = pytest.mark.parametrize(
    ("qdq", "unsigned", "per_channel"),
    [
        (True, False, False), (True, False, True), (True, True, False), (True, True, True),
        (False, False, True), (False, True, False), (False, True, True),
    ],
)  # fmt: skip


def _convnet(net: Net) -> str:
    """Strides, depthwise, uneven pads, pooling, and a dense layer that reads a flattened map."""
    x = net.input("x", "N", 3, 15, 13)
    y = net.add("Relu", net.conv(x, 8, 3, (3, 3), strides=[2, 2], pads=[1, 0, 1, 1]))
    y = net.add("Relu", net.conv(y, 8, 8, (3, 3), group=8, pads=[1, 1, 1, 1]))
    y = net.conv(y, 6, 8, (1, 1))
    y = net.add("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2])
    y = net.add("Flatten", y)
    return net.add("Gemm", y, net.normal(5, 6 * 4 * 3), net.normal(5), transB=1)


def _samples(net: Net, *shape: int, count: int = 20) -> np.ndarray:
    return net.rng.normal(size=(count, *shape)).astype(np.float32)


@FORMATS
def test_a_convnet_gives_onnxruntimes_integers(qdq: bool, unsigned: bool, per_channel: bool) -> None:
    net = Net(1)
    model = net.model(_convnet(net))
    data = quantized(model, _samples(net, 3, 15, 13), qdq=qdq, unsigned=unsigned, per_channel=per_channel)
    apart = steps_apart(data, _samples(net, 3, 15, 13, count=100))
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 1


def test_no_transpose_is_left_of_a_convnet() -> None:
    net = Net(2)
    data = quantized(net.model(_convnet(net)), _samples(net, 3, 15, 13))
    found, graph = imported(data)
    assert not any(isinstance(node.op, Transpose) for node in graph.nodes)
    assert graph.tensors[graph.inputs[0]].shape == (15, 13, 3) and found.inputs == ((2, 3, 1),)
    assert graph.rounding == "single"
    assert graph.inputs == ("x",)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("dilations", [[1, 1], [2, 1]])
@pytest.mark.parametrize("auto_pad", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"])
def test_convolutions_of_every_window(groups: int, dilations: list[int], auto_pad: str) -> None:
    net = Net(3)
    x = net.input("x", 1, 8, 9, 7)
    pads = {"pads": [2, 0, 1, 3]} if auto_pad == "NOTSET" else {}
    if auto_pad.startswith("SAME"):
        dilations = [1, 1]
    y = net.conv(
        x, 8, 8, (3, 2), group=groups, dilations=dilations, auto_pad=auto_pad, strides=[2, 1], **pads
    )
    data = quantized(net.model(y), _samples(net, 8, 9, 7), per_channel=True)
    assert steps_apart(data, _samples(net, 8, 9, 7)).max() == 0
    _, graph = imported(data)
    (conv,) = (node.op for node in graph.nodes if not isinstance(node.op, Reshape))
    assert isinstance(conv, Conv2D) and conv.groups == groups


def test_a_depthwise_multiplier_counts_as_onnx_counts() -> None:
    net = Net(4)
    y = net.conv(net.input("x", 1, 4, 6, 6), 12, 4, (3, 3), group=4)
    data = quantized(net.model(y), _samples(net, 4, 6, 6), per_channel=True)
    assert steps_apart(data, _samples(net, 4, 6, 6)).max() == 0
    (node,) = imported(data)[1].nodes
    assert isinstance(node.op, DepthwiseConv2D) and node.op.multiplier == 3


def test_a_series_is_a_map_one_column_wide() -> None:
    net = Net(5)
    y = net.add("Relu", net.conv(net.input("x", 1, 3, 20), 4, 3, (5,), strides=[2], pads=[2, 1]))
    y = net.add("MaxPool", y, kernel_shape=[3], strides=[2])
    y = net.add("Flatten", net.conv(y, 4, 4, (3,), group=4))
    data = quantized(net.model(net.add("Gemm", y, net.normal(8, 2), net.normal(2))), _samples(net, 3, 20))
    assert steps_apart(data, _samples(net, 3, 20, count=100)).max() == 0


def test_a_matrix_of_several_rows() -> None:
    net = Net(6)
    x = net.input("x", 1, 5, 12)
    y = net.add("MatMul", x, net.normal(12, 7))
    data = quantized(net.model(y), _samples(net, 5, 12), per_channel=True)
    assert steps_apart(data, _samples(net, 5, 12, count=50)).max() == 0


def test_float_networks_are_quantized_on_calibration_data() -> None:
    from compiler.ir.encode import quantize_real
    from compiler.reference.integer_interpreter import run_int8
    from tests.compiler.frontends.onnx_networks import ort_outputs

    net = Net(7)
    x = net.input("x", "N", 3, 12, 12)
    y = net.conv(x, 8, 3, (3, 3), pads=[1, 1, 1, 1])
    numbers = [net.constant(np.abs(net.rng.normal(1, 0.2, 8)).astype(np.float32)) for _ in range(4)]
    y = net.add(
        "Clip",
        net.add("BatchNormalization", y, *numbers),
        net.constant(np.float32(0)),
        net.constant(np.float32(6)),
    )
    y = net.add("AveragePool", y, kernel_shape=[2, 2], strides=[2, 2])
    y = net.add("HardSwish", net.add("Add", y, net.conv(y, 8, 8, (1, 1))))
    y = net.add("Flatten", net.add("GlobalAveragePool", y))
    data = net.model(net.add("Gemm", y, net.normal(8, 4), net.normal(4))).SerializeToString()
    samples = _samples(net, 3, 12, 12, count=64)
    found = import_onnx(data, "net")
    graph = finished(found, "net", samples)
    channels_last = finished(found, "net", {"x": samples.transpose(0, 2, 3, 1)})
    assert all((graph.weights[name] == channels_last.weights[name]).all() for name in graph.weights)
    given, made = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    assert given.quantization is not None and made.quantization is not None
    ours = run_int8(graph, quantize_real(samples.transpose(0, 2, 3, 1), given.quantization))
    real = (ours[graph.outputs[0]].astype(float) - made.quantization.zero_point[0]) * made.quantization.scale[
        0
    ]
    theirs = ort_outputs(data, samples)
    assert np.abs(real - theirs).max() < 0.06 * np.ptp(theirs)


@pytest.mark.parametrize("zero_point", [0, 3, 128, 255])
def test_a_transposed_convolution_of_weights_with_any_zero_point(zero_point: int) -> None:
    net = Net(8)
    step = (net.constant(np.float32(0.031)), net.constant(np.uint8(131)))
    x = net.add("DequantizeLinear", net.add("QuantizeLinear", net.input("x", 1, 3, 5, 4), *step), *step)
    weight = net.rng.integers(0, 256, (3, 4, 3, 2)).astype(np.uint8)
    weight[0, 0, :2, 0] = (0, 255)
    units = (net.constant(np.float32(0.0041)), net.constant(np.uint8(zero_point)))
    y = net.add("ConvTranspose", x, net.add("DequantizeLinear", net.constant(weight), *units), strides=[2, 1])
    out = (net.constant(np.float32(0.0213)), net.constant(np.uint8(120)))
    y = net.add("DequantizeLinear", net.add("QuantizeLinear", y, *out), *out)
    data = net.model(y).SerializeToString()
    apart = steps_apart(data, _samples(net, 3, 5, 4, count=50), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 1
    kinds = [type(node.op) for node in imported(data)[1].nodes]
    assert kinds == ([TransposeConv2D] if zero_point == 128 else [Concat, TransposeConv2D])
