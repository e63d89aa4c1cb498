"""Measured figures of the kernels, from the JSON files in costs/; benchmarks/ makes them anew.

costs/KERNEL.json: `instructions` a turn of each loop, `code` bytes with the library members it pulls in, and
`stack` bytes, all by core. costs/cores.json: what belongs to a core; `instructions_of` and `code_of` name the
core whose figures it takes. gcc 12.2, -O2, --gc-sections; counts are QEMU's, without wait states.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backends.portable.kernel_files import kernel_text
from compiler.errors import InternalError

COSTS = Path(__file__).parent / "costs"
CORES_FILE = COSTS / "cores.json"

KernelCosts = dict[str, dict[str, Any]]
"""Section -> core -> figures of one kernel."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NESTED = re.compile(r"^    (protonas_\w+) \w+;", re.MULTILINE)
_ALIAS = re.compile(r"typedef (protonas_\w+)_params protonas_\w+_params;")
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
    figures = _core(core)
    return CoreCycles(
        instructions=_section("instructions", figures.get("instructions_of", core)),
        per_instruction=figures["cycles_per_instruction"],
    )


@cache
def core_code(core: str) -> CoreCode:
    """The code size table of a core. InternalError where there is none."""
    of = _core(core).get("code_of", core)
    figures, kernels = _core(of), _section("code", of)
    return CoreCode(
        sources={_source(kernel): code["bytes"] for kernel, code in kernels.items()},
        library={_source(kernel): tuple(code["library"]) for kernel, code in kernels.items()},
        members={name: size for code in kernels.values() for name, size in code["library"].items()},
        model=figures["model"],
        call=figures["call"],
        argument=figures["argument"],
    )


@cache
def core_stack(core: str) -> CoreStack:
    """The stack table of a core. InternalError where there is none."""
    of = _core(core).get("code_of", core)
    kernels = {_source(kernel): stack for kernel, stack in _section("stack", of).items()}
    return CoreStack(kernels=kernels, entry=_core(of)["entry"])


def cores() -> tuple[str, ...]:
    """The cores there are figures for, sorted."""
    return tuple(sorted(_cores()))


def kernel_costs(path: Path) -> KernelCosts:
    """One kernel's file."""
    costs: KernelCosts = json.loads(path.read_text(encoding="utf-8"))
    return costs


@cache
def struct_bytes(kernel: str) -> int:
    """Size of a kernel's parameter struct on a 32-bit core: every field is a word, or a struct of words."""
    header = _COMMENT.sub("", kernel_text(f"include/{kernel}.h"))
    if alias := _ALIAS.search(header):
        return struct_bytes(alias[1])
    return _WORD_BYTES * _struct_words(header, f"{kernel}_params")


def _struct_words(header: str, name: str) -> int:
    body = header[header.index("typedef struct {") : header.index(f"}} {name};")]
    nested = _NESTED.findall(body)
    inner = (_struct_words(_COMMENT.sub("", kernel_text(f"include/{kind}.h")), kind) for kind in nested)
    return body.count(";") - len(nested) + sum(inner)


def _source(kernel: str) -> str:
    return f"src/{kernel}.c"


@cache
def _cores() -> Mapping[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(CORES_FILE.read_text(encoding="utf-8"))["cores"]
    return found


def _core(core: str) -> dict[str, Any]:
    if core not in _cores():
        raise InternalError(f"{CORES_FILE.name} has no figures for {core}; there are: {', '.join(cores())}")
    return _cores()[core]


@cache
def _kernels() -> Mapping[str, KernelCosts]:
    paths = sorted(path for path in COSTS.glob("*.json") if path != CORES_FILE)
    return {path.stem: kernel_costs(path) for path in paths}


def _section(name: str, core: str) -> dict[str, Any]:
    return {kernel: costs[name][core] for kernel, costs in _kernels().items() if name in costs}
