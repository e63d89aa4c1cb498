"""More vectors than an emulated flash holds: all are run, sequences stay whole, models are compiled once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.emulate.cores import emulated
from backends.emulate.qemu import QEMU
from backends.portable.backend import PORTABLE
from benchmarks.batches import batch_size, batches, run_batches
from benchmarks.exactness_checks import Answers, check_core, write_for_core
from compiler.backend import FirmwareRequest, Vectors
from compiler.errors import RunError
from compiler.ir.graph import Graph
from compiler.reference.sequences import run_sequence
from tests.compiler.stateful_graphs import Stateful

CORE = "cortex-m0"
needs_qemu = pytest.mark.skipif(bool(QEMU.unavailable(CORE)), reason=str(QEMU.unavailable(CORE)))


def delayed(numbers: int = 20_000) -> Graph:
    """Gives what the call before it was given; little code, and vectors that fill a flash."""
    draft = Stateful(np.random.default_rng(0), (numbers,))
    return replace(draft.graph(draft.delay("x", initial=3)), name="delayed")


def written(folder: Path, graph: Graph, sequences: int, calls: int) -> FirmwareRequest:
    rng = np.random.default_rng(1)
    shape = (sequences, calls, *graph.tensors[graph.inputs[0]].shape)
    inputs = rng.integers(-128, 128, shape, np.int8)
    outputs = run_sequence(graph, {graph.inputs[0]: inputs})[graph.outputs[0]]
    answers = Answers(name=graph.name, graph=graph, inputs=(inputs,), outputs=(outputs,))
    return write_for_core(answers, PORTABLE, CORE, folder)


@needs_qemu
def test_every_batch_is_run_and_the_model_compiled_once(tmp_path: Path) -> None:
    request = written(tmp_path, delayed(), sequences=15, calls=2)
    size = batch_size(request, tmp_path, CORE)
    left = emulated(CORE).flash_bytes - size * (20_000 + 20_000)
    assert size < 30 and size % 2 == 0
    assert 0 <= left < 2 * 40_000 + 8_000, "another sequence would have fitted beside the code"
    compiled = (tmp_path / "build" / CORE / "delayed.o").stat().st_mtime_ns
    assert run_batches(request, tmp_path, CORE).passed
    assert (tmp_path / "build" / CORE / "delayed.o").stat().st_mtime_ns == compiled


@needs_qemu
def test_a_wrong_byte_in_the_last_batch_is_found(tmp_path: Path) -> None:
    request = written(tmp_path, delayed(), sequences=15, calls=2)
    outputs = request.vectors.outputs.copy()
    outputs[-1, -1] ^= 1
    wrong = replace(request, vectors=replace(request.vectors, outputs=outputs))
    found = check_core(wrong, tmp_path, CORE)
    assert found.equal is False
    assert found.detail.startswith(
        "vectors 4 to 29, which the self-test counts from 0: delayed: FAIL: vector 25,"
    )
    assert "byte 19999: expected" in found.detail


@needs_qemu
def test_a_sequence_that_no_flash_holds_is_refused(tmp_path: Path) -> None:
    request = written(tmp_path, delayed(), sequences=1, calls=28)
    with pytest.raises(RunError, match="region `FLASH' overflowed"):
        run_batches(request, tmp_path, CORE)


@pytest.mark.parametrize(("total", "size"), [(6, 2), (10, 4), (4, 4), (14, 6)])
def test_batches_are_of_one_size_and_hold_every_vector(total: int, size: int) -> None:
    rows = np.arange(total, dtype=np.int8)[:, None]
    seen: set[int] = set()
    for start, part in batches(Vectors(inputs=rows, outputs=rows, sequence=2), size):
        assert len(part.inputs) == len(part.outputs) == size and part.sequence == 2 and start % 2 == 0
        assert part.inputs[0, 0] == start
        seen.update(part.inputs[:, 0].tolist())
    assert seen == set(range(total))
