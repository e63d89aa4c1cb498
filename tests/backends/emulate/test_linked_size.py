"""What the linker says equals what the plan says, and a model's objects own no RAM."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.emulate.linked_size import linked_flash, linked_ram

needs_gcc = pytest.mark.skipif(
    shutil.which("arm-none-eabi-gcc") is None, reason="arm-none-eabi-gcc is not installed"
)

MAP = """
Discarded input sections

 .text.unused   0x00000000       0x70 build/c/kws.o

Linker script and memory map

 .text.kws_run  0x00000100       0x40 build/c/kws.o
 .rodata.a_name_too_long_for_its_line
                0x00000140       0x0c build/c/kws.o
 .text.memcpy   0x00000150       0x20 /lib/libc.a(memcpy.o)
 .text.memset   0x00000170       0x30 /lib/libc.a(memset.o)
 .text.divide   0x000001a0       0x18 /lib/libgcc.a(divide.o)
 .text          0x000001b8        0x8 /lib/libgcc.a(deep.o)
 .data.table    0x20000000        0x4 build/c/kws.o
 .bss.block     0x20000004      0x100 build/c/selftest/selftest.o
 .debug_info    0x00000000      0x999 build/c/kws.o
 .text.main     0x00000200       0x50 build/c/selftest/selftest.o

Cross Reference Table

Symbol                                            File
deep                                              /lib/libgcc.a(deep.o)
                                                  /lib/libgcc.a(divide.o)
divide                                            /lib/libgcc.a(divide.o)
                                                  build/c/kws.o
kws_run                                           build/c/kws.o
                                                  build/c/selftest/selftest.o
memcpy                                            /lib/libc.a(memcpy.o)
                                                  build/c/kws.o
a_symbol_too_long_for_its_column_so_the_file_follows_on_a_line_of_its_own
                                                  /lib/libc.a(memset.o)
                                                  build/c/kws.o
                                                  build/c/selftest/selftest.o
"""


def test_flash_is_the_models_objects_and_what_they_alone_pull_in(tmp_path: Path) -> None:
    (tmp_path / "selftest.map").write_text(MAP)
    flash = linked_flash(tmp_path / "selftest.map")
    assert flash.objects == {"build/c/kws.o": 0x40 + 0xC + 0x4}
    assert flash.library == {
        "/lib/libc.a(memcpy.o)": 0x20, "/lib/libgcc.a(deep.o)": 0x8, "/lib/libgcc.a(divide.o)": 0x18
    }  # fmt: skip
    assert flash.bytes == 0x50 + 0x40


@needs_gcc
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4"])
def test_linked_ram_is_the_plan_to_the_byte(make_folder: Callable[..., Path], core: str) -> None:
    folder = make_folder(state_bytes=20)
    subprocess.run(["make", "-s", "-C", str(folder), "elf", f"CORE={core}"], check=True, capture_output=True)
    build = folder / "build" / core
    objects = [build / "tiny.o", build / "tiny_weights.o", build / "protonas/protonas_clamp_s8.o"]
    ram = linked_ram(build / "selftest.elf", objects)
    assert (ram.arena_bytes, ram.state_bytes, ram.owned_bytes) == (28, 20, 0)
    flash = linked_flash(build / "selftest.map")
    assert 50 < flash.bytes < 400
    assert "build/" + core + "/tiny.o" in flash.objects


@needs_gcc
def test_the_self_test_itself_needs_no_c_library(make_folder: Callable[..., Path]) -> None:
    folder = make_folder()
    command = ["make", "-s", "-C", str(folder), "elf", "CORE=cortex-m4"]
    subprocess.run(command, check=True, capture_output=True)
    members = linked_flash(folder / "build/cortex-m4/selftest.map").library
    assert members == {}
    assert (
        "libg.a" not in (folder / "build/cortex-m4/selftest.map").read_text().partition("Cross Reference")[2]
    )
