"""`protonas compile` and `plan` of ONNX models, quantized and float, samples to calibrate on, float ports."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.compiler.driver.models import BOARD, answer, call, dense, save

needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="cc is not installed")
Capture = pytest.CaptureFixture[str]


def make_test(folder: Path) -> None:
    words = ["make", "-s", "-C", str(folder), "test", "WARNINGS=-Wall -Wextra -Wconversion -Werror"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def float_network(folder: Path) -> Path:
    """Convolution, clamp, average, dense layer, in float32."""
    rng = np.random.default_rng(0)
    arrays = {
        "w": rng.normal(0, 0.4, (6, 3, 3, 3)), "b": rng.normal(0, 0.4, 6), "v": rng.normal(0, 0.4, (6, 4)),
    }  # fmt: skip
    constants = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in arrays.items()]
    nodes = [
        helper.make_node("Conv", ["image", "w", "b"], ["c"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]),
        helper.make_node("Gemm", ["f", "v"], ["scores"]),
    ]
    given = [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])]
    result = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 4])]
    graph = helper.make_graph(nodes, "net", given, result, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return save(folder, model.SerializeToString(), "net.onnx")


def samples(folder: Path, **arrays: np.ndarray) -> Path:
    path = folder / "samples.npz"
    np.savez(path, **arrays)
    return path


def pictures(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 1, shape).astype(np.float32)


@needs_cc
@pytest.mark.parametrize("shape", [(40, 3, 8, 8), (40, 8, 8, 3), (700, 3, 8, 8)])
def test_a_float_network_is_calibrated(tmp_path: Path, shape: tuple[int, ...]) -> None:
    data = samples(tmp_path, x_train=pictures(*shape), y_train=np.zeros(shape[0]))
    out = tmp_path / "out"
    assert call("compile", float_network(tmp_path), *BOARD, "--calibrate", data, "-o", out) == 0
    header = (out / "net.h").read_text()
    assert "/* Input: 8 x 8 x 3 int8, channels last" in header
    make_test(out)


@needs_cc
def test_float_ports_of_a_calibrated_network(tmp_path: Path) -> None:
    data, out = samples(tmp_path, image=pictures(20, 3, 8, 8)), tmp_path / "out"
    words = ("--calibrate", data, "--float-io", "-o", out)
    assert call("compile", float_network(tmp_path), *BOARD, *words) == 0
    header = (out / "net.h").read_text()
    assert "float *net_input(void *arena);" in header
    assert "const float *net_output(const void *arena);" in header
    assert "quantize" not in header.replace("dequantize", "")
    make_test(out)


@needs_cc
def test_float_ports_of_a_tflite_model(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("compile", save(tmp_path, dense()), *BOARD, "--float-io", "-o", out) == 0
    assert "float *net_input(void *arena);" in (out / "net.h").read_text()
    make_test(out)


def test_a_float_network_is_planned_as_if_quantized(tmp_path: Path, capsys: Capture) -> None:
    model = float_network(tmp_path)
    planned = answer(capsys, "plan", model, *BOARD)
    data = samples(tmp_path, x_train=pictures(20, 3, 8, 8))
    compiled = answer(capsys, "compile", model, *BOARD, "--calibrate", data, "-o", tmp_path / "out")
    for key in ("ram_bytes", "flash_bytes", "macs", "cycles"):
        assert planned[key] == compiled[key]


@pytest.mark.parametrize(
    ("arrays", "code", "message"),
    [
        (None, 1, "is a float network: give samples to quantize it with, --calibrate FILE.npz"),
        ({"x_train": pictures(5, 3, 9, 9)}, 1, "is [3, 9, 9] a sample"),
        ({"x_train": pictures(0, 3, 8, 8)}, 1, "the calibration data"),
        ({"a": pictures(5, 3, 8, 8), "b": pictures(5)}, 1, "the calibration data has no array 'image'"),
        ({}, 1, "holds no arrays"),
    ],
)
def test_samples_that_do_not_do(
    tmp_path: Path, capsys: Capture, arrays: dict[str, np.ndarray] | None, code: int, message: str
) -> None:
    words = [] if arrays is None else ["--calibrate", samples(tmp_path, **arrays)]
    assert call("compile", float_network(tmp_path), *BOARD, "-o", tmp_path / "out", *words) == code
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_samples_for_a_quantized_model_are_refused(tmp_path: Path, capsys: Capture) -> None:
    data = samples(tmp_path, x_train=pictures(5, 8))
    words = ("-o", tmp_path / "out", "--calibrate", data)
    assert call("compile", save(tmp_path, dense()), *BOARD, *words) == 2
    assert "a TFLite file is quantized already" in capsys.readouterr().err


def test_a_damaged_onnx_file_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    content = float_network(tmp_path).read_bytes()
    for cut in (0, 1, 20, len(content) // 2, len(content) - 1):
        path = save(tmp_path, content[:cut], "cut.onnx")
        assert call("compile", path, *BOARD, "--check") == 1
        said = capsys.readouterr().err
        assert said.startswith("protonas: error: ")
        assert "bug" not in said
