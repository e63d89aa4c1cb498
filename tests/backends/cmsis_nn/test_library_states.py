"""SVDF, LSTM and products of matrices by the real library, over sequences: bytes and scratch sizes."""

import itertools
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.cmsis_nn import lstm as lowering
from backends.cmsis_nn.backend import CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING
from backends.emulate.cores import CORES
from benchmarks.emulated_calls import write_folder
from benchmarks.single_rounding_library import named_library
from compiler.backend import Backend
from compiler.driver.model_vectors import model_vectors
from compiler.ir.graph import Graph
from compiler.ir.ops import BatchMatMul
from compiler.ir.program import Program
from compiler.target import CORE_ISA
from tests.backends.cmsis_nn.drawn_states import (
    filters,
    lstm,
    lstms,
    matmul,
    products,
    svdf,
    wide_products,
)
from tests.backends.cmsis_nn.libraries import EMULATED, SINGLE, STRICT, missing, needs_host, place
from tests.tflite_models import draw_reductions, draw_state
from tests.tflite_models.sketch import Case

WIDE = [place(core.name, missing(core.name)) for core in CORES if CORE_ISA[core.name] != "plain"]
STATEFUL = st.one_of(filters(), lstms(), lstms("int16"), products(), wide_products())


def run(
    graph: Graph, folder: Path, place: str, backend: Backend = CMSIS_NN
) -> tuple[Program, subprocess.CompletedProcess[str]]:
    """Two sequences, the extremes among their inputs, on a core or the "host", there under sanitizers (of our
    C; the library is as it was built). The state begins anew between them."""
    core = "cortex-m4" if place == "host" else place
    vectors = model_vectors(graph, 12, seed=1)
    program = write_folder(graph, folder, core, backend=backend, vectors=vectors)
    words = ["test", STRICT] if place == "host" else ["run", f"CORE={core}"]
    make = ["make", "-s", "-C", str(folder), *words, "LAYERS=1", "DEBUG=1"]
    return program, subprocess.run(make, capture_output=True, text=True, check=False)


def hold(graph: Graph, place: str, backend: Backend = CMSIS_NN) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program, done = run(graph, Path(folder), place, backend)
    assert all("cmsis" in call.kernel for call in program.calls), [call.fallback for call in program.calls]
    assert done.returncode == 0, done.stdout + done.stderr


@needs_host
@given(graph=STATEFUL)
@settings(max_examples=8, deadline=None)
def test_drawn_sequences_are_the_references_on_the_host(graph: Graph) -> None:
    hold(graph, "host")


@pytest.mark.parametrize("core", EMULATED)
def test_states_are_the_references_on_a_core(core: str) -> None:
    """Some of every kind, the wide memory's sums beyond 32 bits."""
    hold(svdf(3, 19, 7, 2, 9, "int8", fineness=8.0), core)
    if CORE_ISA[core] == "mve":
        hold(svdf(6, 17, 6, 2, 8, "int8", fineness=8.0, zero_point=-60), core)
    hold(svdf(4, 33, 6, 1, 20, "int16", fineness=8.0), core)
    hold(lstm(5, 4, 18, 9, cell_clip=0.5), core)
    hold(lstm(7, 3, 21, 10, reach=3.0, cell_exponent=-16), core)


@pytest.mark.parametrize("core", WIDE)
def test_states_of_int16_are_the_references_on_a_core(core: str) -> None:
    """With and without clamps between, more than 512 inputs, odd numbers of units."""
    hold(lstm(8, 4, 18, 9, cell_clip=0.5, dtype="int16"), core)
    hold(lstm(9, 2, 515, 6, dtype="int16"), core)
    hold(lstm(10, 3, 21, 10, reach=3.0, cell_exponent=-16, dtype="int16"), core)


@pytest.mark.parametrize("core", WIDE)
def test_products_of_int16_are_the_references_on_a_core(core: str) -> None:
    """All four ways to lie, odd sides, results that are clamped."""
    for left, right in itertools.product((False, True), (False, True)):
        op = BatchMatMul(transpose_left=left, transpose_right=right)
        hold(matmul(11, (2, 3, 21, 7), op, dtype="int16", fineness=3.0), core)
    hold(matmul(12, (1, 1, 5, 13), BatchMatMul(), constant="right", dtype="int16"), core)


@pytest.mark.parametrize("core", [place("cortex-m55", missing("cortex-m55"))])
def test_too_little_room_for_sums_of_columns_is_refused_in_debug_builds(core: str, tmp_path: Path) -> None:
    _, done = run(matmul(0, (2, 3, 5, 6), BatchMatMul()), tmp_path, core)
    assert done.returncode == 0, done.stdout + done.stderr
    source = next(path for path in tmp_path.glob("*.c") if ".sum_bytes = 24," in path.read_text())
    source.write_text(source.read_text().replace(".sum_bytes = 24,", ".sum_bytes = 20,"))
    make = ["make", "-s", "-C", str(tmp_path), "run", f"CORE={core}", "DEBUG=1"]
    refused = subprocess.run(make, capture_output=True, text=True, check=False)
    assert refused.returncode != 0 and "_run returned -5" in refused.stdout


@pytest.mark.full
@pytest.mark.parametrize("core", EMULATED)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_drawn_sequences_are_the_references_on_a_core(core: str, data: st.DataObject) -> None:
    mve, narrow = CORE_ISA[core] == "mve", CORE_ISA[core] == "plain"
    wide = () if narrow else (lstms("int16"), wide_products())
    hold(data.draw(st.one_of(filters(offset=mve), lstms(), products(), *wide)), core)


@pytest.mark.full
@pytest.mark.parametrize("core", EMULATED)
@given(
    case=st.one_of(draw_state.memory_filters(), draw_state.lstm_layers(), draw_reductions.batch_products())
)
@settings(max_examples=15, deadline=None)
def test_drawn_models_equal_tflite_micro_on_a_core(core: str, case: Case) -> None:
    """Sequences of ten calls, whatever the library takes of them."""
    pytest.importorskip("tflite_micro")
    from benchmarks.exactness_checks import ask_oracle, check_core, write_for_core

    answers = ask_oracle(case.model, "drawn", 20)
    with tempfile.TemporaryDirectory() as folder:
        request = write_for_core(answers, CMSIS_NN, core, Path(folder) / "c")
        outcome = check_core(request, Path(folder) / "c", core)
    assert outcome.equal, outcome.detail


@pytest.mark.parametrize("place", SINGLE)
@given(graph=products())
@settings(max_examples=5, deadline=None)
def test_products_that_round_once_are_the_references(place: str, graph: Graph) -> None:
    with named_library(place):
        hold(replace(graph, rounding="single"), place, CMSIS_NN_SINGLE_ROUNDING)


@needs_host
@pytest.mark.parametrize(
    "graph",
    [
        lstm(1, 6, 8, 9, reach=3.0),
        lstm(2, 6, 8, 9, cell_exponent=-18),
        lstm(3, 6, 8, 9, cell_clip=1e-6),
        lstm(1, 6, 8, 9, reach=3.0, dtype="int16"),
        lstm(2, 6, 8, 9, cell_exponent=-18, dtype="int16"),
    ],
)
def test_what_needs_clamps_would_be_wrong_by_the_librarys_own_lstm(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix = "s16" if graph.tensors["x"].dtype == "int16" else "s8"
    program, done = run(graph, tmp_path / "clamped", "host")
    assert [call.kernel for call in program.calls] == [f"protonas_cmsis_lstm_clamped_{suffix}"]
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.setattr(lowering, "_needs_clamps", lambda *_: False)
    program, done = run(graph, tmp_path / "library", "host")
    assert [call.kernel for call in program.calls] == [f"protonas_cmsis_lstm_{suffix}"]
    assert done.returncode != 0 and "FAIL" in done.stdout
