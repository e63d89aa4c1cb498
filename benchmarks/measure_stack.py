"""Measures the most stack each kernel takes, and NAME_run itself, by core, for backends/portable/costs.

    python -m benchmarks.measure_stack [KERNEL ...]

Kernels: gcc's -fcallgraph-info=su along the deepest chain of calls; library members from the linked code.
NAME_run has no frame of fixed size: `entry` is the largest seen in the networks of benchmarks/networks.py.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import runtime_c
from backends.emulate.cores import CORES
from backends.emulate.qemu import QEMU
from backends.emulate.stack import CallGraph, add_library_functions, chain_bytes, disassembly, read_call_graph
from benchmarks.cost_files import add_kernels, kernel_names, update_cores, write_section
from benchmarks.emulated_calls import write_folder
from benchmarks.measure_code import CALLS_AS, FLAGS, kernel_source
from benchmarks.networks import NETWORKS, digits, ds_cnn


def kernel_stack(source: Path, core: str, folder: Path) -> int:
    """Of the function that a source is named after, all that it calls included."""
    flags = ["-mthumb", *FLAGS[core], "-O2", "-std=c11", "-ffunction-sections", "-fdata-sections"]
    include = f"-I{runtime_c.FOLDER / 'include'}"
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / source.stem
    compile_ = [*flags, include, "-fcallgraph-info=su", "-c", str(source), "-o", f"{out}.o"]
    subprocess.run(["arm-none-eabi-gcc", *compile_], check=True)
    link = ["-nostartfiles", f"-Wl,-e,{source.stem}", f"{out}.o", "-o", f"{out}.elf"]
    subprocess.run(["arm-none-eabi-gcc", *flags, *link], check=True)
    graph = CallGraph()
    read_call_graph(out.with_suffix(".ci").read_text(encoding="utf-8"), graph)
    add_library_functions(disassembly(out.with_suffix(".elf")), graph)
    return chain_bytes(graph.deepest(source.stem))


def entry_stack(core: str, folder: Path) -> int:
    """The largest frame of NAME_run."""
    found = []
    for network in (*NETWORKS, digits, ds_cnn):
        write_folder(network(np.random.default_rng(0)), folder / network.__name__, core)
        found.append(QEMU.stack(folder / network.__name__, core).chain[0][1])
    return max(found)


def measure_kernels(kernels: Iterable[str], folder: Path) -> None:
    """Rewrites the stack of these kernels on every core."""
    for kernel in kernels:
        source = kernel_source(kernel)
        stacks = {core: kernel_stack(source, core, folder / core) for core in sorted(FLAGS)}
        write_section(kernel, "stack", stacks)
        print(kernel, *(f"{core} {stack}" for core, stack in stacks.items()))


def measure_entries(folder: Path) -> None:
    """Rewrites NAME_run's own stack on every core."""
    entries = {core.name: entry_stack(core.name, folder) for core in CORES}
    update_cores({core: {"entry": entries[CALLS_AS.get(core, core)]} for core in FLAGS})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_kernels(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure_kernels(options.kernels or kernel_names(), Path(scratch))
        if not options.kernels:
            measure_entries(Path(scratch))


if __name__ == "__main__":
    main()
