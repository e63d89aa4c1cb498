"""ConvInteger and MatMulInteger with constant scales behind them, against onnxruntime."""

from collections.abc import Callable

import numpy as np
import pytest
from onnx import TensorProto

from compiler.errors import ModelError
from compiler.frontends.onnx.read import read_onnx
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, Reshape
from tests.compiler.frontends.onnx_networks import Net, imported, steps_apart


def _integers(net: Net, *shape: int, dtype: type = np.int8) -> str:
    info = np.iinfo(dtype)
    return net.constant(net.rng.integers(info.min, info.max + 1, shape).astype(dtype))


def quantized_by(net: Net, y: str, scale: float = 0.05, zero_point: int = 3) -> str:
    step = (net.constant(np.float32(scale)), net.constant(np.int8(zero_point)))
    return net.add("DequantizeLinear", net.add("QuantizeLinear", y, *step), *step)


def _scaled(net: Net, sums: str, *shape: int) -> str:
    """Cast, the product of two scales, a float bias, Relu."""
    scale = net.add("Mul", net.constant(np.float32(0.02)), net.constant(np.full(shape, 0.01, np.float32)))
    y = net.add("Mul", net.add("Cast", sums, to=1), scale)
    bias = net.rng.normal(0, 0.3, shape).astype(np.float32)
    return net.add("Relu", net.add("Add", y, net.constant(bias)))


def _pixels(net: Net, *shape: int) -> str:
    return net.input("x", *shape, dtype=TensorProto.UINT8)


def _conv(net: Net) -> str:
    zeros = (net.constant(np.uint8(121)), net.constant(np.int8(0)))
    y = net.add(
        "ConvInteger", _pixels(net, 1, 3, 8, 8), _integers(net, 5, 3, 3, 3), *zeros, pads=[1, 1, 1, 1]
    )
    return _scaled(net, y, 1, 5, 1, 1)


def _depthwise(net: Net) -> str:
    zeros = (net.constant(np.uint8(121)), net.constant(np.uint8(128)))
    weight = _integers(net, 4, 1, 3, 3, dtype=np.uint8)
    return _scaled(net, net.add("ConvInteger", _pixels(net, 1, 4, 8, 8), weight, *zeros, group=4), 1, 4, 1, 1)


def _dense(net: Net) -> str:
    zeros = (net.constant(np.uint8(121)), net.constant(np.int8(4)))
    return _scaled(net, net.add("MatMulInteger", _pixels(net, 1, 30), _integers(net, 30, 6), *zeros), 6)


def _dense_of_columns(net: Net) -> str:
    """A zero point for each column."""
    zeros = (net.constant(np.uint8(121)), net.constant(np.arange(-3, 3, dtype=np.int8)))
    return _scaled(net, net.add("MatMulInteger", _pixels(net, 1, 30), _integers(net, 30, 6), *zeros), 6)


def _dense_with_int32_bias(net: Net) -> str:
    sums = net.add("MatMulInteger", _pixels(net, 1, 30), _integers(net, 30, 6))
    biased = net.add("Add", sums, net.constant(net.rng.integers(-90000, 90000, 6).astype(np.int32)))
    return net.add("Mul", net.add("Cast", biased, to=1), net.constant(np.float32(1e-4)))


def _quantized_input(net: Net) -> str:
    """The input's own quantization gives its scale."""
    step = (net.constant(np.float32(0.03)), net.constant(np.uint8(120)))
    x = net.add("QuantizeLinear", net.input("x", 1, 30), *step)
    return _scaled(net, net.add("MatMulInteger", x, _integers(net, 30, 6), step[1]), 6)


NETWORKS: dict[str, tuple[Callable[[Net], str], tuple[int, ...], type]] = {
    "conv": (_conv, (3, 8, 8), Conv2D),
    "depthwise": (_depthwise, (4, 8, 8), DepthwiseConv2D),
    "dense": (_dense, (30,), Dense),
    "dense of columns": (_dense_of_columns, (30,), Dense),
    "int32 bias": (_dense_with_int32_bias, (30,), Dense),
    "quantized input": (_quantized_input, (30,), Dense),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_sums_with_constant_scales_are_a_layer(name: str) -> None:
    write, shape, kind = NETWORKS[name]
    net = Net(71)
    data = net.model(quantized_by(net, write(net))).SerializeToString()
    if name == "quantized input":
        samples = net.rng.normal(size=(40, *shape)).astype(np.float32)
    else:
        samples = net.rng.integers(0, 256, (40, *shape)).astype(np.uint8)
    apart = steps_apart(data, samples, optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= max(2, 0.01 * apart.size)
    layers = [type(node.op) for node in imported(data)[1].nodes if not isinstance(node.op, Reshape)]
    assert layers.count(kind) == 1 and len(layers) <= 2


def test_an_int32_bias_is_taken_as_it_is() -> None:
    net = Net(71)
    graph = imported(net.model(quantized_by(net, _dense_with_int32_bias(net))).SerializeToString())[1]
    (dense,) = (node for node in graph.nodes if isinstance(node.op, Dense))
    stored = next(tensor for tensor in net.constants if tensor.data_type == TensorProto.INT32)
    np.testing.assert_array_equal(graph.weights[dense.inputs[2]], np.frombuffer(stored.raw_data, np.int32))


def test_sums_that_leave_the_network_are_refused() -> None:
    net = Net(72)
    y = net.add("MatMulInteger", _pixels(net, 1, 4), _integers(net, 4, 6))
    with pytest.raises(UnsupportedError, match="int32 sums leave the network"):
        read_onnx(net.model(y, dtype=TensorProto.INT32).SerializeToString(), "net")


def test_scales_of_the_run_are_refused_and_nothing_else_is_told() -> None:
    net = Net(73)
    x, scale, zero = net.split("DynamicQuantizeLinear", net.input("x", 1, 4), count=3)
    y = net.add("Cast", net.add("MatMulInteger", x, _integers(net, 4, 6), zero), to=1)
    with pytest.raises(UnsupportedError) as caught:
        read_onnx(net.model(net.add("Mul", y, scale)).SerializeToString(), "net")
    assert [reason.operator for reason in caught.value.reasons] == ["DynamicQuantizeLinear"]
    assert "found at run time" in str(caught.value)


@pytest.mark.parametrize("op", ["Relu", "Sigmoid", "MaxPool"])
def test_operators_on_sums_are_refused_or_wait(op: str) -> None:
    net = Net(74)
    sums = net.add("ConvInteger", _pixels(net, 1, 3, 8, 8), _integers(net, 5, 3, 3, 3))
    y = net.add(op, sums, **({"kernel_shape": [2, 2]} if op == "MaxPool" else {}))
    with pytest.raises(ModelError):
        read_onnx(net.model(quantized_by(net, net.add("Cast", y, to=6))).SerializeToString(), "net")


def test_two_computed_matrices_are_refused() -> None:
    net = Net(76)
    x = _pixels(net, 1, 4, 4)
    y = net.add("Cast", net.add("MatMulInteger", x, x), to=1)
    with pytest.raises(UnsupportedError, match="its weight is computed at run time"):
        read_onnx(net.model(quantized_by(net, y)).SerializeToString(), "net")


@pytest.mark.parametrize("zero_points", [np.zeros(3, np.int8), np.float32(0)])
def test_zero_points_that_do_not_fit_are_errors_of_the_file(zero_points: np.ndarray) -> None:
    net = Net(75)
    zeros = (net.constant(np.uint8(0)), net.constant(zero_points))
    y = net.add("MatMulInteger", _pixels(net, 1, 4), _integers(net, 4, 6), *zeros)
    with pytest.raises(ModelError, match="zero point"):
        read_onnx(net.model(quantized_by(net, net.add("Cast", y, to=1))).SerializeToString(), "net")
