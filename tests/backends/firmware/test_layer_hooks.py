"""The hooks of docs/verify.md, taken from the page: cycles and a checksum for each layer."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.compiler.driver.models import BOARD, call, dense, save

PAGE = Path(__file__).parents[3] / "docs" / "verify.md"
MAIN = """#include <stdio.h>
#include <string.h>
#include "kws.h"
uint32_t trace_cycles(void);
uint32_t trace_cycles(void) { static uint32_t now; now += 21U; return now; }
static _Alignas(KWS_ARENA_ALIGN) uint8_t arena[KWS_ARENA_BYTES];
int main(void)
{
    memset(kws_input(arena), 5, KWS_INPUT_ELEMENTS);
    const int failed = kws_run(arena) != PROTONAS_SUCCESS;
    for (int i = 0; i < KWS_OUTPUT_ELEMENTS; i++) {
        printf("%02X", (unsigned)(uint8_t)kws_output(arena)[i]);
    }
    return failed;
}
"""


@pytest.mark.skipif(shutil.which("cc") is None, reason="cc is not installed")
def test_the_pages_hooks_print_cycles_and_a_checksum(tmp_path: Path) -> None:
    from binascii import crc32

    assert call("compile", save(tmp_path, dense()), *BOARD, "--name", "kws", "-o", tmp_path / "kws") == 0
    header, source = re.findall(r"```c\n(.*?)```", PAGE.read_text(), re.DOTALL)[:2]
    for name, text in {"hooks.h": header, "hooks.c": source, "main.c": MAIN}.items():
        (tmp_path / name).write_text(text)
    sources = [*tmp_path.glob("*.c"), *tmp_path.glob("kws/*.c"), *tmp_path.glob("kws/protonas/*.c")]
    words = [
        "cc",
        "-std=c11",
        "-Wall",
        "-Wextra",
        "-Wconversion",
        "-Werror",
        "-I.",
        "-Ikws",
        "-Ikws/protonas",
    ]
    words += ['-DKWS_LAYER_HOOKS="hooks.h"', "-o", "traced", *map(str, sources)]
    subprocess.run(words, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "traced"], capture_output=True, text=True, check=True)
    *layers, output = done.stdout.splitlines()
    assert layers == [f"0 fully_connected_0: 21 cycles, {crc32(bytes.fromhex(output)):08X}"]
