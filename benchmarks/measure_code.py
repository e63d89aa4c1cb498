"""Makes backends/portable/code_bytes.json: flash bytes of kernels and of a model's calls, by core.

    python -m benchmarks.measure_code [--check]

Every kernel is compiled as generated folders compile it and linked alone with --gc-sections; what it then
pulls from libgcc and libc is listed apart, because kernels share it. What surrounds the calls is fitted on
linked chains of layers. --check compares the table with linked models.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import runtime_c
from backends.emulate.cores import CORES
from backends.emulate.linked_size import linked_flash
from backends.portable.backend import PORTABLE
from backends.portable.tables import CODE_FILE, struct_bytes
from benchmarks.emulated_calls import linked_model, lowered, member_name
from benchmarks.kernel_cases import Draft, ds_cnn, same
from compiler.ir.graph import Graph
from compiler.ir.ops import Add, Conv2D

FLAGS = {core.name: core.flags.split() for core in CORES} | {
    "cortex-m0plus": ["-mcpu=cortex-m0plus", "-mfloat-abi=soft"],
    "cortex-m23": ["-mcpu=cortex-m23", "-mfloat-abi=soft"],
}
SAME_AS = {"cortex-m85": "cortex-m55"}
"""gcc 12.2 knows no Cortex-M85."""

CALLS_AS = {"cortex-m0plus": "cortex-m0", "cortex-m23": "cortex-m0"}
"""Cores that are not emulated take the calls of one whose code is alike."""


def kernel_sizes(core: str, folder: Path) -> dict[str, dict[str, object]]:
    sources: dict[str, int] = {}
    library: dict[str, list[str]] = {}
    members: dict[str, int] = {}
    for path in sorted((runtime_c.FOLDER / "src").glob("*.c")):
        linked = linked_flash(link_alone(path, core, folder))
        source = f"src/{path.name}"
        sources[source] = sum(linked.objects.values())
        found = {member_name(member): size for member, size in linked.library.items()}
        if found:
            library[source] = sorted(found)
        members |= found
    return {"sources": sources, "library": library, "members": dict(sorted(members.items()))}


def link_alone(source: Path, core: str, folder: Path) -> Path:
    """The link map of one kernel, its function being the entry."""
    flags = ["-mthumb", *FLAGS[core], "-O2", "-std=c11", "-ffunction-sections", "-fdata-sections"]
    include = f"-I{runtime_c.FOLDER / 'include'}"
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / source.stem
    subprocess.run(["arm-none-eabi-gcc", *flags, include, "-c", str(source), "-o", f"{out}.o"], check=True)
    link = [
        "-nostartfiles",
        f"-Wl,-e,{source.stem}",
        "-Wl,--gc-sections",
        "-Wl,--cref",
        f"-Wl,-Map={out}.map",
    ]
    subprocess.run(["arm-none-eabi-gcc", *flags, *link, f"{out}.o", "-o", f"{out}.elf"], check=True)
    return Path(f"{out}.map")


def chain(convolutions: int, additions: int) -> Graph:
    draft = Draft(np.random.default_rng(0))
    before = draft.source((2, 2, 4))
    value = before
    for _ in range(convolutions):
        before, value = value, draft.layer(Conv2D(window=same(1)), value, weight=(4, 1, 1, 4))
    for _ in range(additions):
        before, value = value, draft.layer(Add(), before, value)
    return draft.graph((value,))


def call_sizes(core: str, folder: Path) -> dict[str, int]:
    """Least squares over chains: bytes beside structs = model + calls * call + buffers * argument."""
    rows, sizes = [], []
    for convolutions, additions in ((1, 0), (4, 0), (12, 0), (24, 0), (4, 8), (8, 16), (2, 24)):
        graph = chain(convolutions, additions)
        program = lowered(graph)
        linked = linked_model(graph, core, folder / f"chain_{convolutions}_{additions}")
        buffers = sum(len(call.reads) + len(call.writes) for call in program.calls)
        rows.append([1, len(program.calls), buffers])
        sizes.append(linked["bench.o"] - sum(struct_bytes(call.kernel) for call in program.calls))
    model, call, argument = np.linalg.lstsq(np.array(rows, float), np.array(sizes, float), rcond=None)[0]
    return {"model": round(float(model)), "call": round(float(call)), "argument": round(float(argument))}


def make_table(folder: Path) -> dict[str, object]:
    calls = {core.name: call_sizes(core.name, folder / core.name) for core in CORES}
    cores: dict[str, object] = {}
    for core in sorted(FLAGS):
        cores[core] = kernel_sizes(core, folder / core / "alone") | calls[CALLS_AS.get(core, core)]
        print(core, sum(kernel_sizes(core, folder / core / "alone")["sources"].values()), calls.get(core))
    cores |= {core: {"same_as": other} for core, other in SAME_AS.items()}
    return {
        "about": "Flash bytes of the portable kernels, of the libgcc and libc members they pull in, of the "
        "code around the calls and of one call (arm-none-eabi-gcc 12.2, -O2, --gc-sections). "
        "Made by benchmarks/measure_code.py.",
        "cores": cores,
    }


def check(folder: Path) -> None:
    for filters in (16, 64):
        graph = ds_cnn(np.random.default_rng(0), filters=filters)
        program = lowered(graph)
        constants = sum(
            -(-constant.bytes // constant.alignment) * constant.alignment for constant in program.constants
        )
        for core in CORES:
            linked = sum(linked_model(graph, core.name, folder / f"{core.name}_{filters}").values())
            estimate = constants + sum(PORTABLE.kernel_bytes(program, core.name).values())
            estimate += sum(PORTABLE.call_bytes(call, core.name) for call in program.calls)
            error = estimate / linked - 1
            print(f"{core.name}, {filters} filters: linked {linked:,}, estimate {estimate:,} ({error:+.2%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.check:
            check(Path(scratch))
        else:
            CODE_FILE.write_text(json.dumps(make_table(Path(scratch)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
