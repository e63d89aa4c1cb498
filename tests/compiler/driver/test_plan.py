"""`protonas plan`: costs by layer and a picture of memory, before any code exists."""

import xml.etree.ElementTree
from pathlib import Path

import pytest

from tests.compiler.driver.models import BOARD, SMALL_BOARD, answer, call, dense, save, shared_model

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
