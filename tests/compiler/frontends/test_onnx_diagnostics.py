"""All that a file holds and that is not supported is told in one run, and nothing that only follows."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from compiler.errors import ModelError
from compiler.frontends.onnx.read import read_onnx
from compiler.frontends.unsupported import UnsupportedError
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import Net


def _step(net: Net, scale: float, zero_point: int, dtype: type = np.int8) -> tuple[str, str]:
    return net.constant(np.float32(scale)), net.constant(dtype(zero_point))


def _real(net: Net, x: str, scale: float = 0.05, zero_point: int = 3, dtype: type = np.int8) -> str:
    step = _step(net, scale, zero_point, dtype)
    return net.add("DequantizeLinear", net.add("QuantizeLinear", x, *step), *step)


def _refused(net: Net, *outputs: str, opset: int = 21) -> list[tuple[str, tuple[int, ...] | None, str]]:
    with pytest.raises(UnsupportedError) as caught:
        read_onnx(net.model(*outputs, opset=opset).SerializeToString(), "net")
    return [(reason.operator, reason.shape, reason.why) for reason in caught.value.reasons]


def _weight(net: Net, *shape: int) -> str:
    integers = net.constant(net.rng.integers(-127, 128, shape).astype(np.int8))
    return net.add("DequantizeLinear", integers, *_step(net, 0.01, 0))


def test_an_unknown_operator_behind_another_is_told_too() -> None:
    net = Net()
    left = net.add("LRN", _real(net, net.input("x", 1, 4, 6, 6)), size=3)
    reasons = _refused(net, net.add("LRN", net.add("Relu", left), size=3))
    assert [reason[:2] for reason in reasons] == [("LRN", (1, 4, 6, 6)), ("LRN", (1, 4, 6, 6))]


def test_everything_unsupported_is_told_at_once() -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 4, 6, 6))
    left = _real(net, net.add("LRN", x, size=3))
    right = net.add("Conv", x, net.normal(4, 4, 1, 1))
    reasons = _refused(net, _real(net, net.add("Add", left, right)))
    assert [reason[:2] for reason in reasons] == [("LRN", (1, 4, 6, 6)), ("Conv", (1, 4, 6, 6))]
    assert reasons[1][2] == "its weights are float numbers"


def test_restrictions_behind_a_refused_operator_are_told() -> None:
    """Its result is quantized, so what follows is known well enough."""
    net = Net()
    x = _real(net, net.add("LRN", _real(net, net.input("x", 1, 4, 6, 6)), size=3))
    x = _real(net, net.add("MaxPool", x, kernel_shape=[2, 2], dilations=[2, 2]))
    x = _real(net, net.add("Conv", x, _weight(net, 4, 4, 1, 1)))
    x = net.add("Gemm", net.add("Flatten", x), net.normal(64, 3))
    reasons = _refused(net, _real(net, x))
    assert [reason[0] for reason in reasons] == ["LRN", "MaxPool", "Gemm"]
    assert [reason[1] for reason in reasons] == [(1, 4, 6, 6), (1, 4, 4, 4), (1, 3)]


def test_what_only_follows_is_not_told() -> None:
    """Add, Softmax and the output read what is not quantized, as far as anyone knows."""
    net = Net()
    x = _real(net, net.input("x", 1, 6))
    y = net.add("LayerNormalization", x, net.normal(6))
    z = net.add("Softmax", net.add("Add", y, x))
    assert [reason[0] for reason in _refused(net, z, y)] == ["LayerNormalization"]


def test_every_value_of_16_bits_is_told() -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 4, 6, 6), 0.001, 0, np.int16)
    x = _real(net, net.add("Conv", x, _weight(net, 4, 4, 1, 1)), 0.001, 40000, np.uint16)
    x = _real(net, net.add("LRN", net.add("Relu", x), size=3))
    reasons = _refused(net, x)
    assert [reason[0] for reason in reasons] == ["QuantizeLinear", "QuantizeLinear", "LRN"]
    assert [reason[2] for reason in reasons[:2]] == ["it quantizes to int16", "it quantizes to uint16"]


def test_a_float_network_is_judged_to_its_end() -> None:
    net = Net()
    x = net.add("LRN", net.conv(net.input("x", "N", 3, 9, 9), 4, 3, (3, 3)), size=3)
    x = net.conv(net.add("Erf", x), 4, 4, (3, 3))
    reasons = _refused(net, net.add("MaxPool", x, kernel_shape=[2, 2], dilations=[1, 2], strides=[1, 1]))
    assert [reason[0] for reason in reasons] == ["LRN", "Erf", "MaxPool"]


def test_numbers_of_types_that_are_not_read_are_told_with_the_rest() -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 4))
    net.constants.append(helper.make_tensor("w", TensorProto.FLOAT8E4M3FN, [4, 4], np.zeros(16)))
    real = net.add("DequantizeLinear", "w", net.constant(np.float32(1)))
    y = _real(net, net.add("MatMul", x, real))
    reasons = _refused(net, _real(net, net.add("LayerNormalization", y, net.normal(4))))
    assert reasons == [
        ("", (4, 4), "its numbers are FLOAT8E4M3FN"),
        ("LayerNormalization", (1, 4), "there is no such operator here"),
    ]


def test_a_constant_of_such_a_type_is_told() -> None:
    net = Net()
    x = _real(net, net.input("x", 1, 4))
    name = "w"
    value = helper.make_tensor(name, TensorProto.BFLOAT16, [4], np.zeros(4))
    net.nodes.append(helper.make_node("Constant", [], [name], value=value))
    assert _refused(net, _real(net, net.add("Add", x, name)))[0][::2] == (
        "Constant",
        "its numbers are BFLOAT16",
    )


def test_a_file_that_makes_no_sense_behind_a_refused_operator_is_still_told_of() -> None:
    net = Net()
    x = _real(net, net.add("LRN", _real(net, net.input("x", 1, 4, 6, 6)), size=3))
    y = net.add("Conv", x, _weight(net, 4, 3, 1, 1))
    assert [reason[0] for reason in _refused(net, _real(net, y))] == ["LRN"]


def test_a_value_that_nothing_defines_is_an_error_of_the_file() -> None:
    net = Net()
    y = net.add("Relu", _real(net, net.input("x", 1, 4)))
    model = net.model(y)
    model.graph.node[-1].input[0] = "nowhere"
    with pytest.raises(ModelError, match="before anything defines it"):
        read_onnx(model.SerializeToString(), "net")


def test_shapes_that_lie_do_no_harm() -> None:
    net = Net()
    y = net.add("LRN", _real(net, net.input("x", 1, 4, 6, 6)), size=3)
    model = net.model(_real(net, net.add("GlobalAveragePool", _real(net, y))))
    huge = onnx.helper.make_tensor_value_info(y, TensorProto.FLOAT, [1, 1 << 20, 1 << 20, 1 << 20])
    model.graph.value_info.append(huge)
    with pytest.raises(UnsupportedError) as caught:
        read_onnx(model.SerializeToString(), "net")
    assert [reason.operator for reason in caught.value.reasons] == ["LRN"]


def test_a_network_that_gives_what_it_reads_is_not_called_a_float_one() -> None:
    for dtype in (TensorProto.INT8, TensorProto.UINT8, TensorProto.FLOAT):
        ports = [helper.make_tensor_value_info(name, dtype, [1, 3, 4, 4]) for name in "xy"]
        graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", ports[:1], ports[1:])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        with pytest.raises(ModelError, match=r"^net computes nothing: what it gives is what it reads$"):
            read_onnx(model.SerializeToString(), "net")


def test_integers_that_are_only_compared_need_no_samples() -> None:
    ports = [
        helper.make_tensor_value_info(name, TensorProto.INT8, [1, 2, size, size])
        for name, size in (("x", 4), ("y", 2))
    ]
    node = helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2])
    graph = helper.make_graph([node], "g", ports[:1], ports[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    x = np.random.default_rng(0).integers(-128, 128, (8, 4, 4, 2), dtype=np.int8)
    read = read_onnx(model.SerializeToString(), "net")
    pooled = x.reshape(8, 2, 2, 2, 2, 2).max(axis=(2, 4))
    assert np.array_equal(run_int8(read, x)[read.outputs[0]], pooled)
