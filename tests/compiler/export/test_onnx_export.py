import json
import subprocess
import sys

import numpy as np
import onnx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compiler.export.onnx_float import float_onnx
from compiler.export.onnx_qdq import int8_onnx
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.encode import quantize_real
from compiler.ir.graph import Graph
from compiler.ir.ops import TransposeConv2D
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.calibrate import measure_ranges
from compiler.reference.float_interpreter import run_float
from compiler.reference.integer_interpreter import run_int8
from searchspace_dsl.encoding import InputEncoding
from tests.compiler.export.onnx_sessions import run_int8_onnx, run_onnx
from tests.compiler.frontends.networks import Net, random_graph, with_statistics
from tests.runtime_c import drawn_graphs
from tests.runtime_c.drawn_graphs import Case

SAMPLES = 8


def _samples(graph: Graph, seed: int, count: int = SAMPLES) -> np.ndarray:
    shape = graph.tensors[graph.inputs[0]].shape
    return np.random.default_rng(seed).normal(0, 1, (count, *shape)).astype(np.float32)


def _agrees(graph: Graph, seed: int) -> None:
    x = _samples(graph, seed)
    wanted = run_float(graph, x)[graph.outputs[0]]
    found = run_onnx(float_onnx(graph), {graph.inputs[0]: x})
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4 * max(1.0, np.abs(wanted).max()))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_onnxruntime_computes_what_our_float_reference_does(seed: int) -> None:
    _agrees(random_graph(seed), seed)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_folded_network_is_exported_as_well(seed: int) -> None:
    _agrees(run_passes(random_graph(seed)), seed)


def test_a_series_is_a_map_one_column_wide() -> None:
    net = Net(12, 3)
    net.flatten(net.relu(net.conv("input", kernel=(3, 1), filters=5)))
    net.dense(net.layers[-1].name)
    graph = with_statistics(net.graph(), np.random.default_rng(1))
    _agrees(graph, 1)
    model = onnx.load_model_from_string(float_onnx(graph))
    sizes = [axis.dim_value or axis.dim_param for axis in model.graph.input[0].type.tensor_type.shape.dim]
    assert sizes == ["N", 3, 12]


def test_reshapes_keep_the_order_of_channels_last() -> None:
    net = Net(4, 6, 2)
    net.dense(net.flatten(net.reshape("input", shape=(2, 4, 6))))
    _agrees(with_statistics(net.graph(), np.random.default_rng(2)), 2)
    net = Net(4, 1, 6)
    net.dense(net.flatten(net.conv(net.reshape("input", shape=(3, 8)), kernel=(1, 1))))
    _agrees(with_statistics(net.graph(), np.random.default_rng(3)), 3)


@settings(max_examples=120, deadline=None)
@given(case=drawn_graphs.cases)
def test_one_operator_as_qdq_is_within_one(case: Case) -> None:
    op = case.graph.nodes[0].op
    # onnxruntime refuses more extra rows than a stride, of which no layer makes any
    assume(not isinstance(op, TransposeConv2D) or (np.array(op.extra) < op.window.strides).all())
    inputs = dict(zip(case.graph.inputs, (array[np.newaxis] for array in case.inputs), strict=True))
    wanted = run_int8(case.graph, inputs)[case.graph.outputs[0]]
    found = run_int8_onnx(int8_onnx(case.graph), case.graph, inputs, optimized=False)
    assert np.abs(found - wanted).max() <= 1


@pytest.mark.parametrize("optimized", [False, True])
def test_whole_networks_as_qdq_stay_within_one_nearly_everywhere(optimized: bool) -> None:
    differences = np.concatenate([_differences(seed, optimized) for seed in range(40)])
    assert (differences == 0).mean() > 0.85
    assert (differences <= 1).mean() > 0.97
    assert differences.max() <= 8


def _differences(seed: int, optimized: bool) -> np.ndarray:
    folded = run_passes(random_graph(seed))
    x = _samples(folded, seed, 16)
    graph = quantize_static(folded, measure_ranges(folded, [x]))
    source = graph.tensors[graph.inputs[0]].quantization
    assert source is not None
    integers = quantize_real(x, source)
    wanted = run_int8(graph, integers)[graph.outputs[0]]
    found = run_int8_onnx(int8_onnx(graph), graph, {graph.inputs[0]: integers}, optimized=optimized)
    return np.abs(found - wanted).ravel()


def test_the_file_says_where_it_is_from() -> None:
    net = Net(6, 6, 1)
    inside = ("separable_2", "residual_1")
    net.batch_norm(net.conv("input", scope=inside), scope=inside)
    encoding = InputEncoding(raw_dtype="uint8", mean=(100.0,), std=(60.0,))
    labels = ("dog", 'c"at\n', "🐦")
    graph = graph_from_architecture(net.architecture(), name="kws_1", encoding=encoding, labels=labels)
    assert isinstance(graph, Graph)
    graph = with_statistics(graph, np.random.default_rng(0))
    model = onnx.load_model_from_string(float_onnx(graph, {"trial": 7}))
    said = {entry.key: entry.value for entry in model.metadata_props}
    assert said["protonas.prototype"] == model.graph.name == "kws_1"
    assert said["protonas.kind"] == "float"
    assert json.loads(said["protonas.labels"]) == list(labels)
    assert json.loads(said["protonas.input_encoding"])["mean"] == [100.0]
    assert json.loads(said["protonas.provenance"]) == {"trial": 7}
    assert "(raw - mean) / std" in model.graph.input[0].doc_string
    assert model.opset_import[0].version >= 17
    assert [node.op_type for node in model.graph.node] == ["Conv", "BatchNormalization"]
    assert [node.name for node in model.graph.node] == [
        "separable_2/residual_1/conv_1",
        "separable_2/residual_1/batch_norm_2",
    ]


def test_the_same_network_gives_the_same_bytes() -> None:
    assert float_onnx(random_graph(5)) == float_onnx(random_graph(5))


def test_weights_of_qdq_are_int8_by_channel_and_biases_int32() -> None:
    net = Net(6, 6, 2)
    net.conv("input", filters=3, bias=True)
    folded = run_passes(with_statistics(net.graph(), np.random.default_rng(0)))
    graph = quantize_static(folded, measure_ranges(folded, [_samples(folded, 0)]))
    model = onnx.load_model_from_string(int8_onnx(graph))
    arrays = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert arrays["conv_1/weight"].dtype == np.int8
    assert arrays["conv_1/weight"].shape == (3, 2, 3, 3)
    assert arrays["conv_1/weight/scale"].shape == (3,)
    assert arrays["conv_1/bias"].dtype == np.int32


def test_the_command_line_starts_without_onnx() -> None:
    code = "import sys, compiler.driver.build, compiler.driver.train; print('onnx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
