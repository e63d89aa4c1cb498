"""What reading an ONNX file promises besides its numbers: ports, names, errors, float borders."""

from collections.abc import Callable

import numpy as np
import pytest
from onnx import TensorProto

from compiler.errors import ModelError
from compiler.frontends.onnx.read import import_onnx, read_onnx
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.ops import Activate, Dense, Dequantize, Lookup, Quantize
from compiler.reference.float_interpreter import run_float
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import Net, imported, ort_outputs, our_input, quantized, wrapped


def _step(net: Net, scale: float, zero_point: int, dtype: type = np.int8) -> tuple[str, str]:
    return net.constant(np.float32(scale)), net.constant(dtype(zero_point))


def _real(net: Net, x: str, scale: float = 0.05, zero_point: int = 3) -> str:
    step = _step(net, scale, zero_point)
    return net.add("DequantizeLinear", net.add("QuantizeLinear", x, *step), *step)


def _refused(net: Net, y: str, **options: object) -> UnsupportedError:
    with pytest.raises(UnsupportedError) as caught:
        read_onnx(net.model(y, **options).SerializeToString(), "net")  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (lambda n, x: n.add("Conv", _real(n, x), n.normal(2, 4, 1, 1)), "weights are float"),
        (lambda n, x: _real(n, n.add("Sigmoid", n.add("Relu", x))), "reads float numbers"),
        (lambda n, x: n.add("Einsum", _real(n, x), equation="nchw->nhwc"), "no such operator"),
        (lambda n, x: n.add("QLinearWhere", x, domain="com.microsoft"), "no such operator"),
        (lambda n, x: n.add("MaxPool", _real(n, x), kernel_shape=[2, 2], dilations=[2, 2]), "dilated"),
        (lambda n, x: _real(n, n.add("Softmax", _real(n, x)), 1e-4), "finer than 1/256"),
        (lambda n, x: n.add("DynamicQuantizeLinear", x), "at run time"),
    ],
)  # fmt: skip
def test_reasons(write: Callable[[Net, str], str], why: str) -> None:
    net = Net()
    y = write(net, net.input("x", 1, 4, 6, 6))
    z = _real(net, net.inputs[0].name, 0.1, 0)
    error = _refused(net, y) if "Quantize" in y or "dynamic" not in y else _refused(net, z)
    assert why in str(error)


@pytest.mark.parametrize(
    ("shape", "why"), [((1, 3, "H", "W"), "leaves sizes open"), ((1, 3, 0, 4), "has the shape")]
)
def test_open_sizes(shape: tuple[int | str, ...], why: str) -> None:
    net = Net()
    model = net.model(net.add("Relu", net.input("x", *shape)))
    with pytest.raises(ModelError, match=why):
        read_onnx(model.SerializeToString(), "net")


def test_a_batch_is_refused_where_a_map_is_read() -> None:
    net = Net()
    x = _real(net, net.input("x", 8, 3, 4, 4))
    assert "a batch of 8" in str(_refused(net, _real(net, net.add("MaxPool", x, kernel_shape=[2, 2]))))


def test_a_float_file_needs_calibration_data_that_fits() -> None:
    net = Net()
    data = net.model(net.conv(net.input("x", 1, 3, 6, 6), 4, 3, (3, 3))).SerializeToString()
    with pytest.raises(ModelError, match="is a float network"):
        read_onnx(data, "net")
    with pytest.raises(ModelError, match=r"\[3, 7, 6\] a sample; the network reads \[3, 6, 6\]"):
        read_onnx(data, "net", calibration=np.zeros((2, 3, 7, 6), np.float32))
    with pytest.raises(ModelError, match="not finite"):
        read_onnx(data, "net", calibration={"a": np.full((2, 3, 6, 6), np.nan, np.float32)})
    with pytest.raises(ModelError, match="has no array 'x'"):
        read_onnx(data, "net", calibration={"a": np.zeros(1), "b": np.zeros(1)})
    graph = read_onnx(data, "net", calibration=np.ones((2, 3, 6, 6), np.float32))
    assert graph.rounding == "double" and graph.tensors[graph.inputs[0]].shape == (6, 6, 3)


def test_what_a_float_network_cannot_hold_is_told() -> None:
    net = Net()
    y = net.conv(net.input("x", 1, 3, 6, 6), 4, 3, (3, 3))
    y = net.add("MatMul", net.add("Reshape", y, net.constant(np.array([1, 8, 8]))), net.normal(8, 3))
    assert "a float Transpose" in str(_refused(net, y))


def test_a_quantized_file_takes_no_calibration_data() -> None:
    net = Net()
    data = net.model(_real(net, net.add("Tanh", _real(net, net.input("x", 1, 4))))).SerializeToString()
    with pytest.raises(ModelError, match="quantized already"):
        read_onnx(data, "net", calibration=np.zeros((1, 4), np.float32))


def test_ports_keep_their_names_and_types() -> None:
    net = Net()
    left, right = _real(net, net.input("left", 1, 3, 4, 4)), _real(net, net.input("right", 1, 3, 4, 4), 0.1)
    both = _real(net, net.add("Concat", left, right, axis=1), 0.1)
    top = _real(net, net.add("MaxPool", left, kernel_shape=[4, 4]))
    _, graph = imported(net.model(both, top).SerializeToString())
    assert graph.inputs == ("left", "right") and graph.outputs == (both, top)
    assert graph.tensors[both].shape == (4, 4, 6)


def test_float_ports_convert_at_the_border() -> None:
    net = Net(3)
    model = net.model(net.add("Relu", net.conv(net.input("x", 1, 2, 5, 5), 3, 2, (3, 3))))
    samples = net.rng.normal(size=(20, 2, 5, 5)).astype(np.float32)
    data = wrapped(model, samples)
    graph = read_onnx(data, "net", float_ports=True)
    kinds = [type(node.op) for node in graph.nodes]
    assert kinds[0] is Quantize and kinds[-1] is Dequantize
    (name,) = graph.outputs
    ours = run_int8(graph, np.ascontiguousarray(samples.transpose(0, 2, 3, 1)))[name]
    np.testing.assert_array_equal(ours.transpose(0, 3, 1, 2), ort_outputs(data, samples))


def test_halves_go_to_the_even_integer_as_in_onnx() -> None:
    net = Net()
    data = net.model(_real(net, net.input("x", 1, 6), 0.5, 0)).SerializeToString()
    x = np.array([[0.25, 0.75, 1.25, -0.25, -0.75, 100]], np.float32)
    graph = read_onnx(data, "net", float_ports=True)
    np.testing.assert_array_equal(run_int8(graph, x)[graph.outputs[0]], ort_outputs(data, x, optimized=False))


@pytest.mark.parametrize("zero_point", [128, 120])
def test_uint8_weights_become_int8_where_they_fit(zero_point: int) -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 6))
    weight = net.rng.integers(1, zero_point + 100, (6, 4)).astype(np.uint8)
    real = net.add("DequantizeLinear", net.constant(weight), *_step(net, 0.01, zero_point, np.uint8))
    _, graph = imported(net.model(_real(net, net.add("MatMul", x, real), 0.1)).SerializeToString())
    (stored,) = (array for array in graph.weights.values() if array.ndim == 2)
    np.testing.assert_array_equal(stored, weight.T.astype(int) - zero_point)


def test_weights_far_from_their_zero_point_keep_it() -> None:
    net = Net(5)
    x = _real(net, net.input("x", 1, 6))
    weight = net.rng.integers(0, 256, (6, 4)).astype(np.uint8)
    real = net.add("DequantizeLinear", net.constant(weight), *_step(net, 0.01, 3, np.uint8))
    data = net.model(_real(net, net.add("MatMul", x, real), 0.1)).SerializeToString()
    found, graph = imported(data)
    (dense,) = (node for node in graph.nodes if isinstance(node.op, Dense))
    quantization = graph.tensors[dense.inputs[1]].quantization
    assert quantization is not None and quantization.zero_point == (3 - 128,)
    samples = net.rng.normal(size=(30, 6)).astype(np.float32)
    ours = run_int8(graph, our_input(found, graph, samples))[graph.outputs[0]]
    steps = np.rint(ort_outputs(data, samples) / np.float32(0.1)) + 3
    assert np.abs(ours.reshape(steps.shape) - steps).max() <= 1


def test_chains_of_float_operators_on_one_value_are_one_table() -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 4, 3, 3))
    y = net.add("Mul", x, net.add("Sigmoid", net.add("Add", x, net.constant(np.float32(0.5)))))
    _, graph = imported(net.model(_real(net, net.add("Tanh", y), 0.01, 0)).SerializeToString())
    assert [type(node.op) for node in graph.nodes] == [Lookup]


def test_a_relu_of_one_scale_is_a_clamp_without_a_table() -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 4, 3, 3))
    _, graph = imported(net.model(_real(net, net.add("Relu", x))).SerializeToString())
    assert [node.op for node in graph.nodes] == [Activate(activation="relu")]


def test_integer_ports_of_uint8_stand_for_the_same_numbers() -> None:
    net = Net()
    x = net.input("x", 1, 4, dtype=TensorProto.UINT8)
    step = _step(net, 0.1, 100, np.uint8)
    y = net.add("QuantizeLinear", net.add("Relu", net.add("DequantizeLinear", x, *step)), *step)
    _, graph = imported(net.model(y, dtype=TensorProto.UINT8).SerializeToString())
    grid = graph.tensors["x"].quantization
    assert graph.tensors["x"].dtype == "int8" and grid is not None and grid.zero_point == (-28,)


def test_equal_files_give_equal_graphs() -> None:
    net = Net(9)
    model = net.model(net.conv(net.input("x", 1, 3, 6, 6), 4, 3, (3, 3)))
    data = quantized(model, np.random.default_rng(0).normal(size=(4, 3, 6, 6)).astype(np.float32))
    first, second = (import_onnx(data, "net").graph for _ in range(2))
    assert first == second
    assert all((first.weights[name] == second.weights[name]).all() for name in first.weights)


def test_a_float_scalar_needs_no_order_of_axes() -> None:
    net = Net()
    y = net.add("MaxPool", net.input("x", 1, 3, 6, 6), kernel_shape=[2, 2])
    y = net.add("Mul", net.add("Flatten", y), net.constant(np.float32(2)))
    y = net.add("Gemm", net.add("Add", y, net.constant(np.float32(-1))), net.normal(75, 4), net.normal(4))
    data = net.model(y).SerializeToString()
    samples = net.rng.normal(size=(20, 3, 6, 6)).astype(np.float32)
    imported_graph = import_onnx(data, "net").graph
    ours = run_float(imported_graph, np.ascontiguousarray(samples.transpose(0, 2, 3, 1)))
    theirs = ort_outputs(data, samples)
    np.testing.assert_allclose(ours[imported_graph.outputs[0]], theirs, rtol=1e-4, atol=1e-4)


def test_a_batch_norm_of_equal_numbers_on_a_flattened_map() -> None:
    net = Net()
    y = net.add("Flatten", net.add("MaxPool", net.input("x", 1, 3, 6, 6), kernel_shape=[2, 2]))
    numbers = [net.constant(np.full(75, value, np.float32)) for value in (2, 1, 0.5, 4)]
    y = net.add("BatchNormalization", y, *numbers)
    assert "a float Transpose" in str(_refused(net, y))


def test_part_of_an_input_quantized_otherwise_than_the_whole_is_refused() -> None:
    net = Net(9)
    x = net.input("x", 1, 4, 6, 6)
    numbers = [net.constant(np.array([one], np.int64)) for one in (1, 3, 1)]
    part = net.add("Slice", x, *numbers)
    whole = net.add("MaxPool", _real(net, x, 0.1), kernel_shape=[2, 2])
    pooled = net.add("MaxPool", _real(net, part, 0.05), kernel_shape=[2, 2])
    joined = net.add("Concat", whole, pooled, axis=1)
    with pytest.raises(UnsupportedError, match="quantized otherwise elsewhere"):
        imported(net.model(_real(net, joined, 0.1)).SerializeToString())
