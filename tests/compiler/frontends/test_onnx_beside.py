"""Tensors in a file beside the model, as PyTorch's exporter writes them, and files that only say so."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from compiler.driver.model_file import import_model, open_model
from compiler.errors import ModelError
from compiler.frontends.onnx.read import import_onnx
from tests.compiler.frontends.onnx_networks import Net, quantized


def _model() -> onnx.ModelProto:
    net = Net(61)
    y = net.conv(net.input("x", 1, 3, 8, 8), 8, 3, (3, 3))
    samples = net.rng.normal(size=(4, 3, 8, 8)).astype(np.float32)
    return onnx.load_from_string(quantized(net.model(net.add("Relu", y)), samples, per_channel=True))


def _saved(folder: Path) -> Path:
    path = folder / "net.onnx"
    onnx.save(_model(), path, save_as_external_data=True, location="net.onnx.data", size_threshold=0)
    return path


def test_they_are_read(tmp_path: Path) -> None:
    graph = import_model(open_model(_saved(tmp_path), None), float_io=False)
    (tmp_path / "one.onnx").write_bytes(_model().SerializeToString())
    whole = import_model(open_model(tmp_path / "one.onnx", "net"), float_io=False)
    assert graph == whole and graph.weights
    assert all(np.array_equal(graph.weights[name], whole.weights[name]) for name in graph.weights)


def test_without_a_place_they_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="lies in another file"):
        import_onnx(_saved(tmp_path).read_bytes(), "net")


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("location", "../net.onnx.data", "no file beside the model"),
        ("location", "/etc/passwd", "no file beside the model"),
        ("location", "nowhere", "lies in nowhere"),
        ("location", ".", "no file beside the model"),
        ("location", "", "no file beside the model"),
        ("location", "two\n\x1b[31mlines", r"in 'two\\n\\x1b\[31mlines', which is no file beside"),
        ("location", "a" * 300, "lies in 'a{79}, which is no file beside"),
        ("offset", "-1", "lies outside"),
        ("offset", "99999999", "lies outside"),
        ("offset", "x", "does not say where"),
        ("length", "1", "wrong number of bytes"),
        ("length", "", "does not say where"),
    ],
)
def test_places_that_are_none(key: str, value: str, why: str, tmp_path: Path) -> None:
    path = _saved(tmp_path)
    model = onnx.load(path, load_external_data=False)
    tensor = max(model.graph.initializer, key=lambda one: np.prod(one.dims, dtype=float))
    for entry in tensor.external_data:
        if entry.key == key:
            entry.value = value
    with pytest.raises(ModelError, match=why):
        import_onnx(model.SerializeToString(), "net", path=path)


def test_as_many_bytes_as_no_board_holds(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    model = onnx.load(path, load_external_data=False)
    for index in range(3):
        tensor = model.graph.initializer.add(name=f"w{index}", data_type=TensorProto.FLOAT, dims=(1 << 23,))
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="net.onnx.data")
    with pytest.raises(ModelError, match="lie beside it; at most"):
        import_onnx(model.SerializeToString(), "net", path=path)
