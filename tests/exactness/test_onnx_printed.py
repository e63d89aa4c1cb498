"""The C printed for networks read from ONNX gives the bytes of the NumPy reference, optimized or not."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from backends.portable.backend import PORTABLE
from compiler.ir.graph import Graph
from compiler.ir.ops import Concat
from compiler.ir.program import Program
from compiler.passes.compile_pipeline import optimize
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends import test_onnx_affine as affine
from tests.compiler.frontends import test_onnx_sums as sums
from tests.compiler.frontends.onnx_networks import Net, imported, quantized, wrapped
from tests.compiler.frontends.test_onnx_operators import EXACT, SHAPE, WITHIN_ONE
from tests.tflite_models.printed import HostNetworks, print_network

SAMPLES = 5


def _graph(name: str) -> Graph:
    net = Net(13)
    model = net.model({**EXACT, **WITHIN_ONE}[name](net, net.input("x", "N", *SHAPE)))
    return imported(wrapped(model, net.rng.normal(size=(20, *SHAPE)).astype(np.float32)))[1]


def _expect_reference(graphs: list[Graph], folder: Path, options: tuple[str, ...]) -> None:
    rng = np.random.default_rng(0)
    printed = [print_network(optimize(graph), f"n{index}") for index, graph in enumerate(graphs)]
    library = HostNetworks(printed, folder, options)
    for graph, network in zip(graphs, printed, strict=True):
        shape = graph.tensors[graph.inputs[0]].shape
        x = rng.integers(-128, 128, (SAMPLES, *shape), np.int8)
        x[:2] = np.array([-128, 127]).reshape(2, *(1,) * len(shape))
        wanted = run_int8(graph, x)[graph.outputs[0]].reshape(SAMPLES, -1)
        (found,) = library.run(network, [x[:, None]])
        np.testing.assert_array_equal(found.reshape(SAMPLES, -1), wanted, err_msg=graph.name)


def test_every_operator(tmp_path: Path) -> None:
    _expect_reference([_graph(name) for name in sorted({**EXACT, **WITHIN_ONE})], tmp_path, ("-O1",))


@pytest.mark.parametrize("qdq", [True, False])
def test_a_network_of_many_operators(qdq: bool, tmp_path: Path) -> None:
    graphs = []
    for seed in range(6):
        net = Net(40 + seed)
        x = net.input("x", "N", 3, 20, 18)
        y = net.add("Relu", net.conv(x, 8, 3, (3, 3), strides=[2, 2], pads=[1, 1, 1, 1]))
        z = net.add("Relu", net.conv(y, 8, 8, (3, 3), group=8, pads=[1, 1, 1, 1]))
        y = net.add("Add", y, net.conv(z, 8, 8, (1, 1)))
        y = net.add("Concat", net.add("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2]),
                    net.conv(y, 4, 8, (2, 2), strides=[2, 2]), axis=1)  # fmt: skip
        y = net.add("Flatten", net.add("GlobalAveragePool", y))
        model = net.model(net.add("Softmax", net.add("Gemm", y, net.normal(12, 5), net.normal(5))))
        samples = net.rng.normal(size=(20, 3, 20, 18)).astype(np.float32)
        graphs.append(imported(quantized(model, samples, qdq=qdq, unsigned=seed % 2 == 1))[1])
    _expect_reference(graphs, tmp_path, ("-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"))


def test_weights_with_zero_points_and_filters_of_zeros(tmp_path: Path) -> None:
    graphs = []
    for seed in range(4):
        net = Net(60 + seed)
        y = net.input("x", "N", 3, 12, 12)
        for filters, channels, group in ((8, 3, 1), (8, 8, 8), (10, 8, 1)):
            weight = net.rng.normal(0.1, 0.3, (filters, channels // group, 3, 3)).astype(np.float32)
            weight[1], bias = 0, net.rng.normal(0, 0.3, filters).astype(np.float32)
            bias[1] = 0.2
            numbers = [net.constant(weight), net.constant(bias)]
            y = net.add(
                "Relu",
                net.add("Conv", y, *numbers, group=group, pads=[1, 1, 1, 1] if group > 1 else [0, 0, 0, 0]),
            )
        y = net.add("Flatten", net.add("GlobalAveragePool", y))
        model = net.model(net.add("Gemm", y, net.normal(10, 5), net.normal(5)))
        samples = net.rng.normal(size=(20, 3, 12, 12)).astype(np.float32)
        data = quantized(model, samples, qdq=seed % 2 == 1, unsigned=True, unsigned_weights=True)
        graphs.append(imported(data)[1])
        program = PORTABLE.lower(graphs[-1], "plain")
        assert isinstance(program, Program)
        assert sum("_offset" in call.kernel for call in program.calls) >= 3
        smaller = optimize(graphs[-1])
        assert sum(tensor.elements for tensor in smaller.tensors.values()) < sum(
            tensor.elements for tensor in graphs[-1].tensors.values()
        )
    _expect_reference(graphs, tmp_path, ("-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"))


def test_int4_weights_norms_and_integer_sums(tmp_path: Path) -> None:
    """Forms that become layers as they are read: their C is that of any layer."""
    graphs = [_int4_graph(), _turned_graph()]
    for tests in (affine, sums):
        for write, _, _ in tests.NETWORKS.values():
            net = Net(50)
            graphs.append(
                imported(net.model(tests.quantized_by(net, write(net), 0.02)).SerializeToString())[1]
            )
    _expect_reference(graphs, tmp_path, ("-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"))


def _turned_graph() -> Graph:
    """A transposed convolution whose weights int8 does not hold: its input is read twice."""
    net = Net(52)
    y = net.add("ConvTranspose", net.input("x", "N", 4, 6, 5), net.normal(4, 3, 3, 3), strides=[2, 2])
    weights = net.constants[0]
    weights.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(weights) + 0.5, weights.name))
    samples = net.rng.normal(size=(20, 4, 6, 5)).astype(np.float32)
    data = quantized(net.model(net.add("Relu", y)), samples, unsigned=True, unsigned_weights=True)
    graph = imported(data)[1]
    assert any(isinstance(node.op, Concat) for node in graph.nodes)
    return graph


def _int4_graph() -> Graph:
    from onnxruntime.quantization import QuantType

    net = Net(51)
    y = net.add("Relu", net.conv(net.input("x", "N", 3, 9, 9), 8, 3, (3, 3), pads=[1, 1, 1, 1]))
    y = net.add("Flatten", net.conv(y, 8, 8, (3, 3), group=8, strides=[2, 2]))
    model = net.model(net.add("Gemm", y, net.normal(5, 128), net.normal(5), transB=1), opset=21)
    samples = net.rng.normal(size=(20, 3, 9, 9)).astype(np.float32)
    return imported(quantized(model, samples, weight_type=QuantType.QInt4))[1]
