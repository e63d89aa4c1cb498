import io
import random
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import numpy_helper

from compiler.errors import ModelError
from compiler.export.onnx_file import OnnxFile, parse_onnx, read_onnx
from compiler.export.onnx_float import float_onnx
from compiler.export.onnx_match import OtherNetworkError
from compiler.export.onnx_qdq import int8_onnx
from compiler.export.onnx_tensor import MOST_BYTES
from compiler.export.onnx_weights import import_weights, matching_network
from compiler.export.onnx_wire import MOST_FIELDS
from compiler.ir.graph import Graph
from compiler.ir.ops import BatchNorm
from compiler.ir.verify import verify_graph
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from compiler.reference.calibrate import measure_ranges
from compiler.reference.float_interpreter import run_float
from tests.compiler.driver.running import needs_torch
from tests.compiler.frontends.networks import Net, random_graph, with_statistics

MUTATIONS = 200
seeds = st.integers(0, 2**32 - 1)


def _file(model: onnx.ModelProto | bytes) -> OnnxFile:
    content = model if isinstance(model, bytes) else model.SerializeToString()
    return parse_onnx(content, Path("trained.onnx"))


def _model(graph: Graph) -> onnx.ModelProto:
    return onnx.load_model_from_string(float_onnx(graph))


def _renamed(model: onnx.ModelProto) -> onnx.ModelProto:
    """Every name another, as exporters of other tools leave them."""
    names: dict[str, str] = {"": ""}

    def new(name: str) -> str:
        return names.setdefault(name, f"onnx::{len(names)}")

    for tensor in model.graph.initializer:
        tensor.name = new(tensor.name)
    for index, node in enumerate(model.graph.node):
        node.name = f"node_{index}"
        inputs, outputs = [new(name) for name in node.input], [new(name) for name in node.output]
        node.input[:], node.output[:] = inputs, outputs
    for value in (*model.graph.input, *model.graph.output):
        value.name = new(value.name)
    del model.metadata_props[:]
    return model


def _same_weights(found: Graph, wanted: Graph) -> None:
    verify_graph(found)
    assert found.nodes == wanted.nodes
    assert found.parameters == wanted.parameters
    for name in wanted.parameters:
        np.testing.assert_array_equal(found.weights[name], wanted.weights[name])


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_an_exported_network_comes_back_by_name(seed: int) -> None:
    graph = remove_dead_nodes(random_graph(seed))
    found = import_weights(replace(graph, weights={}), _file(float_onnx(graph)))
    assert found.matched_by == "name"
    _same_weights(found.graph, graph)


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_under_other_names_it_comes_back_by_structure(seed: int) -> None:
    graph = remove_dead_nodes(random_graph(seed))
    found = import_weights(replace(graph, weights={}), _file(_renamed(_model(graph))))
    assert found.matched_by == "structure"
    _same_weights(found.graph, graph)


@settings(max_examples=30, deadline=None)
@given(first=seeds, second=seeds)
def test_another_network_is_told_apart(first: int, second: int) -> None:
    ours, theirs = (remove_dead_nodes(random_graph(seed)) for seed in (first, second))
    skeletons = [
        (graph.nodes, [graph.tensors[name] for name in graph.parameters]) for graph in (ours, theirs)
    ]
    if skeletons[0] != skeletons[1]:
        with pytest.raises(OtherNetworkError, match=r"trained\.onnx is another network than net: "):
            import_weights(ours, _file(_renamed(_model(theirs))))


def _classifier(filters: int = 4) -> Graph:
    net = Net(6, 6, 2)
    first = net.relu6(net.batch_norm(net.conv("input", filters=filters)))
    second = net.batch_norm(net.depthwise(first))
    net.dense(net.flatten(net.average_pool(net.relu(net.add(second, first)))), units=3)
    return with_statistics(net.graph(), np.random.default_rng(filters))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("weight", r"tensor 'dense_10/weight' is \(3, 24\) where it has 'dense_10/weight', \(3, 36\)"),
        ("relu", "has more of Relu"),
        ("nan", "tensor 'conv_1/weight' holds numbers that are not finite"),
        ("infinite", "tensor 'conv_1/weight' holds numbers that are not finite"),
        ("variance", "batch norm 'batch_norm_2' has a variance or epsilon below 0"),
        ("bytes", "'conv_1/weight' of shape .* has the wrong number of bytes"),
        ("huge", r"tensor 'conv_1/weight' is \(1099511627776, 2, 3, 3\) where"),
        ("no weight", "computes its weights|nothing defines"),
        ("circle", "needs itself"),
        ("stride", r"is conv \(strides \(2, 2\)\) where it has 'conv_1', conv \(strides \(1, 1\)\)"),
        ("quantized", "is quantized"),
        ("no graph", "holds no graph"),
        ("outputs", "1 inputs and 2 outputs"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(change: str, message: str) -> None:
    graph = _classifier()
    model = _model(graph)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    weight = tensors["conv_1/weight"]
    array = numpy_helper.to_array(weight).copy()
    match change:
        case "weight":
            narrow = np.zeros((3, 24), np.float32)
            tensors["dense_10/weight"].CopyFrom(numpy_helper.from_array(narrow, "dense_10/weight"))
        case "relu":
            clip = next(node for node in model.graph.node if node.op_type == "Clip")
            clip.op_type, clip.input[:] = "Relu", clip.input[:1]
        case "nan" | "infinite":
            array[1, 1, 1, 1] = np.nan if change == "nan" else np.inf
            weight.raw_data = array.tobytes()
        case "variance":
            tensors["batch_norm_2/variance"].raw_data = np.full(4, -1, np.float32).tobytes()
        case "bytes":
            weight.raw_data = weight.raw_data[:-1]
        case "huge":
            weight.dims[0] = 2**40
        case "no weight":
            model.graph.initializer.remove(weight)
        case "circle":
            model.graph.node[0].input[0] = "relu_7"
        case "stride":
            strides = next(a for a in model.graph.node[0].attribute if a.name == "strides")
            strides.ints[:] = [2, 2]
        case "quantized":
            model.graph.node[0].op_type = "QLinearConv"
        case "no graph":
            model.ClearField("graph")
        case "outputs":
            model.graph.output.append(model.graph.output[0])
    with pytest.raises(ModelError, match=message) as caught:
        import_weights(graph, _file(model))
    assert "\n" not in str(caught.value)


def test_files_that_are_no_onnx_are_refused(tmp_path: Path) -> None:
    content = float_onnx(_classifier())
    wrong = {
        "empty.onnx": (b"", "is empty"),
        "text.onnx": (b"#!/bin/sh\necho hello\n" * 50, "is not an ONNX file|is truncated"),
        "zip.onnx": (b"PK\x03\x04" + bytes(200), "is not an ONNX file"),
        "half.onnx": (content[: len(content) // 2], "is truncated"),
        "short.onnx": (content[:-1], "is truncated"),
        "bomb.onnx": (b"\x3a\xc0\x8d\xb7\x01" + b"\x0a\x00" * 1_500_000, "is truncated|has more than"),
    }
    for name, (data, message) in wrong.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ModelError, match=message):
            read_onnx(tmp_path / name)
    with pytest.raises(ModelError, match="no_such"):
        read_onnx(tmp_path / "no_such.onnx")
    with pytest.raises(ModelError, match="is no file"):
        read_onnx(tmp_path)


def test_many_tiny_parts_and_large_files_are_refused_before_they_are_built(tmp_path: Path) -> None:
    nodes = b"\x0a\x00" * (MOST_FIELDS + 1)
    length = len(nodes)
    varint = bytes([length & 127 | 128, length >> 7 & 127 | 128, length >> 14 & 127 | 128, length >> 21])
    with pytest.raises(ModelError, match="parts"):
        parse_onnx(b"\x3a" + varint + nodes, Path("bomb.onnx"))
    large = tmp_path / "large.onnx"
    with large.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(ModelError, match="no prototype has more than"):
        read_onnx(large)


def test_the_int8_file_is_not_taken_back() -> None:
    folded = run_passes(_classifier())
    x = np.random.default_rng(0).normal(0, 1, (4, 6, 6, 2)).astype(np.float32)
    content = int8_onnx(quantize_static(folded, measure_ranges(folded, [x])))
    with pytest.raises(ModelError, match="is quantized"):
        parse_onnx(content, Path("kws_1_int8.onnx"))


def test_hostile_names_reach_nobodys_terminal() -> None:
    graph = _classifier()
    model = _renamed(_model(graph))
    model.graph.node[0].op_type = model.graph.node[0].name = "\x1b[2J\n" * 9999
    model.graph.node[0].attribute[0].name = "\x1b[2J\n" * 9999
    with pytest.raises(OtherNetworkError) as caught:
        import_weights(graph, _file(model))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_mutated_files_are_read_or_refused() -> None:
    """Bytes flipped, cut out, doubled and made extreme: a graph with finite weights, or one line."""
    graph, generator = _classifier(), random.Random(4)
    originals = [float_onnx(graph), _renamed(_model(graph)).SerializeToString()]
    refused = 0
    for number in range(MUTATIONS):
        content = bytearray(originals[number % 2])
        for _ in range(generator.choice([1, 1, 2, 8])):
            _mutate(content, generator)
        try:
            found = import_weights(graph, parse_onnx(bytes(content), Path("mutated.onnx")))
        except ModelError as error:
            refused += 1
            assert "mutated.onnx" in str(error)
        else:
            verify_graph(found.graph)
            assert all(np.isfinite(array).all() for array in found.graph.weights.values())
    assert 50 < refused < MUTATIONS


def _mutate(content: bytearray, generator: random.Random) -> None:
    at = generator.randrange(len(content))
    match generator.randrange(5):
        case 0:
            content[at] ^= 1 << generator.randrange(8)
        case 1:
            content[at] = generator.choice([0, 1, 127, 128, 255])
        case 2:
            del content[at : at + generator.randrange(1, 20)]
        case 3:
            content[at:at] = content[at : at + generator.randrange(1, 60)]
        case _:
            del content[max(1, at) :]
    if not content:
        content.append(0)


def test_a_file_finds_the_prototype_it_belongs_to() -> None:
    graphs = {f"kws_{n}": replace(_classifier(filters), name=f"kws_{n}") for n, filters in ((1, 4), (2, 8))}
    for name, graph in graphs.items():
        assert matching_network(_file(float_onnx(graph)), graphs) == name
        assert matching_network(_file(_renamed(_model(graph))), graphs) == name
    with pytest.raises(OtherNetworkError, match="than kws_1: tensor"):
        matching_network(_file(float_onnx(graphs["kws_2"])), {"kws_1": graphs["kws_1"]})


def test_tensors_may_lie_beside_the_file_but_nowhere_else(tmp_path: Path) -> None:
    graph = _classifier()
    model = _model(graph)
    onnx.save_model(
        model, tmp_path / "a.onnx", save_as_external_data=True, location="a.data", size_threshold=0
    )
    _same_weights(import_weights(graph, read_onnx(tmp_path / "a.onnx")).graph, graph)
    outside = onnx.load_model(tmp_path / "a.onnx", load_external_data=False)
    for place in ("../a.data", "/etc/passwd", "", "."):
        for tensor in outside.graph.initializer:
            tensor.external_data[0].value = place
        with pytest.raises(ModelError, match="no file beside the model"):
            import_weights(graph, parse_onnx(outside.SerializeToString(), tmp_path / "a.onnx"))
    (tmp_path / "a.data").write_bytes(b"short")
    with pytest.raises(ModelError, match="lies outside of"):
        import_weights(graph, read_onnx(tmp_path / "a.onnx"))


def test_another_epsilon_is_the_files() -> None:
    graph = _classifier()
    model = _model(graph)
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "epsilon":
                attribute.f = 0.001
    found = import_weights(graph, _file(model)).graph
    assert {node.op.epsilon for node in found.nodes if isinstance(node.op, BatchNorm)} == {
        float(np.float32(0.001))
    }


@needs_torch
@pytest.mark.parametrize("folded", [True, False])
def test_a_network_trained_and_exported_by_pytorch_comes_back(folded: bool) -> None:
    """Other names, other spellings, batch norms folded or not, and a plain flatten: the same function."""
    import torch

    from tests.compiler.export.torch_twin import TorchTwin, twin_graph

    module = TorchTwin().eval()
    x = torch.randn(3, 2, 10, 8, generator=torch.Generator().manual_seed(0))
    stream = io.BytesIO()
    mode = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, (x,), stream, opset_version=17, dynamo=False, training=mode)
    found = import_weights(twin_graph(), _file(stream.getvalue()))
    verify_graph(found.graph)
    assert found.matched_by == "structure"
    assert found.folded == (2 if folded else 0)
    ours = run_float(found.graph, np.moveaxis(x.numpy(), 1, -1))[found.graph.outputs[0]]
    np.testing.assert_allclose(ours, module(x).detach().numpy(), rtol=1e-4, atol=1e-5)
