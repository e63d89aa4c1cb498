"""Measures flash bytes of kernels and of a model's calls by core, for backends/portable/costs.

    python -m benchmarks.measure_code [--check] [KERNEL ...]

Every kernel is compiled as generated folders compile it and linked alone with --gc-sections; what it then
pulls from libgcc and libc is listed apart, because kernels share it. What surrounds the calls is fitted on
linked chains of layers. --check compares the table with linked models.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

import runtime_c
from backends.emulate.cores import CORES
from backends.emulate.linked_size import linked_flash
from backends.portable.backend import PORTABLE
from backends.portable.tables import struct_bytes
from benchmarks.cost_files import add_kernels, kernel_names, update_cores, write_section
from benchmarks.draft import Draft, same
from benchmarks.emulated_calls import linked_model, lowered, member_name
from benchmarks.networks import ds_cnn
from compiler.ir.graph import Graph
from compiler.ir.ops import Add, Conv2D

FLAGS = {core.name: core.flags.split() for core in CORES} | {
    "cortex-m0plus": ["-mcpu=cortex-m0plus", "-mfloat-abi=soft"],
    "cortex-m23": ["-mcpu=cortex-m23", "-mfloat-abi=soft"],
}
SAME_AS = {"cortex-m85": "cortex-m55"}
"""gcc 12.2 knows no Cortex-M85: it takes the figures of another (`code_of`)."""

CALLS_AS = {"cortex-m0plus": "cortex-m0", "cortex-m23": "cortex-m0"}
"""Cores that are not emulated take the calls of one whose code is alike."""


def kernel_code(kernel: str, core: str, folder: Path) -> dict[str, object]:
    """Bytes of a kernel's own code, and of each library member it pulls in."""
    linked = linked_flash(link_alone(kernel_source(kernel), core, folder))
    library = {member_name(member): size for member, size in linked.library.items()}
    return {"bytes": sum(linked.objects.values()), "library": dict(sorted(library.items()))}


def kernel_source(kernel: str) -> Path:
    return runtime_c.FOLDER / "src" / f"{kernel}.c"


def link_alone(
    source: Path, core: str, folder: Path, *, extra: Sequence[str] = (), behind: Sequence[str] = ()
) -> Path:
    """The link map of one kernel, its function being the entry; `behind` it more objects and libraries."""
    flags = ["-mthumb", *FLAGS[core], "-O2", "-std=c11", "-ffunction-sections", "-fdata-sections", *extra]
    include = f"-I{runtime_c.FOLDER / 'include'}"
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / source.stem
    compile_ = [*flags, include, "-fcallgraph-info=su", "-c", str(source), "-o", f"{out}.o"]
    subprocess.run(["arm-none-eabi-gcc", *compile_], check=True)
    link = [
        "-nostartfiles",
        f"-Wl,-e,{source.stem}",
        "-Wl,--gc-sections",
        "-Wl,--cref",
        f"-Wl,-Map={out}.map",
    ]
    subprocess.run(["arm-none-eabi-gcc", *flags, *link, f"{out}.o", *behind, "-o", f"{out}.elf"], check=True)
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


def measure_kernels(kernels: Iterable[str], folder: Path) -> None:
    """Rewrites the code bytes of these kernels on every core."""
    for kernel in kernels:
        sizes = {core: kernel_code(kernel, core, folder / core / "alone") for core in sorted(FLAGS)}
        write_section(kernel, "code", sizes)
        print(kernel, *(f"{core} {size['bytes']}" for core, size in sizes.items()))


def measure_calls(folder: Path) -> None:
    """Rewrites what surrounds the calls on every core."""
    sizes = {core.name: call_sizes(core.name, folder / core.name) for core in CORES}
    update_cores({core: dict(sizes[CALLS_AS.get(core, core)]) for core in FLAGS})
    update_cores({core: {"code_of": other} for core, other in SAME_AS.items()})


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
    add_kernels(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.check:
            check(Path(scratch))
        else:
            measure_kernels(options.kernels or kernel_names(), Path(scratch))
            if not options.kernels:
                measure_calls(Path(scratch))


if __name__ == "__main__":
    main()
