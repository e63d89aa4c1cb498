"""What a build promises is what compilers and linkers find: strict, sanitized, RAM to the byte."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from backends.emulate.linked_size import linked_flash, linked_ram
from tests.compiler.driver.running import protonas

STRICT = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
SANITIZED = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"


@pytest.fixture
def built(spec: Path, tmp_path: Path) -> list[dict[str, object]]:
    """What --json says of each prototype of an untrained build; sizes do not depend on training."""
    done = protonas("build", spec, "-o", tmp_path / "out", "--untrained", "--json")
    prototypes: list[dict[str, object]] = json.loads(done.stdout)["prototypes"]
    return prototypes


def _make(folder: Path, *words: str) -> None:
    done = subprocess.run(["make", "-C", folder, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _needs(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_c_is_strict_and_right(built: list[dict[str, object]], compiler: str) -> None:
    _needs(compiler)
    for item in built:
        words = (f"CC={compiler}", f"WARNINGS={STRICT}", f"BUILD=build/{compiler}")
        _make(Path(str(item["path"])), "test", *words)


def test_the_c_is_clean_under_sanitizers(built: list[dict[str, object]]) -> None:
    _needs("gcc")
    for item in built:
        _make(Path(str(item["path"])), "test", "CC=gcc", f"CFLAGS={SANITIZED}", "BUILD=build/sanitized")


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4"])
def test_ram_linked_is_ram_predicted(built: list[dict[str, object]], core: str) -> None:
    _needs("arm-none-eabi-gcc")
    for item in built:
        folder = Path(str(item["path"]))
        _make(folder, "elf", f"CORE={core}")
        objects = [
            path
            for path in (folder / f"build/{core}").rglob("*.o")
            if "selftest" not in str(path.relative_to(folder))
        ]
        assert len(objects) >= 5
        linked = linked_ram(folder / f"build/{core}/selftest.elf", objects)
        assert linked.arena_bytes == item["arena_bytes"]
        assert linked.arena_bytes + linked.state_bytes == item["ram_bytes"]
        assert linked.owned_bytes == 0


def test_flash_linked_is_near_flash_predicted(built: list[dict[str, object]]) -> None:
    _needs("arm-none-eabi-gcc")
    for item in built:
        folder = Path(str(item["path"]))
        _make(folder, "elf", "CORE=cortex-m4")
        linked = linked_flash(folder / "build/cortex-m4/selftest.map").bytes
        assert linked == pytest.approx(item["flash_bytes"], rel=0.05)
