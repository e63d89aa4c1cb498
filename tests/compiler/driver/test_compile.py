"""`protonas compile`: what it writes, what it says, and how it ends."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from backends.emulate.qemu import QEMU
from compiler.driver.model_file import name_from
from tests.compiler.driver.models import (
    BOARD,
    SMALL_BOARD,
    answer,
    call,
    dense,
    save,
    shared_model,
    two_ports,
    unsupported,
)
from tests.compiler.driver.running import protonas

needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="cc is not installed")
needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)
Capture = pytest.CaptureFixture[str]


def make(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["make", "-s", "-C", str(folder), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_cc
@needs_qemu
def test_a_model_of_others_from_end_to_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = protonas("compile", shared_model("kws_ref_model"), *BOARD, "-o", out)
    assert "for nucleo_l4r5zi: cortex-m4 at 120 MHz, portable kernels" in done.stdout
    assert "kws_ref_model: PASS: 16 vectors" in make(out, "test")
    assert "kws_ref_model: PASS: 16 vectors" in make(out, "run", "CORE=cortex-m4")
    verified = protonas("verify", out, "--layers")
    assert re.search(r"every byte as expected, 1\d layers too", verified.stdout)


def test_json_has_the_keys_of_the_design(tmp_path: Path, capsys: Capture) -> None:
    model = save(tmp_path, dense(), "My-Net.tflite")
    found = answer(capsys, "compile", model, *BOARD, "-o", tmp_path / "out")
    assert {"ram_bytes", "flash_bytes", "macs", "cycles", "layers"} <= set(found)
    assert (found["name"], found["model"], found["macs"]) == ("my_net", "My-Net.tflite", 32)
    assert found["parameters"] == 36
    assert [layer["kernel"] for layer in found["layers"]] == ["protonas_dense_s8"]
    assert found["output"] == str(tmp_path / "out")
    header = (tmp_path / "out/my_net.h").read_text()
    assert f"#define MY_NET_ARENA_BYTES {found['arena_bytes']}\n" in header
    assert "output" not in (tmp_path / "out/my_net_report.json").read_text()


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("kws", "kws"),
        ("MobileNet-v2 (1)", "mobilenet_v2_1"),
        ("9lives", "model_9lives"),
        ("", "model"),
        ("\U0001f600", "model"),
        ("$(touch x)", "touch_x"),
        ("a" * 200, "a" * 46),
        ("é", "model"),
    ],
)
def test_names_come_from_files(stem: str, name: str) -> None:
    assert name_from(stem) == name


@needs_cc
def test_hostile_file_and_tensor_names(tmp_path: Path, capsys: Capture) -> None:
    hostile = two_ports('*/ #error "', "class", "$(touch x)", "a\\\nb")
    model = save(tmp_path, hostile, "$(touch pwned);'x.tflite")
    assert call("compile", model, *BOARD, "-o", tmp_path / "out") == 0
    make(tmp_path / "out", "test", "WARNINGS=-Wall -Wextra -Wconversion -Werror")
    assert not list(tmp_path.rglob("pwned*"))


@needs_cc
def test_ports_are_called_by_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("compile", save(tmp_path, two_ports()), *BOARD, "-o", out) == 0
    header = (out / "net.h").read_text()
    for line in (
        "int8_t *net_input_left(void *arena);",
        "int8_t *net_input_right(void *arena);",
        "const int8_t *net_output_sum(const void *arena);",
        "const int8_t *net_output_pooled(const void *arena);",
        "#define NET_INPUT_RIGHT_SCALE 0.25f",
        "#define NET_INPUT_RIGHT_ZERO_POINT (-4)",
        "#define NET_OUTPUT_POOLED_ELEMENTS 12",
        "void net_quantize_input_left(const float *real, int8_t *input);",
        "void net_dequantize_output_pooled(const int8_t *output, float *real);",
    ):
        assert line in header
    make(out, "test", "WARNINGS=-Wall -Wextra -Wconversion -Werror")


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    model = save(tmp_path, dense())
    for out in ("one", "two"):
        assert call("compile", model, *BOARD, "-o", tmp_path / out, "--seed", 5) == 0
    assert call("compile", model, *BOARD, "-o", tmp_path / "other", "--seed", 6) == 0
    one, two, other = (
        {path.relative_to(tmp_path / out): path.read_bytes() for path in (tmp_path / out).rglob("*.*")}
        for out in ("one", "two", "other")
    )
    assert one == two
    assert {path.name for path in one if one[path] != other[path]} == {
        "vectors.c", "layers.c", "net_report.json", ".protonas-files"
    }  # fmt: skip


def test_as_many_vectors_as_asked_for(tmp_path: Path) -> None:
    model = save(tmp_path, dense())
    for count in (1, 2, 40):
        assert call("compile", model, *BOARD, "-o", tmp_path / "out", "--vectors", count) == 0
        assert f"#define SELFTEST_VECTORS {count}\n" in (tmp_path / "out/selftest/vectors.h").read_text()


def test_extremes_are_among_the_vectors(tmp_path: Path) -> None:
    assert call("compile", save(tmp_path, dense()), *BOARD, "-o", tmp_path / "out") == 0
    text = (tmp_path / "out/selftest/vectors.c").read_text()
    for value in ("-128", "127"):
        assert ", ".join([value] * 8) + ",\n" in text


def test_check_names_operators_and_kernels_and_writes_nothing(tmp_path: Path, capsys: Capture) -> None:
    model = save(tmp_path, two_ports())
    before = sorted(tmp_path.iterdir())
    assert call("compile", model, *BOARD, "--check", "-o", tmp_path / "out") == 0
    shown = capsys.readouterr().out
    assert "net.tflite: all 2 operators are supported by portable kernels" in shown
    assert re.search(r"Add +add_0 +4x4x3 +add_s8", shown)
    assert re.search(r"MaxPool2D +max_pool_2d_1 +2x2x3 +max_pool2d_s8", shown)
    assert sorted(tmp_path.iterdir()) == before
    found = answer(capsys, "compile", model, *BOARD, "--check")
    assert found["supported"] is True
    assert [row["kernel"] for row in found["operators"]] == ["add_s8", "max_pool2d_s8"]


def test_everything_unsupported_is_told_at_once(tmp_path: Path, capsys: Capture) -> None:
    model = save(tmp_path, unsupported())
    before = sorted(tmp_path.iterdir())
    for words in (("--check",), ("-o", tmp_path / "out")):
        assert call("compile", model, *BOARD, *words) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert re.search(r"SQUARE 'wave' \[1, 8\]: .*; nearest: ", said.err)
        assert re.search(r"COS 'root' \[1, 8\]: .*; nearest: ", said.err)
    assert sorted(tmp_path.iterdir()) == before
    found = answer(capsys, "compile", model, *BOARD, "--check", expect=1)
    assert found["supported"] is False
    operators = [(item["operator"], item["tensor"]) for item in found["unsupported"] if item["operator"]]
    assert operators == [("SQUARE", "wave"), ("COS", "root")]


def test_what_does_not_fit_names_the_three_largest_and_writes_nothing(
    tmp_path: Path, capsys: Capture
) -> None:
    model = shared_model("vww_96_int8")
    assert call("compile", model, *SMALL_BOARD, "-o", tmp_path / "out") == 3
    said = capsys.readouterr()
    found = re.search(r"needs 36,\d+ B of RAM, the limit is 16,384 B; the largest are (.*)\n", said.err)
    assert found is not None
    assert len(re.findall(r"\w+ \([\d,]+ B\)", found[1])) == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("none.tflite", *BOARD, "-o", "out"), 1, "there is no such file"),
        ((".", *BOARD, "-o", "out"), 1, "is a folder, and no model"),
        (("empty.onnx", *BOARD, "-o", "out"), 1, "empty.onnx is empty"),
        (("net.tflite", *BOARD, "-o", ""), 2, "where to?"),
        (("net.tflite", *BOARD, "-o", "out", "--seed", "-1"), 2, "--seed must be at least 0"),
        (("net.tflite", *BOARD, "-o", "out", "--vectors", "1001"), 2, "--vectors must be at most 1,000"),
        (("net.txt", *BOARD, "-o", "out"), 1, "neither a .tflite nor an .onnx file"),
        (("bad.tflite", *BOARD, "-o", "out"), 1, "not a TFLite model"),
        (("net.tflite", "-o", "out"), 2, "which board? Give it with --target"),
        (("net.tflite", *BOARD), 2, "where to?"),
        (("net.tflite", "--target", "nucleo_l4r5", "-o", "out"), 1, "did you mean"),
        (("net.tflite", *BOARD, "-o", "out", "--backend", "fpga"), 2, "no backend is called 'fpga'"),
        (("net.tflite", *BOARD, "-o", "out", "--name", "My Net"), 2, "--name 'My Net'"),
        (("net.tflite", *BOARD, "-o", "out", "--vectors", "0"), 2, "--vectors must be at least 1"),
        (("net.tflite", *BOARD, "-o", "net.tflite/out"), 1, "cannot write"),
    ],
)
def test_wrong_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path, dense())
    save(tmp_path, b"hello", "net.txt")
    save(tmp_path, b"hello, hello", "bad.tflite")
    save(tmp_path, b"", "empty.onnx")
    assert call("compile", *words) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bad.tflite",
        "empty.onnx",
        "net.tflite",
        "net.txt",
    ]


@pytest.mark.parametrize("name", ["while", "vectors"])
def test_a_name_that_c_has_taken_is_changed_and_that_is_said(
    tmp_path: Path, capsys: Capture, name: str
) -> None:
    model = save(tmp_path, dense(), f"{name}.tflite")
    assert call("compile", model, *BOARD, "-o", str(tmp_path / "out")) == 0
    said = re.search(
        rf"'{name}' is taken in C, or by protonas: there it is called (\w+)\n", capsys.readouterr().out
    )
    assert said is not None
    assert said[1] != name
    assert (tmp_path / "out" / f"{said[1]}.h").is_file()


def test_a_folder_holds_one_model(tmp_path: Path, capsys: Capture) -> None:
    """Another one replaces it only under its name, and no edit is ever lost."""
    out = tmp_path / "out"
    first, second = save(tmp_path, dense(), "first.tflite"), save(tmp_path, two_ports(), "second.tflite")
    assert call("compile", first, *BOARD, "-o", out) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert call("compile", second, *BOARD, "-o", out) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.out == ""
    assert f"{out} holds the model first: give second another folder, or --name first" in said.err
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert call("compile", second, *BOARD, "-o", out, "--name", "first") == 0
    assert call("compile", first, *BOARD, "-o", out) == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (out / "first.c").write_text("mine\n")
    assert call("compile", first, *BOARD, "-o", out) == 1
    assert f"edited since protonas wrote it: {out / 'first.c'};" in capsys.readouterr().err
    assert (out / "first.c").read_text() == "mine\n"


def test_a_cut_or_changed_file_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    content = dense()
    rng = np.random.default_rng(3)
    for _ in range(40):
        data = bytearray(content[: int(rng.integers(8, len(content) + 1))])
        for place in rng.integers(8, len(data) + 1, 4):
            data[min(int(place), len(data) - 1)] = int(rng.integers(256))
        code = call("compile", save(tmp_path, bytes(data)), *BOARD, "--check")
        said = capsys.readouterr().err
        assert code in (0, 1), said
        assert "bug" not in said


def test_no_optimize_keeps_every_channel(tmp_path: Path, capsys: Capture) -> None:
    model = shared_model("vww_96_int8")
    least = answer(capsys, "plan", model, *BOARD)
    whole = answer(capsys, "plan", model, *BOARD, "--no-optimize")
    assert least["macs"] == whole["macs"] == 7_489_664
    assert least["macs_left"] == sum(layer["macs"] for layer in least["layers"]) == 3_727_313
    assert sum(layer["macs"] for layer in whole["layers"]) == whole["macs_left"] == whole["macs"]
    assert least["flash_bytes"] < 0.3 * whole["flash_bytes"]
