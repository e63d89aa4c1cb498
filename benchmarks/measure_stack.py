"""Makes backends/portable/stack_bytes.json: the most stack each kernel takes, and NAME_run itself, by core.

    python -m benchmarks.measure_stack

Kernels: gcc's -fcallgraph-info=su along the deepest chain of calls; library members from the linked code.
NAME_run has no frame of fixed size: `entry` is the largest seen in the networks of benchmarks/networks.py.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import runtime_c
from backends.emulate.cores import CORES
from backends.emulate.qemu import QEMU
from backends.emulate.stack import CallGraph, add_library_functions, chain_bytes, disassembly, read_call_graph
from backends.portable.tables import STACK_FILE
from benchmarks.emulated_calls import write_folder
from benchmarks.kernel_cases import ds_cnn
from benchmarks.measure_code import CALLS_AS, FLAGS, SAME_AS
from benchmarks.networks import NETWORKS, digits


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


def make_table(folder: Path) -> dict[str, object]:
    entries = {core.name: entry_stack(core.name, folder) for core in CORES}
    cores: dict[str, object] = {}
    for core in sorted(FLAGS):
        kernels = {
            f"src/{source.name}": kernel_stack(source, core, folder / core)
            for source in sorted((runtime_c.FOLDER / "src").glob("*.c"))
        }
        cores[core] = {"entry": entries[CALLS_AS.get(core, core)], "kernels": kernels}
        print(core, cores[core])
    cores |= {core: {"same_as": other} for core, other in SAME_AS.items()}
    return {
        "about": "Stack of the portable kernels in bytes, callees and library members included, and of "
        "NAME_run around them (arm-none-eabi-gcc 12.2, -O2). Made by benchmarks/measure_stack.py.",
        "cores": cores,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        STACK_FILE.write_text(json.dumps(make_table(Path(scratch)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
