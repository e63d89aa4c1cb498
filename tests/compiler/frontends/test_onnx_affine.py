"""Batch norms and scales by channel between a layer and its quantization, as training leaves them, against
onnxruntime: folded into weight scales and bias, within 1 where the bias rounds."""

import numpy as np
import pytest

from compiler.errors import ModelError
from compiler.frontends.onnx.affine import folded
from compiler.frontends.onnx.read import read_onnx
from compiler.frontends.onnx.values import Affine, Constant, Steps
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, Reshape, TransposeConv2D
from tests.compiler.frontends.onnx_networks import Net, imported, steps_apart

CHANNELS = 6


def quantized_by(net: Net, x: str, scale: float, zero_point: int = 3) -> str:
    step = (net.constant(np.float32(scale)), net.constant(np.int8(zero_point)))
    return net.add("DequantizeLinear", net.add("QuantizeLinear", x, *step), *step)


def _weight(net: Net, shape: tuple[int, ...], axis: int = 0) -> str:
    array = net.rng.integers(-128, 128, shape).astype(np.int8)
    scale = net.rng.uniform(0.002, 0.006, shape[axis]).astype(np.float32)
    zeros = np.zeros(shape[axis], np.int8)
    return net.add(
        "DequantizeLinear", net.constant(array), net.constant(scale), net.constant(zeros), axis=axis
    )


def _batch_norm(net: Net, y: str, gamma: np.ndarray) -> str:
    numbers = (gamma, net.rng.normal(0, 0.3, CHANNELS), net.rng.normal(0, 0.3, CHANNELS))
    variance = net.rng.uniform(0.3, 1.5, CHANNELS)
    parameters = [net.constant(array.astype(np.float32)) for array in (*numbers, variance)]
    return net.add("BatchNormalization", y, *parameters, epsilon=1e-3)


def _gamma(net: Net) -> np.ndarray:
    """Of both signs, none near 0."""
    return net.rng.uniform(0.5, 1.5, CHANNELS) * np.resize([1, -1], CHANNELS)


def _by_channel(net: Net) -> str:
    return net.constant(net.rng.uniform(0.5, 2, (1, CHANNELS, 1, 1)).astype(np.float32))


def _map(net: Net, bias: bool = False) -> str:
    x = quantized_by(net, net.input("x", 1, 4, 8, 8), 0.03)
    biases = (net.constant(net.rng.normal(0, 0.2, CHANNELS).astype(np.float32)),) if bias else ()
    return net.add("Conv", x, _weight(net, (CHANNELS, 4, 3, 3)), *biases, pads=[1, 1, 1, 1])


def _torchs_training(net: Net) -> str:
    """Weights were scaled before their quantization: divided out again, the bias added, the norm applied."""
    y = net.add("Div", _map(net), _by_channel(net))
    bias = net.constant(net.rng.normal(0, 0.2, (1, CHANNELS, 1, 1)).astype(np.float32))
    return net.add("Relu", _batch_norm(net, net.add("Add", y, bias), np.abs(_gamma(net))))


def _depthwise(net: Net) -> str:
    x = quantized_by(net, net.input("x", 1, 3, 8, 8), 0.03)
    y = net.add("Conv", x, _weight(net, (CHANNELS, 1, 3, 3)), group=3)
    return _batch_norm(net, y, _gamma(net))


def _dense(net: Net) -> str:
    x = quantized_by(net, net.input("x", 1, 24), 0.03)
    return _batch_norm(net, net.add("Gemm", x, _weight(net, (CHANNELS, 24)), transB=1), _gamma(net))


def _rows(net: Net) -> str:
    x = quantized_by(net, net.input("x", 1, 5, 24), 0.03)
    y = net.add("MatMul", x, _weight(net, (24, CHANNELS), 1))
    y = net.add("Mul", y, net.constant(net.rng.uniform(0.5, 2, CHANNELS).astype(np.float32)))
    return net.add("Sub", net.constant(np.float32(0.4)), y)


NETWORKS = {
    "conv": (lambda net: _batch_norm(net, _map(net), _gamma(net)), (4, 8, 8), Conv2D),
    "with bias": (lambda net: _batch_norm(net, _map(net, bias=True), _gamma(net)), (4, 8, 8), Conv2D),
    "trained": (_torchs_training, (4, 8, 8), Conv2D),
    "depthwise": (_depthwise, (3, 8, 8), DepthwiseConv2D),
    "dense": (_dense, (24,), Dense),
    "rows": (_rows, (5, 24), Conv2D),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_it_becomes_the_layers_scales_and_bias(name: str) -> None:
    write, shape, kind = NETWORKS[name]
    net = Net(31)
    data = net.model(quantized_by(net, write(net), 0.02, -10)).SerializeToString()
    apart = steps_apart(data, net.rng.normal(size=(40, *shape)).astype(np.float32), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.01 * apart.size
    layers = [node.op for node in imported(data)[1].nodes if not isinstance(node.op, Reshape)]
    assert [type(op) for op in layers] == [kind]


def test_a_transposed_convolution_too() -> None:
    net = Net(32)
    x = quantized_by(net, net.input("x", 1, 4, 5, 5), 0.03)
    y = net.add("ConvTranspose", x, _weight(net, (4, CHANNELS, 3, 3), 1), strides=[2, 2])
    data = net.model(quantized_by(net, _batch_norm(net, y, np.abs(_gamma(net))), 0.02)).SerializeToString()
    apart = steps_apart(data, net.rng.normal(size=(20, 4, 5, 5)).astype(np.float32), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.01 * apart.size
    assert [type(node.op) for node in imported(data)[1].nodes] == [TransposeConv2D]


@pytest.mark.parametrize("gamma", [0.0, 1e-30, 1e-12, 1e-7])
def test_a_channel_that_training_gave_up_is_its_bias(gamma: float) -> None:
    net = Net(33)
    y = _batch_norm(net, _map(net), np.array([gamma, 1, -gamma, 1, 1, gamma]))
    data = net.model(quantized_by(net, y, 0.02)).SerializeToString()
    apart = steps_apart(data, net.rng.normal(size=(20, 4, 8, 8)).astype(np.float32), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.01 * apart.size


def test_folding_keeps_the_products_of_turned_channels() -> None:
    integers = np.arange(-128, 128, dtype=np.int64).astype(np.int8).reshape(2, 128)
    steps = Steps(scale=np.float32(0.5), zero_point=np.array(7, np.int8))
    affine = Affine(scale=np.array([-2.0, 3.0]), shift=np.zeros(2))
    weight, bias = folded(Constant(array=integers, steps=steps), None, affine, 0, 0.25)
    expected = (integers.astype(np.float32) - 7) * 0.5 * np.array([[-2], [3]], np.float32)
    np.testing.assert_array_equal(weight.real(), expected)
    assert bias is None and weight.array.dtype == np.int8


def test_coarser_weights_stay_near_where_the_bias_is_large() -> None:
    steps = Steps(scale=np.float32(1.0), zero_point=np.array(0, np.int8))
    integers = np.full((1, 4), 100, np.int8)
    affine = Affine(scale=np.array([1e-9]), shift=np.array([4.0]))
    weight, bias = folded(Constant(array=integers, steps=steps), None, affine, 0, 1.0)
    assert bias is not None and weight.steps is not None
    assert 4.0 / weight.steps.scale[0] <= 2**30 * 1.001
    np.testing.assert_allclose(weight.real(), 100e-9, rtol=0.02)


def test_a_norm_of_what_is_not_quantized_is_refused() -> None:
    net = Net(34)
    x = quantized_by(net, net.input("x", 1, CHANNELS, 4, 4), 0.03)
    y = quantized_by(net, _batch_norm(net, net.add("AveragePool", x, kernel_shape=[2, 2]), _gamma(net)), 0.02)
    with pytest.raises(UnsupportedError, match="neither a quantized map nor a layer's result"):
        read_onnx(net.model(y).SerializeToString(), "net")


def test_a_norm_of_rows_is_none_of_a_dense_layers_columns() -> None:
    net = Net(41)
    x = quantized_by(net, net.input("x", 1, CHANNELS, 24), 0.03)
    y = _batch_norm(net, net.add("MatMul", x, _weight(net, (24, CHANNELS), 1)), _gamma(net))
    with pytest.raises(UnsupportedError, match="neither a quantized map nor a layer's result"):
        read_onnx(net.model(quantized_by(net, y, 0.02)).SerializeToString(), "net")


def test_a_bias_of_another_length_is_told() -> None:
    net = Net(42)
    x = quantized_by(net, net.input("x", 1, 4, 8, 8), 0.03)
    y = net.add("Conv", x, _weight(net, (CHANNELS, 4, 3, 3)), net.normal(CHANNELS - 1))
    y = quantized_by(net, _batch_norm(net, y, _gamma(net)), 0.02)
    with pytest.raises(ModelError, match="5 numbers for 6 channels"):
        read_onnx(net.model(y).SerializeToString(), "net")


@pytest.mark.parametrize("shape", [(CHANNELS, 5, 4), (CHANNELS, 9)])
def test_a_norm_of_a_quantized_map_is_a_depthwise_layer(shape: tuple[int, ...]) -> None:
    net = Net(39)
    y = net.add("Relu", _batch_norm(net, quantized_by(net, net.input("x", 1, *shape), 0.03), _gamma(net)))
    data = net.model(quantized_by(net, y, 0.02, -128)).SerializeToString()
    apart = steps_apart(data, net.rng.normal(size=(40, *shape)).astype(np.float32), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.01 * apart.size
    layers = [node.op for node in imported(data)[1].nodes if not isinstance(node.op, Reshape)]
    assert [type(op) for op in layers] == [DepthwiseConv2D]


@pytest.mark.parametrize("between", [False, True])
def test_pixels_are_normalized_within_the_network(between: bool) -> None:
    """Less a mean, by a deviation of each channel, as image networks ask for."""
    net = Net(40)
    y = net.add(
        "Div", net.add("Cast", net.input("x", 1, 3, 6, 6, dtype=2), to=1), net.constant(np.float32(255))
    )
    mean = net.constant(np.array([0.485, 0.456, 0.406], np.float32).reshape(1, 3, 1, 1))
    deviation = net.constant(np.array([0.229, 0.224, 0.225], np.float32).reshape(3, 1, 1))
    y = quantized_by(net, y, 1 / 255, -128) if between else y
    y = net.add("Div", net.add("Sub", y, mean), deviation)
    data = net.model(quantized_by(net, y, 0.0187, -14)).SerializeToString()
    apart = steps_apart(data, net.rng.integers(0, 256, (30, 3, 6, 6)).astype(np.uint8), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.02 * apart.size
    layers = [type(node.op) for node in imported(data)[1].nodes]
    assert layers.count(DepthwiseConv2D) == 1 and len(layers) <= 2


@pytest.mark.parametrize("number", [np.nan, np.inf, 0.0])
def test_numbers_that_are_none_are_told(number: float) -> None:
    net = Net(35)
    divisor = net.constant(np.full((1, CHANNELS, 1, 1), number, np.float32))
    op = "Mul" if number else "Div"
    y = quantized_by(net, net.add(op, _map(net), divisor), 0.02)
    with pytest.raises(ModelError, match="not finite"):
        read_onnx(net.model(y).SerializeToString(), "net")


@pytest.mark.parametrize("times", [2, 9])
@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.filterwarnings("error")
def test_factors_beyond_all_numbers_are_told(mapped: bool, times: int) -> None:
    net = Net(43)
    y = quantized_by(net, net.input("x", 1, CHANNELS, 4, 4), 0.03) if mapped else _map(net, bias=True)
    for _ in range(times):
        y = net.add("Mul", y, net.constant(np.full((1, CHANNELS, 1, 1), -3e38, np.float32)))
    y = quantized_by(net, y, 0.02)
    with pytest.raises(UnsupportedError, match=r"not finite|greater than any number"):
        read_onnx(net.model(y).SerializeToString(), "net")


def test_pytorchs_cast_behind_quantize_is_nothing() -> None:
    net = Net(36)
    step = (net.constant(np.float32(0.03)), net.constant(np.uint8(120)))
    integers = net.add("QuantizeLinear", net.input("x", 1, 4, 8, 8), *step)
    x = net.add("DequantizeLinear", net.add("Cast", integers, to=2), *step)
    y = net.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    y = net.add("DequantizeLinear", net.add("Cast", net.add("QuantizeLinear", y, *step), to=2), *step)
    data = net.model(y).SerializeToString()
    assert steps_apart(data, net.rng.normal(size=(20, 4, 8, 8)).astype(np.float32)).max() == 0


def test_integers_cast_to_float_are_real_numbers() -> None:
    net = Net(37)
    pixels = net.add("Cast", net.input("x", 1, 3, 4, 4, dtype=2), to=1)
    scaled = net.add(
        "Sub", net.add("Div", pixels, net.constant(np.float32(127.5))), net.constant(np.float32(1))
    )
    data = net.model(quantized_by(net, scaled, 0.008)).SerializeToString()
    samples = net.rng.integers(0, 256, (20, 3, 4, 4)).astype(np.uint8)
    assert steps_apart(data, samples).max() == 0


@pytest.mark.parametrize(("to", "name"), [(6, "INT32"), (10, "FLOAT16"), (99, "type 99")])
def test_other_casts_are_refused(to: int, name: str) -> None:
    net = Net(38)
    step = (net.constant(np.float32(0.03)), net.constant(np.int8(0)))
    y = net.add("Cast", net.add("QuantizeLinear", net.input("x", 1, 4), *step), to=to)
    with pytest.raises(UnsupportedError, match=f"casts to {name}"):
        read_onnx(net.model(y).SerializeToString(), "net")
