"""Integers of fewer than 8 bits: weights of ONNX's int4 and uint4, activations that are clamped to them."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from compiler.errors import ModelError
from compiler.export.onnx_tensor import OnnxTensor
from compiler.frontends.onnx.read import import_onnx, read_onnx
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, Lookup
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import Net, imported, our_input, quantized, steps_apart

KINDS = {
    "INT4": (TensorProto.INT4, -8, 7), "UINT4": (TensorProto.UINT4, 0, 15), "INT2": (26, -2, 1),
    "UINT2": (25, 0, 3),
}  # fmt: skip


def _packed(name: str, kind: int, array: np.ndarray) -> onnx.TensorProto:
    """As ONNX stores them: 8 / bits to a byte, the first in the lowest bits."""
    bits = 4 if kind in (TensorProto.INT4, TensorProto.UINT4) else 2
    flat = array.ravel().astype(np.int64) & (2**bits - 1)
    together = 8 // bits
    flat = np.pad(flat, (0, -flat.size % together)).reshape(-1, together)
    data = sum(flat[:, place] << (bits * place) for place in range(together)).astype(np.uint8)  # type: ignore[union-attr]
    return onnx.TensorProto(name=name, data_type=kind, dims=array.shape, raw_data=data.tobytes())


def _pair(net: Net, x: str, scale: float = 0.03) -> str:
    step = (net.constant(np.float32(scale)), net.constant(np.int8(3)))
    return net.add("DequantizeLinear", net.add("QuantizeLinear", x, *step), *step)


def _few(net: Net, name: str, kind: int, array: np.ndarray) -> str:
    net.constants.append(_packed(name, kind, array))
    return name


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 6, 7])
def test_packed_tensors_are_unpacked(kind: str, count: int, typed: bool) -> None:
    number, low, high = KINDS[kind]
    array = np.random.default_rng(count).integers(low, high + 1, (count, 1))
    proto = _packed("w", number, array)
    if typed:
        proto.int32_data.extend(proto.raw_data)
        proto.ClearField("raw_data")
    found = OnnxTensor("w", (count, 1), proto, onnx.__file__).numbers()  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, array)
    assert found.dtype == (np.int8 if low else np.uint8)


def test_packed_tensors_with_too_few_bytes_are_refused() -> None:
    proto = _packed("w", TensorProto.INT4, np.zeros(6))
    with pytest.raises(ModelError, match="wrong number of bytes"):
        OnnxTensor("w", (7,), proto, onnx.__file__).numbers()  # type: ignore[arg-type]


def test_onnxruntimes_int4_weights() -> None:
    from onnxruntime.quantization import QuantType

    net = Net(41)
    y = net.add("Relu", net.conv(net.input("x", "N", 3, 9, 9), 8, 3, (3, 3), pads=[1, 1, 1, 1]))
    y = net.add("Flatten", net.conv(y, 8, 8, (3, 3), group=8, strides=[2, 2]))
    model = net.model(net.add("Gemm", y, net.normal(5, 128), net.normal(5), transB=1), opset=21)
    samples = net.rng.normal(size=(20, 3, 9, 9)).astype(np.float32)
    data = quantized(model, samples, weight_type=QuantType.QInt4)
    apart = steps_apart(data, samples)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 1
    graph = imported(data)[1]
    layers = [node for node in graph.nodes if isinstance(node.op, Conv2D | DepthwiseConv2D | Dense)]
    assert [graph.tensors[node.inputs[1]].dtype for node in layers] == ["int4"] * 3
    assert all(np.abs(graph.weights[node.inputs[1]]).max() <= 8 for node in layers)


@pytest.mark.parametrize("bias", [np.int32, np.float32, None])
def test_eight_bits_clamped_to_four_are_packed_where_their_bias_is_whole(bias: type | None) -> None:
    """As Brevitas writes 4-bit weights: QuantizeLinear to int8, Clip, DequantizeLinear."""
    net = Net(48)
    x = _pair(net, net.input("x", 1, 4, 6, 6))
    step = (net.constant(np.float32(0.0487)), net.constant(np.int8(0)))
    integers = net.add("QuantizeLinear", net.normal(6, 4, 3, 3), *step)
    weight = net.add("Clip", integers, net.constant(np.int8(-7)), net.constant(np.int8(7)))
    inputs = [x, net.add("DequantizeLinear", weight, *step)]
    if bias is np.int32:
        unit = net.constant(np.float32(0.03) * np.float32(0.0487))
        whole = net.constant(net.rng.integers(-500, 500, 6).astype(np.int32))
        inputs.append(net.add("DequantizeLinear", whole, unit))
    elif bias is not None:
        inputs.append(net.normal(6))
    data = net.model(_pair(net, net.add("Conv", *inputs), 0.05)).SerializeToString()
    apart = steps_apart(data, net.rng.normal(size=(20, 4, 6, 6)).astype(np.float32), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.002 * apart.size
    graph = imported(data)[1]
    (conv,) = (node for node in graph.nodes if isinstance(node.op, Conv2D))
    assert graph.tensors[conv.inputs[1]].dtype == ("int8" if bias is np.float32 else "int4")


@pytest.mark.parametrize("kind", KINDS)
def test_weights_of_every_kind_with_a_zero_point(kind: str) -> None:
    number, low, high = KINDS[kind]
    net = Net(42)
    x = _pair(net, net.input("x", 1, 6))
    stored = net.rng.integers(low, high + 1, (4, 6))
    weight = _few(net, "w", number, stored)
    zero = _few(net, "z", number, np.array((low + high + 1) // 2))
    real = net.add("DequantizeLinear", weight, net.constant(np.float32(0.1)), zero)
    data = net.model(_pair(net, net.add("Gemm", x, real, transB=1), 0.05), opset=25).SerializeToString()
    samples = net.rng.normal(size=(30, 6)).astype(np.float32)
    found, graph = imported(data)
    ours = run_int8(graph, our_input(found, graph, samples))[graph.outputs[0]]
    (grid,) = {graph.tensors[graph.inputs[0]].quantization}
    assert grid is not None
    integers = our_input(found, graph, samples).astype(np.float64) - grid.zero_point[0]
    sums = integers @ (stored - (low + high + 1) // 2).T * np.float32(0.03) * np.float32(0.1)
    np.testing.assert_array_equal(ours, np.clip(np.rint(sums / np.float32(0.05)) + 3, -128, 127))


def _reference(steps: np.ndarray, low: int, high: int, zero_point: int) -> np.ndarray:
    return np.clip(np.rint(steps) + zero_point, low, high)


@pytest.mark.parametrize(("kind", "zero_point"), [("INT4", -2), ("UINT4", 9), ("INT2", 0), ("UINT2", 1)])
def test_activations_of_few_bits_are_clamped(kind: str, zero_point: int) -> None:
    number, low, high = KINDS[kind]
    net = Net(43)
    scale = np.float32(0.25)
    step = (net.constant(scale), _few(net, "z", number, np.array(zero_point)))
    y = net.add("DequantizeLinear", net.add("QuantizeLinear", net.input("x", 1, 40), *step), *step)
    graph = read_onnx(net.model(y, opset=25).SerializeToString(), "net", float_ports=True)
    x = np.linspace(-6, 6, 40, dtype=np.float32)[None]
    ours = run_int8(graph, x)[graph.outputs[0]]
    np.testing.assert_array_equal(ours, (_reference(x / scale, low, high, zero_point) - zero_point) * scale)


def test_integers_that_a_clip_narrows_leave_the_network_narrowed() -> None:
    net = Net(44)
    step = (net.constant(np.float32(0.1)), net.constant(np.int8(0)))
    y = net.add("QuantizeLinear", net.input("x", 1, 50), *step)
    y = net.add("Clip", y, net.constant(np.int8(-7)), net.constant(np.int8(7)))
    data = net.model(y, dtype=TensorProto.INT8).SerializeToString()
    samples = net.rng.normal(size=(10, 50)).astype(np.float32)
    assert steps_apart(data, samples).max() == 0
    assert any(isinstance(node.op, Lookup) for node in imported(data)[1].nodes)


def test_the_greatest_of_narrowed_integers_is_the_first() -> None:
    net = Net(45)
    step = (net.constant(np.float32(0.1)), net.constant(np.int8(0)))
    y = net.add("QuantizeLinear", net.input("x", 1, 8), *step)
    y = net.add("Clip", y, net.constant(np.int8(-7)), net.constant(np.int8(7)))
    data = net.model(net.add("ArgMax", y, axis=1, keepdims=0), dtype=TensorProto.INT64).SerializeToString()
    graph = import_onnx(data, "net").graph
    x = np.array([[0, 9, 20, 3, 40, 1, 2, 3]], np.int8)
    assert run_int8(graph, x)[graph.outputs[0]].ravel().tolist() == [1]


@pytest.mark.parametrize("most", [1, 7])
def test_a_float_bias_is_not_rounded_to_the_large_unit_of_few_bits(most: int) -> None:
    """Weights of -1, 0 and 1 count in steps that are larger than the output's."""
    net = Net(47)
    x = _pair(net, net.input("x", 1, 4, 8, 8))
    integers = net.constant(net.rng.integers(-most, most + 1, (6, 4, 3, 3)).astype(np.int8))
    step = (net.constant(np.full(6, 0.7 / most, np.float32)), net.constant(np.zeros(6, np.int8)))
    weight = net.add("DequantizeLinear", integers, *step, axis=0)
    y = net.add("Conv", x, weight, net.constant(net.rng.normal(0, 0.2, 6).astype(np.float32)))
    data = net.model(_pair(net, y, 0.02)).SerializeToString()
    apart = steps_apart(data, net.rng.normal(size=(30, 4, 8, 8)).astype(np.float32), optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 0.02 * apart.size
    (conv,) = (node for node in imported(data)[1].nodes if isinstance(node.op, Conv2D))
    assert np.abs(imported(data)[1].weights[conv.inputs[1]]).max() > 100
