"""`--input outside`: inputs in a block of their own, which no run writes, counted and linked to the byte."""

import shutil
import subprocess
from pathlib import Path

import pytest

from backends.emulate.linked_size import linked_ram
from backends.emulate.qemu import QEMU
from tests.compiler.driver.models import BOARD, answer, call, save, shared_model, two_ports
from tests.compiler.driver.running import protonas

needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="cc is not installed")
needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)
OUTSIDE = ("--input", "outside")
STRICT = "WARNINGS=-Wall -Wextra -Wconversion -Wcast-align -Wcast-qual -Werror"
REGIONS = " ".join(
    f"""'-DNET_{block}_SECTION=__attribute__((section("{section}")))'"""
    for block, section in (("ARENA", ".dtcm"), ("INPUT", ".dma"), ("WEIGHTS", ".ext_flash.net"))
)


def make(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["make", "-s", "-C", str(folder), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_cc
def test_several_inputs_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = save(tmp_path, two_ports()), tmp_path / "out"
    inside = answer(capsys, "plan", model, *BOARD)
    found = answer(capsys, "compile", model, *BOARD, "-o", out, *OUTSIDE)
    assert (inside["input_bytes"], found["input_bytes"]) == (0, 96)
    assert found["ram_bytes"] == found["arena_bytes"] + 96
    assert found["arena_bytes"] < inside["arena_bytes"]
    header = (out / "net.h").read_text()
    for line in (
        "#define NET_INPUT_BYTES 96",
        "int8_t *net_input_left(void *input);",
        "const int8_t *net_output_sum(const void *arena);",
        "protonas_status net_run(void *arena, const void *input);",
    ):
        assert line in header
    make(out, "test", STRICT)
    make(
        out,
        "test",
        STRICT,
        "LAYERS=1",
        "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all",
    )


@needs_qemu
def test_blocks_lie_where_macros_say_and_are_as_large_as_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    model = shared_model("kws_ref_model")
    found = answer(capsys, "compile", model, *BOARD, "-o", out, *OUTSIDE, "--name", "net", "--vectors", 2)
    assert "PASS" in make(out, "run", "CORE=cortex-m4", f"REGIONS={REGIONS}")
    elf = out / "build/cortex-m4/selftest.elf"
    objects = list((out / "build/cortex-m4").glob("net*.o"))
    linked = linked_ram(elf, objects)
    assert linked.arena_bytes + linked.state_bytes + linked.input_bytes == found["ram_bytes"]
    assert (linked.input_bytes, linked.owned_bytes) == (found["input_bytes"], 0)
    listed = subprocess.run(["arm-none-eabi-nm", str(elf)], capture_output=True, text=True, check=True)
    at = {line.split()[2]: int(line.split()[0], 16) for line in listed.stdout.splitlines()}
    sections = subprocess.run(
        ["arm-none-eabi-objdump", "-h", str(elf)], capture_output=True, text=True, check=True
    )
    start = {row[1]: int(row[3], 16) for row in map(str.split, sections.stdout.splitlines()) if len(row) == 7}
    assert at["selftest_arena"] == start[".dtcm"]
    assert at["selftest_input"] == start[".dma"]


@needs_cc
def test_the_input_may_be_constant(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("compile", save(tmp_path, two_ports()), *BOARD, "-o", out, *OUTSIDE) == 0
    (tmp_path / "main.c").write_text(
        """#include "net.h"
static _Alignas(NET_ARENA_ALIGN) uint8_t arena[NET_ARENA_BYTES];
static _Alignas(NET_INPUT_ALIGN) const uint8_t picture[NET_INPUT_BYTES] = {3};
int main(void)
{
    return net_run(arena, picture) != PROTONAS_SUCCESS || net_run(arena, 0) != PROTONAS_ERROR_NULL;
}
"""
    )
    sources = [*out.glob("*.c"), *out.glob("protonas/*.c")]
    include = [f"-I{out}", f"-I{out}/protonas"]
    program = tmp_path / "main"
    subprocess.run(
        [
            "cc",
            "-Wall",
            "-Wextra",
            "-Wconversion",
            "-Werror",
            *include,
            tmp_path / "main.c",
            *sources,
            "-o",
            program,
        ],
        check=True,
    )
    subprocess.run([program], check=True)


@needs_cc
def test_a_search_counts_the_input_and_its_folders_show_it(spec: Path, tmp_path: Path) -> None:
    spec.write_text(spec.read_text().replace("trials 40", "trials 6").replace("keep 2", "keep 1"))
    out = tmp_path / "out"
    protonas("build", spec, "-o", out, "--untrained", "--jobs", 1, *OUTSIDE)
    header = (out / "quarters_1/quarters_1.h").read_text()
    assert "protonas_status quarters_1_run(void *arena, const void *input);" in header
    assert "#define QUARTERS_1_INPUT_BYTES 64\n" in header
    refused = protonas("build", spec, "-o", out, "--untrained", "--jobs", 1, expect=1)
    assert "holds another search (its input: outside, now: None)" in refused.stderr
    protonas("build", out / "run", "-o", tmp_path / "in", "--untrained", "--jobs", 1, "--input", "arena")
    assert "quarters_1_run(void *arena);" in (tmp_path / "in/quarters_1/quarters_1.h").read_text()


@needs_cc
@pytest.mark.parametrize("name", ["keyword_scrambled_8bit", "trained_lstm_int8"])
def test_a_network_with_state_and_its_input_outside(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    assert call("compile", shared_model(name), *BOARD, "-o", out, *OUTSIDE) == 0
    header = (out / f"{name}.h").read_text()
    assert f"protonas_status {name}_run(void *arena, void *state, const void *input);" in header
    assert "PASS" in make(out, "test", STRICT, "LAYERS=1")
