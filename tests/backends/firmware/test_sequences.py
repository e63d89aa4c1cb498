"""Folders of networks that remember: states are filled, refused where they are not, and begin anew."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.portable.backend import PORTABLE
from compiler.backend import FirmwareRequest, Vectors
from compiler.driver.model_vectors import model_vectors
from compiler.ir.graph import Graph
from compiler.ir.states import STATE_MARK
from compiler.memory.check_plan import check_plan
from compiler.reference.checksums import UNKNOWN, call_checksums
from tests.compiler.stateful_graphs import Stateful
from tests.tflite_models.printed import firmware_request

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def remembering() -> Graph:
    """A variable, an LSTM, and SVDFs with states of both types and other zero points than 0."""
    draft = Stateful(np.random.default_rng(5), (12,))
    before = draft.delay("x", initial=3)
    first = draft.svdf(before, units=6, rank=2)
    second = draft.svdf(first, units=4, dtype="int16")
    return replace(draft.graph(draft.svdf(second, units=3, memory=5), before), name="recalling")


def request_of(graph: Graph, vectors: Vectors) -> FirmwareRequest:
    request = firmware_request(graph, vectors)
    checksums = call_checksums(request.graph, request.program, vectors.inputs, vectors.sequence)
    return replace(request, vectors=replace(vectors, checksums=checksums))


def run(request: FirmwareRequest, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    for name, text in PORTABLE.emit(request).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    command = ["make", "-s", "-C", str(folder), "test", "WARNINGS=-Wall -Wextra -Wconversion -Werror", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_layer_of_two_sequences(tmp_path: Path) -> None:
    vectors = model_vectors(remembering(), 7, seed=0)
    assert (vectors.sequence, len(vectors.inputs)) == (4, 8)
    request = request_of(remembering(), vectors)
    check_plan(request.program, request.plan)
    done = run(request, tmp_path, "LAYERS=1", "CFLAGS=-O1 -g -fsanitize=address,undefined")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 5 calls compared" in done.stdout
    states = 4 + 12 + 12 * 4 + 4 * 4 * 2 + 3 * 5
    assert f"#define RECALLING_STATE_BYTES {states}\n" in (tmp_path / "recalling.h").read_text()


def test_a_state_that_does_not_begin_anew_is_found(tmp_path: Path) -> None:
    vectors = model_vectors(remembering(), 8, seed=0)
    wrong = replace(request_of(remembering(), vectors), vectors=replace(vectors, sequence=8))
    done = run(wrong, tmp_path)
    assert done.returncode != 0 and "FAIL: vector 4, " in done.stdout


def test_memory_that_was_never_initialised_is_refused(tmp_path: Path) -> None:
    request = request_of(remembering(), model_vectors(remembering(), 2, seed=0))
    assert run(request, tmp_path).returncode == 0
    source = tmp_path / "recalling.c"
    text = source.read_text()
    assert text.count("return PROTONAS_ERROR_STATE;") == 2
    source.write_text(text.replace("if (check_mark(state) != PROTONAS_SUCCESS)", "if (0)"))
    done = subprocess.run(
        ["make", "-s", "-C", str(tmp_path), "test", "WARNINGS=-w"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0 and "wrong arguments are not refused" in done.stdout


def test_states_lie_in_a_block_of_their_own() -> None:
    request = firmware_request(remembering(), model_vectors(remembering(), 2, seed=0))
    regions = {place.buffer: place.region for place in request.plan.placements}
    states = {state.name for state in request.graph.states}
    assert {name for name, region in regions.items() if region == "state"} == {STATE_MARK, *states}
    assert request.cost.state_bytes == request.plan.state_bytes


def test_a_call_that_writes_a_state_alone_has_no_checksum() -> None:
    graph = remembering()
    program = firmware_request(graph, model_vectors(graph, 2, seed=0)).program
    found = call_checksums(graph, program, np.zeros((2, 12), np.int8), sequence=2)
    assigned = [index for index, call in enumerate(program.calls) if call.layer == "node_1"]
    assert (found[:, assigned] == UNKNOWN).all()
    assert (np.delete(found, assigned, axis=1) >= 0).all()
