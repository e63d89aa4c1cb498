"""The self-test on emulated cores: passes, fails with a reason, and never hangs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backends.emulate.cores import CORES
from backends.emulate.qemu import QEMU, QemuRunner
from compiler.backend import Vectors
from compiler.runner import Runner

MakeFolder = Callable[..., Path]
RUNNER: Runner = QEMU
needs_qemu = pytest.mark.skipif(
    RUNNER.unavailable("cortex-m4") is not None, reason=str(RUNNER.unavailable("cortex-m4"))
)


@needs_qemu
@pytest.mark.parametrize("core", [core.name for core in CORES])
def test_every_core_gives_the_stored_bytes(make_folder: MakeFolder, core: str) -> None:
    result = RUNNER.run(make_folder(state_bytes=16), core)
    assert result.passed, result.output
    assert "tiny: PASS: 4 vectors" in result.output


@needs_qemu
def test_a_wrong_byte_fails(tiny: Any, tmp_path: Path) -> None:
    request = tiny.request()
    outputs = request.vectors.outputs.copy()
    outputs[0, 0] ^= 1
    vectors = Vectors(inputs=request.vectors.inputs, outputs=outputs)
    result = RUNNER.run(tiny.emit(replace(request, vectors=vectors), tmp_path), "cortex-m4")
    assert not result.passed
    assert "tiny: FAIL: vector 0, tiny_output byte 0: expected" in result.output


@needs_qemu
def test_a_fault_is_reported(make_folder: MakeFolder) -> None:
    folder = make_folder()
    source = folder / "tiny.c"
    text = source.read_text()
    source.write_text(text.replace("    /* 1. second", '    __asm volatile("udf #0");\n    /* 1. second'))
    result = RUNNER.run(folder, "cortex-m3")
    assert not result.passed
    assert "FAULT" in result.output and "pc" in result.output


@needs_qemu
def test_an_endless_run_is_stopped(make_folder: MakeFolder) -> None:
    folder = make_folder()
    source = folder / "tiny.c"
    source.write_text(
        source.read_text().replace("    /* 1. second", "    for (;;) {\n    }\n    /* 1. second")
    )
    result = QemuRunner(timeout_seconds=3).run(folder, "cortex-m4")
    assert not result.passed
    assert "cortex-m4: no result after 3 s" in result.output


def test_a_core_that_is_not_emulated() -> None:
    assert RUNNER.unavailable("cortex-a7") == (
        "QEMU runs no cortex-a7 here; there are: "
        "cortex-m0, cortex-m3, cortex-m4, cortex-m7, cortex-m33, cortex-m55"
    )


@needs_qemu
@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m23", "cortex-m85"])
def test_another_core_stands_in(make_folder: MakeFolder, core: str) -> None:
    folder = make_folder()
    assert RUNNER.run(folder, core).passed
    assert (folder / "build" / RUNNER.stand_ins[core] / "selftest.elf").is_file()


def test_missing_tools_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = RUNNER.unavailable("cortex-m4")
    assert reason is not None and "\n" not in reason
    assert "qemu-system-arm" in reason and "gcc-arm-none-eabi" in reason
    assert not RUNNER.run(tmp_path, "cortex-m4").passed
