"""Counting executed instructions: exact, repeatable, and clear where it cannot be done."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.emulate.count import count_instructions, first_run
from backends.emulate.count_plugin import cache_folder, counting_plugin, plugin_api
from backends.emulate.qemu import QEMU
from compiler.errors import InternalError, RunError

MakeFolder = Callable[..., Path]
needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all there is on PATH, and a cache that is empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script(folder, "qemu-system-arm", "echo 'QEMU emulator version 7.2.9'")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@needs_qemu
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m55"])
def test_ten_more_instructions_count_ten(make_folder: MakeFolder, core: str) -> None:
    folder = make_folder()
    before = count_instructions(folder, core, 60)
    assert count_instructions(folder, core, 60) == before
    source = folder / "tiny.c"
    call = "    protonas_clamp_s8(&second_params"
    nops = r"nop\n" * 10
    source.write_text(source.read_text().replace(call, f'    __asm volatile("{nops}");\n{call}'))
    after = count_instructions(folder, core, 60)
    assert after.calls == (before.calls[0], before.calls[1] + 10)
    assert after.total == before.total + 10
    assert before.total == before.entry + sum(before.calls)
    assert before.entry > 0
    assert all(12 < count < 1000 for count in before.calls)


@needs_qemu
def test_a_self_test_that_fails_is_not_counted(make_folder: MakeFolder) -> None:
    folder = make_folder()
    vectors = folder / "selftest/layers.c"
    vectors.write_text(vectors.read_text().replace("0xEDB88320U", "0xEDB88321U"))
    source = folder / "tiny.c"
    source.write_text(source.read_text().replace(".activation_max = 50", ".activation_max = 49"))
    with pytest.raises(RunError, match="counting on cortex-m4: "):
        count_instructions(folder, "cortex-m4", 60)


def test_only_the_first_run_counts() -> None:
    refused = [("run", 5)]
    whole = [("run", 10), ("begin_0", 13), ("end_0", 20), ("begin_1", 40), ("end_1", 45)]
    counts = first_run([*refused, *whole, *[(name, count + 10) for name, count in whole]])
    assert (counts.entry, counts.calls, counts.total) == (3, (7, 5), 15)


@pytest.mark.parametrize(
    "events", [[], [("run", 1)], [("begin_0", 1)], [("run", 0), ("begin_0", 1), ("run", 2)]]
)
def test_events_that_make_no_sense(events: list[tuple[str, int]]) -> None:
    with pytest.raises(InternalError):
        first_run(events)


@pytest.mark.skipif(shutil.which("cc") is None, reason="cc is not installed")
def test_the_plugin_is_built_once_and_kept(
    only: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{only}:{os.defpath}")
    plugin = counting_plugin()
    assert plugin.parent == tmp_path / "cache/protonas" == cache_folder()
    assert [path.name for path in plugin.parent.iterdir()] == [plugin.name]
    monkeypatch.setenv("PATH", str(only))
    assert counting_plugin() == plugin


def test_without_a_compiler_it_says_so(only: Path) -> None:
    with pytest.raises(RunError, match=r"^counting needs a C compiler: cc is not installed \(Debian: .*\)$"):
        counting_plugin()


def test_a_compiler_that_fails_is_quoted(only: Path) -> None:
    script(only, "cc", "echo 'x.c:1: error: no such luck' >&2; exit 1")
    with pytest.raises(RunError, match=r"^cannot build the counting plugin: x.c:1: error: no such luck$"):
        counting_plugin()
    assert list(cache_folder().iterdir()) == []


def test_a_cache_that_cannot_be_written(only: Path, tmp_path: Path) -> None:
    script(only, "cc", "exit 0")
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(RunError, match=r"^cannot keep the counting plugin in .*: "):
        counting_plugin()


def test_the_plugin_asks_for_the_api_that_qemu_has(only: Path) -> None:
    assert plugin_api("qemu-system-arm") == 1
    script(only, "qemu-system-arm", "echo 'QEMU emulator version 10.0.2 (Debian 1:10.0.2)'")
    assert plugin_api("qemu-system-arm") == 2
    script(only, "qemu-system-arm", "echo no")
    with pytest.raises(RunError, match="does not tell its version"):
        plugin_api("qemu-system-arm")


@needs_qemu
def test_a_qemu_without_plugins_is_told(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    refusal = 'echo "qemu-system-arm: -plugin: invalid option" >&2; exit 1'
    script(fake, "qemu-system-arm", f"test $1 = --version && echo version 7.2 && exit 0\n{refusal}")
    monkeypatch.setenv("PATH", f"{fake}:{os.environ['PATH']}")
    with pytest.raises(RunError, match=r"^this qemu-system-arm takes no counting plugin .*invalid option"):
        count_instructions(make_folder(), "cortex-m4", 60)
