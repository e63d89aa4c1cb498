from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.errors import DataError, InternalError
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    DesignedOp,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Pad,
    Reshape,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.passes.pipeline import run_passes
from compiler.reference.float_interpreter import run_float
from tests.compiler.frontends.networks import Net, random_graph, random_net, with_statistics

torch = pytest.importorskip("torch", reason="torch is the oracle")
functional = torch.nn.functional
torch.set_num_threads(1)


def by_torch(graph: Graph, x: np.ndarray, *, batch_statistics: bool) -> dict[str, np.ndarray]:
    """Every value, by PyTorch in NCHW."""
    values = {graph.inputs[0]: _channels_first(torch.tensor(x))}
    for node in graph.nodes:
        parameters = [torch.tensor(graph.weights[n]) for n in node.inputs if n in graph.weights]
        inputs = [values[name] for name in node.inputs if name in values]
        shape = graph.tensors[node.outputs[0]].shape
        values[node.outputs[0]] = _clamped(
            _one(node, inputs, parameters, shape, batch_statistics), getattr(node.op, "activation", "none")
        )
    return {name: _channels_last(value).numpy() for name, value in values.items()}


def _channels_first(x: "torch.Tensor") -> "torch.Tensor":
    return x.permute(0, 3, 1, 2) if x.ndim == 4 else x


def _channels_last(x: "torch.Tensor") -> "torch.Tensor":
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


CURVES = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "hard_sigmoid": functional.hardsigmoid,
    "hard_swish": functional.hardswish,
    "swish": functional.silu,
    "gelu": functional.gelu,
    "leaky_relu": lambda x: functional.leaky_relu(x, 0.1),
}


def _clamped(x: "torch.Tensor", activation: str) -> "torch.Tensor":
    if activation in CURVES:
        return CURVES[activation](x)
    return {"none": lambda: x, "relu": x.relu, "relu6": lambda: functional.relu6(x)}[activation]()


def _pad(x: "torch.Tensor", window: Window, value: float) -> "torch.Tensor":
    top, left, bottom, right = window.pads
    return functional.pad(x, (left, right, top, bottom), value=value)


def _transposed(
    x: "torch.Tensor",
    weight: "torch.Tensor",
    bias: "torch.Tensor | None",
    window: Window,
    shape: tuple[int, ...],
) -> "torch.Tensor":
    """Far more rows and columns than needed, then those that are wanted."""
    top, left, *_ = window.pads
    spare = [min(4, stride - 1) for stride in window.strides]
    full = functional.conv_transpose2d(x, weight, bias, window.strides, 0, spare)
    return full[:, :, top : top + shape[0], left : left + shape[1]]


def _one(
    node: Node,
    inputs: "list[torch.Tensor]",
    parameters: "list[torch.Tensor]",
    shape: tuple[int, ...],
    batch_statistics: bool,
) -> "torch.Tensor":
    x = inputs[0]
    match node.op:
        case Conv2D(window=w, groups=groups):
            weight, bias = parameters[0].permute(0, 3, 1, 2), (*parameters[1:], None)[0]
            return functional.conv2d(_pad(x, w, 0), weight, bias, w.strides, 0, w.dilations, groups)
        case DepthwiseConv2D(window=w):
            weight, bias = parameters[0].permute(3, 0, 1, 2), (*parameters[1:], None)[0]
            return functional.conv2d(_pad(x, w, 0), weight, bias, w.strides, 0, w.dilations, x.shape[1])
        case TransposeConv2D(window=w):
            weight, bias = parameters[0].permute(3, 0, 1, 2), (*parameters[1:], None)[0]
            return _transposed(x, weight, bias, w, shape)
        case Pad(pads=((top, bottom), (left, right), (first, last)), value=value):
            return functional.pad(x, (left, right, top, bottom, first, last), value=value)
        case ResizeNearest(factors=(rows, columns)):
            return x.repeat_interleave(rows, 2).repeat_interleave(columns, 3)
        case Dense():
            return functional.linear(x, *parameters)
        case BatchNorm(epsilon=epsilon):
            gamma, beta, mean, variance = parameters
            return functional.batch_norm(x, mean, variance, gamma, beta, batch_statistics, 0.0, epsilon)
        case Add():
            return inputs[0] + inputs[1]
        case Mul():
            return inputs[0] * inputs[1]
        case Concat():
            return torch.cat(inputs, dim=1)
        case MaxPool2D(window=w):
            return functional.max_pool2d(_pad(x, w, -np.inf), w.kernel, w.strides)
        case AveragePool2D(window=w):
            ones = functional.avg_pool2d(_pad(torch.ones_like(x), w, 0), w.kernel, w.strides)
            return functional.avg_pool2d(_pad(x, w, 0), w.kernel, w.strides) / ones
        case GlobalAveragePool():
            return x.mean(dim=(2, 3))
        case Reshape():
            return _channels_first(_channels_last(x).reshape(len(x), *shape))
        case Softmax():
            return functional.softmax(x, dim=1)
        case Activate() | Unary():
            return x
    raise AssertionError(node.op)


def samples(graph: Graph, count: int = 3) -> np.ndarray:
    shape = graph.tensors[graph.inputs[0]].shape
    return np.random.default_rng(7).standard_normal((count, *shape), np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_every_value_equals_pytorchs(seed: int, batch_statistics: bool, fused: bool) -> None:
    graph = random_graph(seed)
    graph = run_passes(graph) if fused else graph
    x = samples(graph)
    names = [name for node in graph.nodes for name in node.outputs]
    found = run_float(graph, x, batch_statistics=batch_statistics, keep=names)
    expected = by_torch(graph, x, batch_statistics=batch_statistics)
    assert set(found) == set(names)
    for name in names:
        assert found[name].dtype == np.float32
        assert found[name].shape == (3, *graph.tensors[name].shape)
        tolerance = 1e-4 * max(1.0, float(np.abs(expected[name]).max()))
        np.testing.assert_allclose(found[name], expected[name], atol=tolerance, err_msg=name)


def test_the_random_nets_hold_every_operator() -> None:
    nets = [random_net(np.random.default_rng(seed)).graph() for seed in range(200)]
    found = {type(node.op) for graph in nets for node in graph.nodes}
    assert found == set(get_args(DesignedOp))


@pytest.mark.parametrize("shape", [(40, 36, 8), (61, 20, 3), (7, 300, 2)])
def test_maps_larger_than_a_cache(shape: tuple[int, ...]) -> None:
    net = Net(*shape)
    x = net.batch_norm(net.depthwise(net.conv("input", filters=16), kernel=(5, 3), stride=(2, 2)))
    net.conv(x, kernel=(3, 5), filters=8)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    x = samples(graph, 9)
    expected = by_torch(graph, x, batch_statistics=True)["conv_4"]
    np.testing.assert_allclose(run_float(graph, x, batch_statistics=True)["conv_4"], expected, atol=1e-3)


def test_a_series_runs_along_its_height() -> None:
    net = Net(50, 3)
    net.conv("input", kernel=(5, 1), stride=(2, 1), filters=4)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    x = samples(graph)
    weight = graph.weights["conv_1/weight"][:, :, 0]
    expected = functional.conv1d(
        torch.tensor(x).permute(0, 2, 1), torch.tensor(weight).permute(0, 2, 1), stride=2, padding=2
    )
    np.testing.assert_allclose(
        run_float(graph, x)["conv_1"][:, :, 0], expected.permute(0, 2, 1).numpy(), atol=1e-5
    )


def test_only_what_is_asked_for_is_kept_and_inputs_are_left_alone() -> None:
    net = Net(4, 4, 2)
    first = net.relu("input")
    second = net.relu6(net.batch_norm(first))
    net.add(second, first)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    x = samples(graph)
    before = x.copy()
    assert set(run_float(graph, x)) == {"add_4"}
    kept = run_float(graph, x, keep=[first, "input"])
    assert set(kept) == {"add_4", first, "input"}
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(kept[first], np.maximum(x, 0))


def test_a_sample_does_not_depend_on_its_batch() -> None:
    graph = random_graph(3)
    x = samples(graph, 8)
    name = graph.outputs[0]
    alone = np.concatenate([run_float(graph, x[a:b])[name] for a, b in pairwise(range(9))])
    np.testing.assert_allclose(run_float(graph, x)[name], alone, atol=1e-5)


def test_what_does_not_fit_is_refused() -> None:
    net = Net(4, 4, 2)
    net.conv("input")
    with pytest.raises(InternalError, match="no weights"):
        run_float(net.graph(), np.zeros((1, 4, 4, 2), np.float32))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    with pytest.raises(DataError, match=r"'input' is \(4, 4, 2\) a sample, the data is \(4, 4, 1\)"):
        run_float(graph, np.zeros((1, 4, 4, 1), np.float32))
    with pytest.raises(DataError, match="no samples"):
        run_float(graph, np.zeros((0, 4, 4, 2), np.float32))
    with pytest.raises(DataError, match="takes float32, the data is uint8"):
        run_float(graph, np.zeros((1, 4, 4, 2), np.uint8))
