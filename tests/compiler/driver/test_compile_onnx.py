"""`protonas compile` and `plan` of ONNX models, quantized and float, samples to calibrate on, float ports."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.compiler.driver.models import BOARD, answer, call, dense, save, shared_model

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


def test_a_float_network_is_judged_without_samples(tmp_path: Path, capsys: Capture) -> None:
    model = float_network(tmp_path)
    assert call("compile", model, *BOARD, "--check") == 0
    said = capsys.readouterr().out
    assert "operators are supported by portable kernels" in said and "--calibrate FILE.npz" in said
    proto = onnx.load(model)
    for node in proto.graph.node:
        node.op_type = "Mystery" if node.op_type == "Relu" else node.op_type
    onnx.save(proto, model)
    for command in (("compile", "--check"), ("plan",)):
        assert call(command[0], model, *BOARD, *command[1:]) == 1
        assert "Mystery '" in capsys.readouterr().err


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


def flattened_first(folder: Path) -> Path:
    """A dense layer on a map that the file flattens, channels first; steps of a half."""
    constants = [
        numpy_helper.from_array(np.float32(0.5), "s"),
        numpy_helper.from_array(np.int8(3), "z"),
        numpy_helper.from_array(np.float32(0.01), "ws"),
        numpy_helper.from_array(np.int8(0), "wz"),
        numpy_helper.from_array(np.arange(-48, 48, dtype=np.int8).reshape(48, 2), "w"),
    ]
    nodes = [
        helper.make_node("QuantizeLinear", ["image", "s", "z"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["x"]),
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("DequantizeLinear", ["w", "ws", "wz"], ["v"]),
        helper.make_node("MatMul", ["flat", "v"], ["y"]),
        helper.make_node("QuantizeLinear", ["y", "s", "z"], ["p"]),
        helper.make_node("DequantizeLinear", ["p", "s", "z"], ["scores"]),
    ]
    given = [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 4, 4])]
    result = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 2])]
    graph = helper.make_graph(nodes, "net", given, result, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return save(folder, model.SerializeToString(), "net.onnx")


def test_the_header_says_which_axes_an_input_has(tmp_path: Path) -> None:
    assert call("compile", flattened_first(tmp_path), *BOARD, "-o", tmp_path / "onnx") == 0
    assert "/* Input: 3 x 4 x 4 int8, axes in the file's order, " in (tmp_path / "onnx/net.h").read_text()
    assert "3 x 4 x 4, axes in the file's order */" in (tmp_path / "onnx/README.md").read_text()


@needs_cc
def test_helpers_round_halves_to_even_as_onnx_does(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("compile", flattened_first(tmp_path), *BOARD, "-o", out) == 0
    words = ["cc", "-std=c11", "-shared", "-fPIC", "-I.", "-Iprotonas", "-o", "net.so"]
    subprocess.run(
        [*words, *map(str, out.glob("*.c")), *map(str, out.glob("protonas/*.c"))], cwd=out, check=True
    )
    real = (np.arange(48, dtype=np.float32) - 24) / 4  # every second one lies between two steps
    found = np.zeros(48, np.int8)
    library = ctypes.CDLL(str(out / "net.so"))
    library.net_quantize_input(real.ctypes.data_as(ctypes.c_void_p), found.ctypes.data_as(ctypes.c_void_p))
    np.testing.assert_array_equal(found, np.rint(real / np.float32(0.5)) + 3)


def test_float_io_says_which_port_stays_an_integer(tmp_path: Path, capsys: Capture) -> None:
    model = shared_model("keyword_scrambled_8bit")
    assert call("compile", model, *BOARD, "--float-io", "-o", tmp_path / "out") == 0
    assert "'output_0' stays int32: no kernel converts it" in capsys.readouterr().out
