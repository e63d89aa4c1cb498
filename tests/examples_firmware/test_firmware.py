"""examples/firmware as a user makes it: two networks in one firmware, on a Cortex-M7 and on this machine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples/firmware"
STRICT = "-Wall -Wextra -Wconversion -Wshadow -Werror"
DTCM, SRAM, EXT_FLASH = 0x20000000, 0x20010000, 0x60000000

Make = Callable[..., str]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Runs make in the example; everything it makes goes to a folder of the tests."""
    for tool in ("arm-none-eabi-gcc", "arm-none-eabi-g++", "qemu-system-arm"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    build = tmp_path_factory.mktemp("firmware")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}

    def run(*words: str) -> str:
        command = [
            "make", "-s", "--no-print-directory", "-C", str(EXAMPLE), f"BUILD={build}", "TRAIN=--untrained",
            f"WARNINGS={STRICT}", f"PROTONAS={sys.executable} -m compiler.driver.cli", *words,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stderr
        return done.stdout

    run("models")
    return run


def _answers(printed: str) -> list[str]:
    lines = [line for line in printed.splitlines() if line.startswith(("digit ", "gesture ", "two "))]
    assert len(lines) == 7, printed
    assert lines[-1] == "two networks, one arena: done"
    return lines


def _symbols(elf: Path) -> dict[str, tuple[int, int]]:
    """Address and size of every symbol that has a size."""
    listed = subprocess.run(["arm-none-eabi-nm", "-S", str(elf)], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return {row[3]: (int(row[0], 16), int(row[1], 16)) for row in rows if len(row) == 4}


@pytest.mark.parametrize("toolchain", ["gcc", "clang"])
def test_the_emulated_core_answers_as_this_machine(make: Make, toolchain: str) -> None:
    if shutil.which(toolchain) is None:
        pytest.skip(f"{toolchain} is not installed")
    on_core = _answers(make("run", f"TOOLCHAIN={toolchain}"))
    assert on_core == _answers(make("host"))
    assert len(set(on_core)) == 7, "every sample has scores of its own"


def test_each_region_holds_what_it_is_for(make: Make) -> None:
    make("firmware")
    size = make("size")
    elf = Path(next(line for line in size.splitlines() if "firmware.elf" in line).split()[0])
    symbols = _symbols(elf)
    weights = {name: at for name, (at, _) in symbols.items() if name.endswith("_weights")}
    assert {name.split("_1_")[0] for name in weights} == {"digits", "gestures"}
    assert all(at >= EXT_FLASH for at in weights.values())
    arena_at, arena_bytes = symbols["arena"]
    assert DTCM <= arena_at < SRAM
    assert arena_at % 16 == 0
    assert SRAM <= symbols["picture"][0] < symbols["picture"][0] + 64 <= SRAM + 0x40000
    input_at, input_bytes = symbols["encoded_motion"]
    assert SRAM <= input_at < input_at + input_bytes <= SRAM + 0x40000
    assert input_at % 32 == 0
    headers = "".join(path.read_text() for path in elf.parents[1].glob("models/*/*_1/*_1.h"))
    arenas = [int(size) for size in re.findall(r"^#define \w+_ARENA_BYTES (\d+)$", headers, re.MULTILINE)]
    assert len(arenas) == 2
    assert arena_bytes == max(arenas)


def test_a_kernel_that_both_networks_use_is_linked_once(make: Make) -> None:
    make("firmware")
    kernels = [line for line in make("size", "V=1").splitlines() if "firmware.elf" in line]
    folder = Path(kernels[0].split()[0]).parent
    objects = sorted(path.name for path in folder.rglob("protonas_*.o"))
    assert objects == sorted(set(objects))
    assert {"protonas_conv2d_s8.c.o", "protonas_dense_s8.c.o", "protonas_add_s8.c.o"} <= set(objects)


def test_clean_needs_no_network(tmp_path: Path) -> None:
    command = ["make", "-C", str(EXAMPLE), "clean", f"BUILD={tmp_path / 'none'}", "PROTONAS=false"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
