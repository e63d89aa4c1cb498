"""Prototypes out as ONNX, trained weights back in, by the command line."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from compiler.export.onnx_float import float_onnx
from compiler.passes.initialize import initialize_weights
from tests.compiler.driver.running import needs_torch, protonas
from tests.compiler.frontends.networks import Net


def _c_files(folder: Path) -> dict[str, bytes]:
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".c", ".h", ".mk") and "build" not in path.parts
    }
    assert found
    return found


@needs_torch
def test_exported_weights_give_the_same_c(spec: Path, tmp_path: Path) -> None:
    built = json.loads(protonas("build", spec, "-o", tmp_path / "a", "--json").stdout)["prototypes"]
    files = tmp_path / "a/run/onnx"
    assert sorted(path.name for path in files.iterdir()) == [
        "quarters_1.onnx", "quarters_1_int8.onnx", "quarters_2.onnx", "quarters_2_int8.onnx",
    ]  # fmt: skip
    for path in files.iterdir():
        onnx.checker.check_model(path, full_check=True)
    given = files / "quarters_2.onnx"
    before = given.read_bytes()
    done = protonas("build", tmp_path / "a/run", "-o", tmp_path / "b", "--weights", given, "--json")
    (rebuilt,) = json.loads(done.stdout)["prototypes"]
    assert _c_files(tmp_path / "a/quarters_2") == _c_files(tmp_path / "b/quarters_2")
    assert given.read_bytes() == before
    assert rebuilt["integer_accuracy"] == built[1]["integer_accuracy"]
    assert rebuilt["weights_from"].startswith("quarters_2.onnx, matched by name, SHA-256 ")
    assert built[1]["weights_from"] == "training"
    assert "quarters_2.onnx, matched by name" in (tmp_path / "b/report.html").read_text()


def test_weights_trained_elsewhere_replace_random_ones(spec: Path, tmp_path: Path) -> None:
    protonas("build", spec, "-o", tmp_path, "--untrained")
    files = tmp_path / "run/onnx"
    model = onnx.load_model(files / "quarters_1.onnx")
    tensor = model.graph.initializer[0]
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * 0.5, tensor.name))
    onnx.save_model(model, tmp_path / "trained.onnx")
    (spec.parent / "quarters.npz").unlink()
    done = protonas("build", tmp_path / "run", "-o", tmp_path / "b", "--weights", tmp_path / "trained.onnx")
    assert "no labelled data" in done.stdout
    assert [path.name for path in (tmp_path / "b").glob("quarters_*")] == ["quarters_1"]
    assert "random" not in (tmp_path / "b/quarters_1/README.md").read_text()


def test_wrong_weights_are_one_line(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("not an ONNX file\n" * 20)
    for words, code, message in (
        (("--weights", tmp_path / "missing.onnx"), 1, "No such file"),
        (("--weights", tmp_path / "text.onnx"), 1, "not an ONNX file"),
    ):
        done = protonas("build", spec, "-o", tmp_path / "b", *words, expect=code)
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "b").exists()


def test_weights_of_another_network_print_nothing(spec: Path, tmp_path: Path) -> None:
    net = Net(8, 8, 1)
    net.dense(net.global_average_pool(net.relu(net.conv("input", filters=5))), units=4)
    (tmp_path / "other.onnx").write_bytes(
        float_onnx(initialize_weights(net.graph(), np.random.default_rng()))
    )
    weights = ("--weights", tmp_path / "other.onnx")
    done = protonas("build", spec, "-o", tmp_path / "b", *weights, expect=1)
    assert "other.onnx is another network than quarters_1: " in done.stderr
    assert not list(tmp_path.glob("b/quarters_*"))
    assert (
        "--untrained"
        in protonas("build", spec, "-o", tmp_path / "b", *weights, "--untrained", expect=2).stderr
    )
