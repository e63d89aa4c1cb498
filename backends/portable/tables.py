"""Measured figures of the kernels, from the JSON files beside this one; benchmarks/ makes them anew."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backends.portable.kernel_files import kernel_text
from compiler.errors import InternalError

CYCLES_FILE = Path(__file__).parent / "cycles.json"
CODE_FILE = Path(__file__).parent / "code_bytes.json"
STACK_FILE = Path(__file__).parent / "stack_bytes.json"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_WORD_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreCycles:
    """`instructions`: kernel -> loop -> executed instructions a turn. `per_instruction`: cycles of one."""

    instructions: dict[str, dict[str, float]]
    per_instruction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreCode:
    """Flash bytes on one core. `sources`: a kernel's own code; `library`: the library members each source
    pulls in; `members`: bytes of those; `model`: code of a model's API; `call`: of one call, `argument`: of
    each buffer handed over.
    """

    sources: dict[str, int]
    library: dict[str, tuple[str, ...]]
    members: dict[str, int]
    model: int
    call: int
    argument: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreStack:
    """Bytes of stack on one core. `kernels`: by source, all that is called included; `entry`: of NAME_run."""

    kernels: dict[str, int]
    entry: int


@cache
def core_cycles(core: str) -> CoreCycles:
    """The cycle table of a core. InternalError where there is none."""
    entry = _entry(CYCLES_FILE, core)
    return CoreCycles(instructions=entry["instructions"], per_instruction=entry["cycles_per_instruction"])


@cache
def core_code(core: str) -> CoreCode:
    """The code size table of a core. InternalError where there is none."""
    entry = _entry(CODE_FILE, core)
    return CoreCode(
        sources=entry["sources"],
        library={source: tuple(members) for source, members in entry["library"].items()},
        members=entry["members"],
        model=entry["model"],
        call=entry["call"],
        argument=entry["argument"],
    )


@cache
def core_stack(core: str) -> CoreStack:
    """The stack table of a core. InternalError where there is none."""
    entry = _entry(STACK_FILE, core)
    return CoreStack(kernels=entry["kernels"], entry=entry["entry"])


@cache
def struct_bytes(kernel: str) -> int:
    """Size of a kernel's parameter struct on a 32-bit core: every field is a word."""
    header = _COMMENT.sub("", kernel_text(f"include/{kernel}.h"))
    body = header[header.index("typedef struct {") : header.index(f"}} {kernel}_params;")]
    return _WORD_BYTES * body.count(";")


def _entry(path: Path, core: str) -> dict[str, Any]:
    cores: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cores"]
    if core not in cores:
        raise InternalError(f"{path.name} has no figures for {core}; there are: {', '.join(sorted(cores))}")
    entry = cores[core]
    same_as = entry.get("same_as")
    return (
        cores[same_as] | {key: value for key, value in entry.items() if key != "same_as"}
        if same_as
        else entry
    )
