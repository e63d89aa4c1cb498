"""Measures the adapters of CMSIS-NN with the library that the environment names, for backends/cmsis_nn/costs.

    CMSIS_NN_INC=.../Include CMSIS_NN_LIB_CORTEX_M4=... python -m benchmarks.cmsis_nn [KERNEL ...]

As benchmarks/fit_cycles.py, measure_code.py and measure_stack.py do for portable kernels: instructions fitted
on emulated cores, flash and stack read from an adapter linked alone. Every core needs its library.
"""

import argparse
import os
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from backends.cmsis_nn.backend import CMSIS_NN
from backends.cmsis_nn.kernel_files import FOLDER, PREFIX, sources_of
from backends.cmsis_nn.tables import COSTS
from backends.cmsis_nn.work import KERNELS, Work, work_of
from backends.emulate.cores import CORES
from backends.emulate.linked_size import linked_flash
from backends.emulate.stack import CallGraph, add_library_functions, chain_bytes, disassembly, read_call_graph
from benchmarks.cmsis_nn_cases import CASES
from benchmarks.cost_files import write_section
from benchmarks.emulated_calls import count_calls, lowered, member_name
from benchmarks.fit_cycles import fit_kernel
from benchmarks.kernel_cases import all_cases
from benchmarks.measure_code import link_alone
from compiler.ir.graph import Graph
from compiler.target import CORE_ISA

ALIKE = {
    "protonas_cmsis_conv2d_1x1_strided_s8": "protonas_cmsis_conv2d_1x1_s8",
    "protonas_cmsis_conv2d_row_s8": "protonas_cmsis_conv2d_1x1_s8",
    "protonas_cmsis_conv2d_row_s4": "protonas_cmsis_conv2d_1x1_s4",
    "protonas_cmsis_conv2d_general_s8": "protonas_cmsis_conv2d_s8",
}
"""Kernels that do the work of another: fitted together."""

MEASURED = tuple(core.name for core in CORES)


def library(core: str) -> str:
    return os.environ[f"CMSIS_NN_LIB_{core.replace('-', '_').upper()}"]


def cases() -> Iterator[tuple[str, Graph]]:
    yield from all_cases()
    for make_graph in CASES:
        yield f"library_{make_graph.__name__}", make_graph(np.random.default_rng(1))


def measure_instructions(kernels: Collection[str], core: str, folder: Path) -> dict[str, dict[str, float]]:
    samples: dict[str, list[tuple[Work, int]]] = defaultdict(list)
    for name, graph in cases():
        calls = lowered(graph, core, CMSIS_NN).calls
        if any(call.kernel in kernels for call in calls):
            counts = count_calls(graph, core, folder / name, CMSIS_NN)
            for call, count in zip(calls, counts, strict=True):
                if call.kernel in kernels:
                    samples[call.kernel].append((work_of(call, CORE_ISA[core]), count))
    alike: dict[str, list[tuple[Work, int]]] = defaultdict(list)
    for kernel, found in samples.items():
        alike[ALIKE.get(kernel, kernel)] += found
    fitted = {kernel: _without_zeros(fit_kernel(found)) for kernel, found in sorted(alike.items())}
    tables = {kernel: fitted[ALIKE.get(kernel, kernel)] for kernel in samples}
    for kernel, found in sorted(samples.items()):
        errors = [
            abs(sum(tables[kernel].get(loop, 0) * n for loop, n in work.items()) / count - 1)
            for work, count in found
        ]
        print(f"{core} {kernel}: {len(found)} calls, worst error {max(errors):.1%}", flush=True)
    return tables


def _without_zeros(weights: dict[str, float]) -> dict[str, float]:
    return {loop: weight for loop, weight in weights.items() if weight}


def link(kernel: str, core: str, folder: Path) -> Path:
    """The link map of an adapter with what it calls of the library."""
    sources = [FOLDER / source.removeprefix(PREFIX) for source in sources_of(kernel)]
    extra = (f"-I{FOLDER / 'include'}", "-isystem", os.environ["CMSIS_NN_INC"])
    behind: list[str] = []
    for source in sources[1:]:
        behind.append(
            str(link_alone(source, core, folder, extra=extra, behind=(library(core),)).with_suffix(".o"))
        )
    return link_alone(sources[0], core, folder, extra=extra, behind=(*behind, library(core)))


def measure_code(kernel: str, core: str, folder: Path) -> dict[str, object]:
    linked = linked_flash(link(kernel, core, folder))
    sizes = {Path(name).stem: size for name, size in linked.objects.items()}
    members = {member_name(member): size for member, size in linked.library.items()}
    return {"bytes": sizes[kernel], "library": dict(sorted(members.items()))}


def measure_stack(kernel: str, core: str, folder: Path) -> int:
    elf = link(kernel, core, folder).with_suffix(".elf")
    graph = CallGraph()
    for source in sources_of(kernel):
        read_call_graph((folder / f"{Path(source).stem}.ci").read_text(encoding="utf-8"), graph)
    add_library_functions(disassembly(elf), graph)
    return chain_bytes(graph.deepest(kernel))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", choices=[[], *KERNELS])
    kernels = parser.parse_args().kernels or KERNELS
    COSTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        tables = {core: measure_instructions(kernels, core, Path(scratch) / core) for core in MEASURED}
        for kernel in kernels:
            instructions = {core: tables[core][kernel] for core in MEASURED if kernel in tables[core]}
            write_section(kernel, "instructions", instructions, COSTS)
            for section, measure in (("code", measure_code), ("stack", measure_stack)):
                figures = {core: measure(kernel, core, Path(scratch) / core / "alone") for core in MEASURED}
                write_section(kernel, section, figures, COSTS)


if __name__ == "__main__":
    main()
