"""Small networks of one operator each, quantized by onnxruntime, read by us, against onnxruntime."""

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.ops import Transpose
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import (
    Net,
    imported,
    in_onnx_order,
    ort_outputs,
    our_input,
    quantized,
    steps_apart,
    wrapped,
)

SHAPE = (4, 6, 8)
Write = Callable[[Net, str], str]


def _scalar(value: float) -> Callable[[Net], str]:
    return lambda net: net.constant(np.float32(value))


def _ints(net: Net, *values: int) -> str:
    return net.constant(np.array(values, np.int64))


def _floats(net: Net, *values: float) -> str:
    return net.constant(np.array(values, np.float32))


def _residual(net: Net, x: str) -> str:
    return net.add("Add", net.conv(x, 4, 4, (3, 3), pads=[1, 1, 1, 1]), x)


def _squeeze_and_excite(net: Net, x: str) -> str:
    x = net.conv(x, 4, 4, (1, 1))
    gate = net.add("Relu", net.conv(net.add("GlobalAveragePool", x), 4, 4, (1, 1)))
    return net.add("Mul", x, net.add("Sigmoid", net.conv(gate, 4, 4, (1, 1))))


def _shuffle(net: Net, x: str) -> str:
    y = net.add("Reshape", x, _ints(net, 1, 2, 2, 6, 8))
    y = net.add("Transpose", y, perm=[0, 2, 1, 3, 4])
    return net.conv(net.add("Reshape", y, _ints(net, 1, 4, 6, 8)), 4, 4, (1, 1))


def _split_and_join(net: Net, x: str) -> str:
    left, right = net.split("Split", x, _ints(net, 1, 3), count=2, axis=1)
    return net.add("Concat", net.conv(right, 3, 3, (1, 1)), left, axis=1)


EXACT: dict[str, Write] = {
    "max_pool": lambda n, x: n.add("MaxPool", x, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1]),
    "max_pool_ceil": lambda n, x: n.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    "relu": lambda n, x: n.add("Relu", x),
    "leaky_relu": lambda n, x: n.add("LeakyRelu", x, alpha=0.1),
    "sigmoid": lambda n, x: n.add("Sigmoid", x),
    "global_max_pool": lambda n, x: n.conv(n.add("GlobalMaxPool", x), 3, 4, (1, 1)),
    "reduce_max": lambda n, x: n.add("ReduceMax", x, axes=[1, 3], keepdims=0),
    "reshape": lambda n, x: n.add("Reshape", x, _ints(n, 0, 2, -1)),
    "transpose": lambda n, x: n.add(
        "Transpose", n.add("MaxPool", x, kernel_shape=[2, 2]), perm=[0, 2, 1, 3]
    ),
    "squeeze": lambda n, x: n.conv(
        n.add("Squeeze", n.add("Unsqueeze", x, _ints(n, 2)), _ints(n, 2)), 3, 4, (1, 1)
    ),
    "slice": lambda n, x: n.add("Slice", x, _ints(n, 1, -1), _ints(n, 3, 0), _ints(n, 1, 3), _ints(n, 1, -2)),
    "split_and_join": _split_and_join,
    "pad": lambda n, x: n.add("Pad", x, _ints(n, 0, 1, 2, 0, 0, 0, 1, 3), _scalar(0.0)(n)),
    "reflect": lambda n, x: n.add("Pad", x, _ints(n, 0, 0, 2, 1, 0, 0, 1, 3), mode="reflect"),
    "edge": lambda n, x: n.add("Pad", x, _ints(n, 0, 0, 2, 1, 0, 0, 1, 3), mode="edge"),
    "nearest": lambda n, x: n.add(
        "Resize", x, "", _floats(n, 1, 1, 2, 3), mode="nearest", coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    ),
    "nearest_down": lambda n, x: n.add("Resize", x, "", "", _ints(n, 1, 4, 4, 11), mode="nearest"),
    "shuffle": _shuffle,
    "gather": lambda n, x: n.add("Gather", x, _ints(n, 2, 0, 2), axis=2),
    "identity": lambda n, x: n.add("Dropout", n.add("Identity", n.conv(x, 3, 4, (1, 1)))),
    "relu6": lambda n, x: n.add("Clip", n.conv(x, 3, 4, (1, 1)), _scalar(0)(n), _scalar(6)(n)),
    "clip": lambda n, x: n.add("Clip", n.conv(x, 3, 4, (1, 1)), _scalar(-0.3)(n), _scalar(0.7)(n)),
    "flatten_and_gemm": lambda n, x: n.add(
        "Gemm", n.add("Flatten", n.add("MaxPool", x, kernel_shape=[2, 2])), n.normal(4 * 5 * 7, 6)
    ),
}  # fmt: skip

WITHIN_ONE: dict[str, Write] = {
    "add": _residual,
    "add_constant": lambda n, x: n.add("Add", x, n.normal(4, 1, 1)),
    "add_scalar": lambda n, x: n.add("Add", x, _scalar(0.5)(n)),
    "sub": lambda n, x: n.add("Sub", n.conv(x, 4, 4, (1, 1)), x),
    "mul": lambda n, x: n.add("Mul", n.conv(x, 4, 4, (1, 1)), x),
    "mul_channels": lambda n, x: n.add("Mul", x, n.normal(4, 1, 1)),
    "squeeze_and_excite": _squeeze_and_excite,
    "average_pool": lambda n, x: n.add("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2]),
    "average_pool_pads": lambda n, x: n.add("AveragePool", x, kernel_shape=[2, 2], pads=[0, 1, 1, 0]),
    "average_pool_counted": lambda n, x: n.add(
        "AveragePool", x, kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1
    ),
    "global_average_pool": lambda n, x: n.add("GlobalAveragePool", n.conv(x, 3, 4, (1, 1))),
    "reduce_mean": lambda n, x: n.add("ReduceMean", x, axes=[2, 3], keepdims=0),
    "reduce_mean_rows": lambda n, x: n.add("ReduceMean", x, axes=[2], keepdims=1),
    "reduce_mean_channels": lambda n, x: n.add("ReduceMean", x, axes=[1], keepdims=0),
    "softmax": lambda n, x: n.add(
        "Softmax", n.add("Mul", n.add("Flatten", n.add("MaxPool", x, kernel_shape=[5, 7])), _scalar(40.0)(n))
    ),
    "softmax_channels": lambda n, x: n.add("Softmax", n.add("Mul", x, _scalar(4.0)(n)), axis=1),
    "conv_transpose": lambda n, x: n.add(
        "ConvTranspose", x, n.normal(4, 3, 3, 2), n.normal(3), strides=[2, 1], pads=[1, 0, 1, 1],
        output_padding=[1, 0],
    ),
    "concat": lambda n, x: n.add("Concat", n.conv(x, 2, 4, (1, 1)), x, axis=1),
    "matmul_of_two": lambda n, x: n.add(
        "MatMul", n.conv(x, 3, 4, (1, 1)), n.add("Transpose", n.conv(x, 3, 4, (1, 1)), perm=[0, 1, 3, 2])
    ),
    "prelu": lambda n, x: n.add("PRelu", n.conv(x, 3, 4, (1, 1)), n.normal(3, 1, 1)),
    "prelu_of_one_slope": lambda n, x: n.add("PRelu", x, _floats(n, 0.2)),
    "reduce_sum": lambda n, x: n.add("ReduceSum", x, _ints(n, 3)),
    "tanh": lambda n, x: n.add("Tanh", x),
    "elu": lambda n, x: n.add("Elu", x, alpha=0.7),
    "hard_sigmoid": lambda n, x: n.add("HardSigmoid", x),
    "hard_swish": lambda n, x: n.add("HardSwish", x),
    "silu": lambda n, x: n.add("Mul", x, n.add("Sigmoid", x)),
    "linear": lambda n, x: n.add(
        "Resize", x, "", _floats(n, 1, 1, 2, 2), mode="linear", coordinate_transformation_mode="half_pixel"
    ),
    "linear_corners": lambda n, x: n.add(
        "Resize", x, "", "", _ints(n, 1, 4, 11, 9), mode="linear",
        coordinate_transformation_mode="align_corners",
    ),
    "matmul_of_rows": lambda n, x: n.add("MatMul", x, n.normal(8, 5)),
}  # fmt: skip


ON_INTEGERS = (
    "leaky_relu", "sigmoid", "split_and_join", "shuffle", "identity", "relu6", "clip", "flatten_and_gemm",
    "add", "mul", "squeeze_and_excite", "average_pool", "global_average_pool", "concat", "matmul_of_rows",
)  # fmt: skip
"""Those that onnxruntime has operators on integers for."""


def _model(write: Write) -> tuple[onnx.ModelProto, np.ndarray]:
    net = Net(11)
    y = write(net, net.input("x", "N", *SHAPE))
    return net.model(y), net.rng.normal(size=(30, *SHAPE)).astype(np.float32)


@pytest.mark.parametrize("unsigned", [False, True])
@pytest.mark.parametrize("name", EXACT)
def test_exact(name: str, unsigned: bool) -> None:
    model, samples = _model(EXACT[name])
    data = wrapped(model, samples, unsigned=unsigned)
    assert steps_apart(data, samples).max() == 0


@pytest.mark.parametrize("unsigned", [False, True])
@pytest.mark.parametrize("name", WITHIN_ONE)
def test_within_one(name: str, unsigned: bool) -> None:
    model, samples = _model(WITHIN_ONE[name])
    data = wrapped(model, samples, unsigned=unsigned)
    assert steps_apart(data, samples).max() <= 1


@pytest.mark.parametrize("unsigned", [False, True])
@pytest.mark.parametrize("name", ON_INTEGERS)
def test_operators_on_integers(name: str, unsigned: bool) -> None:
    model, samples = _model({**EXACT, **WITHIN_ONE}[name])
    data = quantized(model, samples, qdq=False, unsigned=unsigned, per_channel=True)
    assert steps_apart(data, samples).max() <= 1


def test_a_map_that_comes_and_goes_channels_last_is_not_transposed() -> None:
    net = Net(12)
    x = net.add("Transpose", net.input("x", 1, 6, 5, 3), perm=[0, 3, 1, 2])
    y = net.add("Transpose", net.conv(x, 4, 3, (3, 3)), perm=[0, 2, 3, 1])
    samples = net.rng.normal(size=(10, 6, 5, 3)).astype(np.float32)
    data = quantized(net.model(y), samples)
    found, graph = imported(data)
    assert not any(isinstance(node.op, Transpose) for node in graph.nodes)
    assert found.inputs == found.outputs == ((1, 2, 3),)
    assert steps_apart(data, samples).max() == 0


def test_two_maps_at_once_are_resized_by_pixels_or_refused() -> None:
    def write(mode: str) -> tuple[bytes, np.ndarray]:
        net = Net(15)
        maps = net.add("Reshape", net.input("x", 1, *SHAPE), _ints(net, 2, 2, *SHAPE[1:]))
        y = net.add(
            "Resize", maps, "", _floats(net, 1, 1, 2, 3), mode=mode, nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )  # fmt: skip
        samples = net.rng.normal(size=(1, *SHAPE)).astype(np.float32)
        return wrapped(net.model(y), samples), samples

    assert steps_apart(*write("nearest")).max() == 0
    with pytest.raises(UnsupportedError, match="reads a batch of 2"):
        imported(write("linear")[0])


@pytest.mark.parametrize("op", ["ReduceMax", "ReduceMean", "ReduceSum"])
@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize("shape", [(1, 4, 6), (5, 1, 6), (5, 4, 1), (6, 1, 1)])
def test_reductions_of_maps_with_axes_of_length_one(op: str, axis: int, shape: tuple[int, ...]) -> None:
    net = Net(16)
    x = net.input("x", "N", *shape)
    if op == "ReduceSum":
        y = net.add(op, x, _ints(net, axis), keepdims=0)
    else:
        y = net.add(op, x, axes=[axis], keepdims=0)
    samples = net.rng.normal(size=(20, *shape)).astype(np.float32)
    assert steps_apart(wrapped(net.model(y), samples), samples).max() <= (op != "ReduceMax")


@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize(("axis", "keep"), [(1, 0), (3, 1), (2, 0)])
def test_where_the_greatest_lies(op: str, axis: int, keep: int) -> None:
    net = Net(14)
    x = net.input("x", "N", *SHAPE)
    step = (net.constant(np.float32(0.05)), net.constant(np.int8(3)))
    real = net.add("DequantizeLinear", net.add("QuantizeLinear", x, *step), *step)
    data = net.model(net.add(op, real, axis=axis, keepdims=keep), dtype=TensorProto.INT64).SerializeToString()
    samples = net.rng.normal(size=(10, *SHAPE)).astype(np.float32)
    found, graph = imported(data)
    ours = run_int8(graph, our_input(found, graph, samples))[graph.outputs[0]]
    theirs = ort_outputs(data, samples)
    np.testing.assert_array_equal(in_onnx_order(ours, found.outputs[0], theirs.shape), theirs)
