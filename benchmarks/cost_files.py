"""Writes backends/portable/costs: one file for each kernel, measured apart, and one for the cores."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

import runtime_c
from backends.portable.tables import CORES_FILE, COSTS, kernel_costs

SECTIONS = ("instructions", "code", "stack")


def kernel_names() -> tuple[str, ...]:
    """Every kernel of runtime_c."""
    return tuple(sorted(path.stem for path in (runtime_c.FOLDER / "src").glob("*.c")))


def add_kernels(parser: ArgumentParser) -> None:
    """Arguments KERNEL ...: those to measure; without any, all, and what belongs to the cores too."""
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", choices=[[], *kernel_names()])


def write_section(kernel: str, section: str, by_core: Mapping[str, object], folder: Path = COSTS) -> None:
    """Replaces one section of a kernel's file in `folder`; the file need not exist."""
    path = folder / f"{kernel}.json"
    known = kernel_costs(path) if path.exists() else {}
    write_cost(kernel, {**known, section: by_core}, folder)


def write_cost(kernel: str, costs: Mapping[str, Mapping[str, object]], folder: Path = COSTS) -> None:
    """A kernel's file, one line for each core, so that changes read well."""
    sections = [_block(name, costs[name]) for name in SECTIONS if name in costs]
    _write(folder / f"{kernel}.json", sections)


def write_cores(cores: Mapping[str, Mapping[str, object]]) -> None:
    """The file of what belongs to cores."""
    _write(CORES_FILE, [_block("cores", cores)])


def update_cores(figures: Mapping[str, Mapping[str, object]]) -> None:
    """Replaces some figures of some cores."""
    known: dict[str, dict[str, object]] = json.loads(CORES_FILE.read_text(encoding="utf-8"))["cores"]
    write_cores(
        {core: {**known.get(core, {}), **figures.get(core, {})} for core in sorted({*known, *figures})}
    )


def _block(name: str, by_core: Mapping[str, object]) -> str:
    lines = [f"  {json.dumps(core)}: {json.dumps(figures)}" for core, figures in sorted(by_core.items())]
    return f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }"


def _write(path: Path, blocks: Sequence[str]) -> None:
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
