"""RAM and flash of a model as the linker sees them, as docs/design.md defines both: costs are held to it."""

import re
import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FLASH_SECTIONS = (".text", ".rodata", ".data", ".ARM.exidx", ".ARM.extab")
SELFTEST = "/selftest/"
_PLACED = re.compile(r"^ (?P<section>\.\S+)\s+0x[0-9a-f]+\s+0x(?P<size>[0-9a-f]+) (?P<file>\S.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRam:
    """Bytes of the self-test's arena and state blocks, and of .data and .bss in the model's own objects."""

    arena_bytes: int
    state_bytes: int
    input_bytes: int
    owned_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFlash:
    """Bytes by object of the model, and by library member that only the model pulls in."""

    objects: Mapping[str, int]
    library: Mapping[str, int]

    @property
    def bytes(self) -> int:
        """Objects and members together."""
        return sum(self.objects.values()) + sum(self.library.values())


def linked_ram(elf: Path, objects: Collection[Path], prefix: str = "arm-none-eabi-") -> LinkedRam:
    """Reads a self-test's symbols and the sections of the model's `objects` with `prefix`nm and `prefix`size.
    CalledProcessError where one of these cannot read a file."""
    sizes = {}
    for line in _run(f"{prefix}nm", "-S", str(elf)):
        fields = line.split()
        if len(fields) == 4:
            sizes[fields[3]] = int(fields[1], 16)
    owned = 0
    for line in _run(f"{prefix}size", *map(str, objects))[1:]:
        _, data, bss = line.split()[:3]
        owned += int(data) + int(bss)
    return LinkedRam(
        arena_bytes=sizes["selftest_arena"],
        state_bytes=sizes.get("selftest_state", 0),
        input_bytes=sizes.get("selftest_input", 0),
        owned_bytes=owned,
    )


def linked_flash(map_file: Path) -> LinkedFlash:
    """Reads the link map of a self-test (GNU ld, --gc-sections --cref). The model's objects are those outside
    selftest/; a member of an archive counts where a model's object reaches it and no other object does."""
    text = map_file.read_text(encoding="utf-8", errors="replace")
    layout, _, references = text.partition("Cross Reference Table")
    sizes = _section_sizes(layout.partition("Linker script and memory map")[2])
    edges = _references(references)
    model = [file for file in sizes if not _is_member(file) and SELFTEST not in file]
    others = [file for file in sizes if not _is_member(file) and SELFTEST in file]
    members = _reached(model, edges) - _reached(others, edges)
    return LinkedFlash(
        objects={file: sizes[file] for file in sorted(model)},
        library={file: sizes[file] for file in sorted(members) if _is_member(file) and file in sizes},
    )


def _run(*command: str) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def _is_member(file: str) -> bool:
    return file.endswith(")")


def _section_sizes(layout: str) -> dict[str, int]:
    """Bytes in flash by input file. A long section name stands on a line of its own: it is joined first."""
    sizes: dict[str, int] = {}
    for line in re.sub(r"^( \.\S+)\n +(?=0x)", r"\1 ", layout, flags=re.MULTILINE).splitlines():
        found = _PLACED.match(line)
        if found and found["section"].startswith(FLASH_SECTIONS):
            sizes[found["file"]] = sizes.get(found["file"], 0) + int(found["size"], 16)
    return sizes


def _references(table: str) -> dict[str, set[str]]:
    """From each file to those that define what it refers to. A symbol's first file defines it."""
    edges: dict[str, set[str]] = {}
    definer = ""
    expect_definer = False
    for line in table.splitlines():
        symbol, _, file = line.partition(" ")
        if symbol:
            expect_definer, file = True, file.strip()
        else:
            file = line.strip()
        if not file:
            continue
        if expect_definer:
            definer, expect_definer = file, False
        else:
            edges.setdefault(file, set()).add(definer)
    return edges


def _reached(files: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    """Archive members that the files need, directly or through other members."""
    found: set[str] = set()
    todo = list(files)
    while todo:
        for definer in sorted(edges.get(todo.pop(), ())):
            if _is_member(definer) and definer not in found:
                found.add(definer)
                todo.append(definer)
    return found
