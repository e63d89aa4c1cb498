"""`protonas verify`: what it finds, what it measures, and how it ends."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends.emulate.qemu import QEMU
from benchmarks.draft import Draft
from benchmarks.emulated_calls import write_folder
from benchmarks.networks import digits
from compiler.ir.ops import Activate
from tests.compiler.driver.running import protonas

needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)
needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="cc is not installed")
LAYERS = ("n0", "n1", "n2", "n3", "n4", "n5")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(digits(np.random.default_rng(4)), tmp_path / "net")
    return tmp_path / "net"


def corrupt(folder: Path, layer: str) -> None:
    """One weight of a layer becomes another."""
    weights = folder / "bench_weights.c"
    table = re.compile(rf"(/\* {layer}/weights: .*?= \{{\s*)(-?\d+)", re.DOTALL)
    text, found = table.subn(
        lambda match: f"{match[1]}{100 if int(match[2]) < 0 else -100}", weights.read_text()
    )
    assert found == 1
    weights.write_text(text)


def verified(*words: object, expect: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(protonas("verify", *words, "--json", expect=expect).stdout)[
        "verified"
    ]
    return found


@needs_cc
def test_layers_are_compared_on_the_host(folder: Path) -> None:
    (item,) = verified(folder, "--layers")
    assert (item["on"], item["as"], item["state"]) == ("host", "host", "passed")
    assert item["layers_compared"] == len(LAYERS)
    assert item["first_difference"] is None
    assert verified(folder)[0]["layers_compared"] is None
    assert "every byte as expected, 6 layers too" in protonas("verify", folder, "--layers").stdout


@needs_cc
@pytest.mark.parametrize("layer", ["n0", "n2", "n4"])
def test_a_corrupted_weight_is_named_by_layer(folder: Path, layer: str) -> None:
    corrupt(folder, layer)
    kernel = "protonas_dense_s8" if layer == "n4" else "protonas_conv2d_s8"
    done = protonas("verify", folder, "--layers", expect=1)
    assert f"layer {layer} ({kernel}) is the first that differs" in done.stderr
    (item,) = verified(folder, "--layers", expect=1)
    found = item["first_difference"]
    assert found == {"vector": 0, "call": LAYERS.index(layer), "layer": layer, "kernel": kernel}
    assert item["state"] == "failed"


@needs_qemu
def test_a_corrupted_weight_is_named_on_a_core(folder: Path) -> None:
    corrupt(folder, "n2")
    done = protonas("verify", folder, "--on", "cortex-m4", "--layers", expect=1)
    assert "failed on cortex-m4: layer n2 (protonas_conv2d_s8) is the first that differs" in done.stderr


@needs_qemu
def test_instructions_and_stack_on_a_core_that_another_stands_for(folder: Path) -> None:
    (item,) = verified(folder, "--on", "cortex-m0plus", "--count")
    assert (item["on"], item["as"], item["state"]) == ("cortex-m0plus", "cortex-m0", "passed")
    counts = item["instructions"]
    assert [layer["layer"] for layer in counts["layers"]] == list(LAYERS)
    assert counts["total"] == counts["entry"] + sum(layer["instructions"] for layer in counts["layers"])
    assert counts["layers"][2]["instructions"] > 73_728  # one for each multiply, at the least
    assert item["stack_bytes"] == sum(frame["bytes"] for frame in item["stack"])
    assert item["stack"][0]["function"] == "bench_run"
    shown = protonas("verify", folder, "--on", "cortex-m0plus", "--count").stdout
    assert "cortex-m0plus, as cortex-m0" in shown
    assert f"stack {item['stack_bytes']} B" in shown
    assert f"{counts['total']:,}" in shown


def test_wrong_places_are_told_with_what_there_is(folder: Path, tmp_path: Path) -> None:
    done = protonas("verify", folder, "--on", "cortex-a7", expect=2)
    assert "choose host, all, or one of cortex-m0, cortex-m3," in done.stderr
    assert "cortex-m0plus" in done.stderr
    assert "--count needs an emulated core" in protonas("verify", folder, "--count", expect=2).stderr
    (tmp_path / "empty").mkdir()
    assert "holds no generated model" in protonas("verify", tmp_path / "empty", expect=1).stderr


@needs_qemu
def test_a_folder_whose_report_names_no_layers_is_counted_by_number(folder: Path) -> None:
    (folder / "bench_report.json").write_text("{}")
    (item,) = verified(folder, "--on", "cortex-m4", "--count")
    assert [layer["layer"] for layer in item["instructions"]["layers"]] == [f"call {i}" for i in range(6)]


@needs_qemu
def test_a_model_larger_than_the_emulated_board_is_left_out(tmp_path: Path) -> None:
    draft = Draft(np.random.default_rng(4))
    graph = draft.graph((draft.layer(Activate(activation="relu"), draft.source((300, 300, 3))),))
    write_folder(graph, tmp_path / "net")
    done = protonas("verify", tmp_path / "net", "--on", "cortex-m0", expect=1)
    assert "no self-test could be run: larger than the board that is emulated: region `RAM'" in done.stderr


@needs_cc
def test_a_folder_for_cores_of_another_kind_is_left_out(folder: Path) -> None:
    header = next((folder / "protonas").glob("*_version.h"))
    told = '#error "generated for cores with MVE instructions, compiled for others: generate for this core"'
    header.write_text(f"{told}\n{header.read_text()}")
    done = protonas("verify", folder, expect=1)
    assert "no self-test could be run: generated for cores with MVE instructions" in done.stderr


@needs_qemu
def test_a_board_whose_core_is_not_emulated_is_verified_all_the_same(spec: Path, tmp_path: Path) -> None:
    words = ("--untrained", "--target", "raspberry_pi_pico", "--json")
    done = protonas("build", spec, "-o", tmp_path / "out", *words)
    assert "self-tests passed (host, cortex-m0plus, as cortex-m0)" in done.stderr
    built = json.loads(done.stdout)["prototypes"]
    verified_ = verified(tmp_path / "out", "--on", "cortex-m0plus", "--layers")
    assert [item["state"] for item in verified_] == ["passed"] * len(built)
    for promised, item in zip(built, verified_, strict=True):
        assert item["layers_compared"] == len(promised["layers"])
        assert item["stack_bytes"] <= promised["stack_bytes"] <= item["stack_bytes"] + 64
