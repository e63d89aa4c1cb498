"""`protonas plan`: costs by layer and a picture of memory, before any code exists."""

import re
import tracemalloc
import xml.etree.ElementTree
from pathlib import Path

import pytest

from compiler.ir.tensor import Quantization
from tests.compiler.driver.models import BOARD, SMALL_BOARD, answer, call, dense, save, shared_model
from tests.tflite_models.sketch import Sketch

Capture = pytest.CaptureFixture[str]


def test_layers_costs_and_a_picture_in_characters(tmp_path: Path, capsys: Capture) -> None:
    assert call("plan", shared_model("kws_ref_model"), *BOARD) == 0
    shown = capsys.readouterr().out
    assert "cycles est." in shown
    assert "RAM" in shown
    rows = [line for line in shown.splitlines() if "\N{BOX DRAWINGS LIGHT VERTICAL}" in line]
    assert len(rows) == 16
    assert all(len(line) <= 100 for line in rows)
    assert "\N{FULL BLOCK}" in rows[-1]


def test_json(tmp_path: Path, capsys: Capture) -> None:
    found = answer(capsys, "plan", save(tmp_path, dense()), *BOARD)
    assert {"ram_bytes", "flash_bytes", "macs", "cycles", "layers", "memory"} <= set(found)
    assert found["fits"] is True
    assert {item["region"] for item in found["memory"]} == {"arena"}
    assert found["picture"] is None
    compiled = answer(capsys, "compile", tmp_path / "net.tflite", *BOARD, "-o", tmp_path / "out")
    same = ("ram_bytes", "flash_bytes", "macs", "cycles", "layers", "stack_bytes")
    assert {key: found[key] for key in same} == {key: compiled[key] for key in same}


def test_the_picture_is_an_svg(tmp_path: Path) -> None:
    picture = tmp_path / "deep/memory.svg"
    assert call("plan", save(tmp_path, dense()), *BOARD, "-o", picture) == 0
    root = xml.etree.ElementTree.parse(picture).getroot()
    assert root.tag.endswith("svg")
    assert "peak" in picture.read_text()


def test_what_does_not_fit_is_shown_all_the_same(tmp_path: Path, capsys: Capture) -> None:
    model = shared_model("vww_96_int8")
    picture = tmp_path / "memory.svg"
    assert call("plan", model, *SMALL_BOARD, "-o", picture) == 3
    said = capsys.readouterr()
    assert "cycles est." in said.out
    assert "the limit is 16,384 B; the largest are " in said.err
    assert picture.is_file()
    found = answer(capsys, "plan", model, *SMALL_BOARD, expect=3)
    assert found["fits"] is False


def test_the_picture_has_a_name_of_its_kind(tmp_path: Path, capsys: Capture) -> None:
    assert call("plan", save(tmp_path, dense()), *BOARD, "-o", tmp_path / "out") == 2
    assert "ends in .svg" in capsys.readouterr().err


def test_maps_larger_than_any_memory_take_no_room_here(tmp_path: Path, capsys: Capture) -> None:
    """A few hundred bytes of a file may ask for maps of 64 MiB each: one line, in little memory."""
    grid = Quantization(scale=(0.5,), zero_point=(0,))
    sketch = Sketch(1)
    shape = (1, 8192, 8192, 1)
    value = sketch.input(shape, "INT8", grid)
    weight = sketch.random((1, 1, 1, 1), "INT8", grid)
    options = {"stride_w": 1, "stride_h": 1, "dilation_w_factor": 1, "dilation_h_factor": 1}
    for _ in range(6):
        made = sketch.tensor(shape, "INT8", grid)
        sketch.operator("CONV_2D", [value, weight, -1], [made], padding="SAME", **options)
        value = made
    sketch.output(value)
    model = save(tmp_path, sketch.build())
    tracemalloc.start()
    assert call("plan", model, *SMALL_BOARD) == 3
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert re.search(r"needs 67,108,\d+ B of RAM, the limit is 16,384 B", capsys.readouterr().err)
    assert peak < 8 * 2**20
