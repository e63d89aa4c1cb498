"""More vectors than the flash of an emulated core holds: one generated folder whose vectors alone change.

The model is compiled once for a core; each batch fills the flash that the rest of the self-test leaves.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from backends.emulate.cores import emulated
from backends.emulate.process import make_command, run_bounded
from backends.emulate.qemu import QEMU
from backends.firmware.vector_files import vector_files
from compiler.backend import FirmwareRequest, Vectors
from compiler.errors import RunError
from compiler.files import write_text
from compiler.runner import Runner, RunResult

SLACK_BYTES = 1024
"""A compiler may unroll a loop over few vectors: selftest.c is a little longer or shorter with many."""

BATCH = "vectors "
"""What the first line of a failing batch's output begins with."""

PATIENT = replace(QEMU, timeout_seconds=7200)
"""A batch can be some hundred inferences of a large network, on a machine that does other work, too."""


def run_batches(request: FirmwareRequest, folder: Path, core: str, runner: Runner = PATIENT) -> RunResult:
    """Runs all vectors of the request on the core; its folder has been written, with whatever vectors.

    Ends with the first batch that does not pass, and says which vectors those were. RunError where the model
    and a sequence cannot be built, be it that they are too large for the emulated flash.
    """
    size = batch_size(request, folder, core)
    result = RunResult(passed=False, output="there are no vectors")
    for start, vectors in batches(request.vectors, size):
        write_vectors(replace(request, vectors=vectors), folder)
        result = runner.run(folder, core)
        if not result.passed:
            end = start + len(vectors.inputs) - 1
            where = f"{BATCH}{start} to {end}, which the self-test counts from 0:"
            return RunResult(passed=False, output=f"{where}\n{result.output}")
    return result


def batch_size(request: FirmwareRequest, folder: Path, core: str) -> int:
    """How many vectors, in whole sequences, one self-test holds. At most all of them.

    A self-test of one sequence, of two vectors at least, says what all else takes of the emulated flash.
    RunError where that cannot be built.
    """
    vectors = request.vectors
    sequence = vectors.sequence
    few = min(len(vectors.inputs), max(2, sequence))
    probe = _part(vectors, 0, few)
    write_vectors(replace(request, vectors=probe), folder)
    probe_bytes = probe.inputs.nbytes + probe.outputs.nbytes
    left = emulated(core).flash_bytes - (_flash_bytes(_build(folder, core)) - probe_bytes) - SLACK_BYTES
    fitting = left // (probe_bytes // few * sequence) * sequence
    return min(len(vectors.inputs), max(few, fitting))


def batches(vectors: Vectors, size: int) -> Iterator[tuple[int, Vectors]]:
    """All vectors in batches of `size`, a multiple of their sequence, each with the index of its first.

    The last batch begins early enough to be as long as the others: so vectors.c alone changes between them.
    """
    total = len(vectors.inputs)
    for start in range(0, total, size):
        first = min(start, total - size)
        yield first, _part(vectors, first, first + size)


def write_vectors(request: FirmwareRequest, folder: Path) -> None:
    """Gives the folder the request's vectors; what is as it was keeps its date, for make."""
    for name, text in vector_files(request).items():
        if (folder / name).read_text(encoding="utf-8") != text:
            write_text(folder / name, text)


def _part(vectors: Vectors, start: int, end: int) -> Vectors:
    return Vectors(
        inputs=vectors.inputs[start:end], outputs=vectors.outputs[start:end], sequence=vectors.sequence
    )


def _build(folder: Path, core: str) -> Path:
    done = run_bounded(make_command(folder, "-s", "elf", f"CORE={core}"), PATIENT.timeout_seconds)
    if done.status != 0:
        raise RunError(f"{folder.name} with few vectors cannot be built for {core}:\n{done.output.strip()}")
    return folder / "build" / core / "selftest.elf"


def _flash_bytes(elf: Path) -> int:
    """Code, constants, and the initial values of variables, as linked."""
    done = subprocess.run(["arm-none-eabi-size", str(elf)], check=True, capture_output=True, text=True)
    text, data = done.stdout.splitlines()[1].split()[:2]
    return int(text) + int(data)
