"""`--input outside` with the library's kernels: the bytes of the portable ones, and RAM as planned."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from backends.cmsis_nn.backend import CMSIS_NN_SINGLE_ROUNDING
from backends.emulate.linked_size import linked_ram
from backends.portable.backend import PORTABLE
from benchmarks.single_rounding_library import named_library
from compiler.backend import Backend
from compiler.driver.model_vectors import model_vectors
from compiler.files import write_folder
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.passes.compile_pipeline import optimize
from compiler.reference.checksums import call_checksums
from tests.backends.cmsis_nn.libraries import missing, missing_once, place
from tests.compiler.driver.models import answer, shared_model
from tests.tflite_models.printed import BOARD, firmware_request

BOARDS = {"cortex-m4": "nucleo_l4r5zi", "cortex-m55": "apollo510_evb"}
MODELS = ["kws_ref_model", pytest.param("pretrainedResnet_quant", marks=pytest.mark.full)]
STRICT = "WARNINGS=-Wall -Wextra -Wconversion -Wcast-align -Wcast-qual -Werror"


TWICE = [place(core, missing(core)) for core in BOARDS]
ONCE = [place(core, missing_once(core)) for core in BOARDS]


def run(folder: Path, core: str, *words: str) -> None:
    """Every layer on the emulated core."""
    command = ["make", "-s", "-C", str(folder), "run", f"CORE={core}", "LAYERS=1", STRICT, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and ": PASS: " in done.stdout, done.stdout + done.stderr


def require_planned_ram(folder: Path, core: str, ram_bytes: int, input_bytes: int) -> None:
    """Blocks as large as said, and no variable in any object of the model or its kernels."""
    subprocess.run(["make", "-s", "-C", str(folder), "elf", f"CORE={core}"], check=True)
    built = folder / "build" / core
    objects = [*built.glob("*.o"), *built.glob("protonas/*.o")]
    linked = linked_ram(built / "selftest.elf", objects)
    assert linked.arena_bytes + linked.state_bytes + linked.input_bytes == ram_bytes
    assert (linked.input_bytes, linked.owned_bytes) == (input_bytes, 0) and input_bytes > 0


@pytest.mark.parametrize("core", TWICE)
@pytest.mark.parametrize("name", MODELS)
def test_equal_to_portable_kernels(
    name: str, core: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = []
    for backend, words in (("portable", ()), ("cmsis-nn", ("DEBUG=1",))):
        out = tmp_path / backend
        board = ("--target", BOARDS[core], "--backend", backend, "--input", "outside", "--vectors", 3)
        found = answer(capsys, "compile", shared_model(name), *board, "-o", out)
        run(out, core, *words)
        require_planned_ram(out, core, found["ram_bytes"], found["input_bytes"])
        vectors.append((out / "selftest/vectors.c").read_text())
    assert vectors[0] == vectors[1]
    assert "arm_convolve" in "".join(
        file.read_text() for file in (tmp_path / "cmsis-nn/protonas").glob("*.c")
    )


@pytest.mark.parametrize("core", ONCE)
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    "backend",
    [CMSIS_NN_SINGLE_ROUNDING, pytest.param(PORTABLE, marks=pytest.mark.full)],
    ids=lambda backend: str(backend.name),
)
def test_equal_where_rounded_once(name: str, core: str, backend: Backend, tmp_path: Path) -> None:
    graph = optimize(replace(read_tflite(shared_model(name).read_bytes(), name), rounding="single"))
    vectors = model_vectors(graph, 3, seed=0)
    board = replace(BOARD, core=core)
    request = firmware_request(graph, vectors, backend, board, inputs_outside=True)
    checksums = call_checksums(graph, request.program, vectors.inputs)
    write_folder(tmp_path, backend.emit(replace(request, vectors=replace(vectors, checksums=checksums))))
    once = backend is CMSIS_NN_SINGLE_ROUNDING
    assert once == any("cmsis" in call.kernel for call in request.program.calls)
    with named_library(core):
        run(tmp_path, core, *(["DEBUG=1"] if once else []))
        require_planned_ram(tmp_path, core, request.cost.ram_bytes, request.plan.input_bytes)
