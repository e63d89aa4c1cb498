"""Measures executed instructions of kernels, linear in their loops' turns, for backends/portable/costs.

    python -m benchmarks.fit_cycles [--check] [KERNEL ...]

Counts come from QEMU (exact), coefficients from non-negative least squares on relative errors, so small
layers count as much as large ones. Cycles are instructions times one figure per core; --check compares the
committed table with a network that the fit has not seen.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from backends.portable.backend import PORTABLE
from backends.portable.kernel_files import SINGLE_ROUNDING
from backends.portable.tables import core_cycles
from backends.portable.work import work_of
from benchmarks.cost_files import add_kernels, kernel_names, update_cores, write_section
from benchmarks.emulated_calls import count_calls, lowered
from benchmarks.kernel_cases import all_cases
from benchmarks.networks import ds_cnn
from compiler.ir.graph import Graph
from compiler.ir.program import KernelCall, Program

MEASURED = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
SAME_AS = {"cortex-m0plus": "cortex-m0", "cortex-m23": "cortex-m0", "cortex-m85": "cortex-m55"}
"""Cores that are not emulated run another's instructions: the same set, or nearly (M23 can divide)."""

CYCLES_PER_INSTRUCTION = {
    "cortex-m0": (1.5, "inner loop by the TRM: loads 2, taken branch 3, the rest 1"),
    "cortex-m0plus": (1.45, "inner loop by the TRM: loads 2, taken branch 2, the rest 1"),
    "cortex-m3": (1.8, "inner loop by the TRM: loads 2, multiply-accumulate 2, taken branch 3, the rest 1"),
    "cortex-m4": (1.55, "inner loop by the TRM: loads 2, taken branch 3, the rest 1"),
    "cortex-m7": (1.05, "cortex-m4's, times the ratio 3.42 / 5.01 of Arm's CoreMark/MHz figures"),
    "cortex-m23": (1.35, "cortex-m0plus's, times the ratio 2.46 / 2.64 of Arm's CoreMark/MHz figures"),
    "cortex-m33": (1.3, "cortex-m4's, times the ratio 3.42 / 4.02 of Arm's CoreMark/MHz figures"),
    "cortex-m55": (1.2, "cortex-m4's, times the ratio 3.42 / 4.40 of Arm's CoreMark/MHz figures"),
    "cortex-m85": (0.85, "cortex-m4's, times the ratio 3.42 / 6.28 of Arm's CoreMark/MHz figures"),
}


def measure(core: str, kernels: Collection[str], folder: Path) -> list[tuple[KernelCall, int]]:
    """Calls of these kernels, and what each executed, in all graphs that hold any."""
    found = []
    for name, graph in _cases(kernels):
        calls = lowered(graph).calls
        if any(call.kernel in kernels for call in calls):
            counts = count_calls(graph, core, folder / core / name)
            found += [pair for pair in zip(calls, counts, strict=True) if pair[0].kernel in kernels]
    return found


def _cases(kernels: Collection[str]) -> Iterator[tuple[str, Graph]]:
    """All cases; with single rounding too where one of its kernels is asked for."""
    for name, graph in all_cases():
        yield name, graph
        once = replace(graph, rounding="single")
        wanted = any(kernel.endswith(SINGLE_ROUNDING) for kernel in kernels)
        if wanted and isinstance(PORTABLE.lower(once, "plain"), Program):
            yield f"{name}{SINGLE_ROUNDING}", once


def fit(measured: list[tuple[KernelCall, int]]) -> dict[str, dict[str, float]]:
    by_kernel: dict[str, list[tuple[dict[str, int], int]]] = defaultdict(list)
    for call, count in measured:
        by_kernel[call.kernel].append((work_of(call), count))
    return {kernel: fit_kernel(samples) for kernel, samples in sorted(by_kernel.items())}


def fit_kernel(samples: list[tuple[dict[str, int], int]]) -> dict[str, float]:
    loops = list(samples[0][0])
    turns = np.array([[work[loop] for loop in loops] for work, _ in samples], dtype=float)
    counts = np.array([count for _, count in samples], dtype=float)
    weights, _ = nnls(turns / counts[:, None], np.ones(len(counts)))
    return {loop: round(float(weight), 3) for loop, weight in zip(loops, weights, strict=True)}


def worst_error(measured: list[tuple[KernelCall, int]], table: dict[str, dict[str, float]]) -> float:
    return max(
        abs(sum(table[call.kernel][loop] * n for loop, n in work_of(call).items()) / count - 1)
        for call, count in measured
    )


def measure_all(kernels: Collection[str], folder: Path) -> None:
    """Rewrites the instructions of these kernels on every core."""
    tables: dict[str, dict[str, dict[str, float]]] = {}
    for core in MEASURED:
        measured = measure(core, kernels, folder)
        tables[core] = fit(measured)
        print(f"{core}: {len(measured)} calls, worst error {worst_error(measured, tables[core]):.1%}")
        missing = sorted(set(kernels) - tables[core].keys())
        if missing:
            raise SystemExit(f"no graph of benchmarks/kernel_cases calls {', '.join(missing)}")
    for kernel in kernels:
        write_section(kernel, "instructions", {core: tables[core][kernel] for core in MEASURED})


def core_figures() -> dict[str, dict[str, object]]:
    """Cycles of an instruction, and whose instructions a core runs."""
    return {
        core: {"cycles_per_instruction": cycles, "cycles_source": source}
        | ({"instructions_of": SAME_AS[core]} if core in SAME_AS else {})
        for core, (cycles, source) in CYCLES_PER_INSTRUCTION.items()
    }


def check(folder: Path) -> None:
    graph = ds_cnn(np.random.default_rng(0))
    for core in MEASURED:
        counts = count_calls(graph, core, folder / core / "check")
        table = core_cycles(core).instructions
        estimates = [
            sum(table[call.kernel][loop] * n for loop, n in work_of(call).items())
            for call in lowered(graph).calls
        ]
        layers = [abs(e / c - 1) for e, c in zip(estimates, counts, strict=True)]
        total = sum(estimates) / sum(counts) - 1
        print(f"{core}: DS-CNN {sum(counts):,}, estimate {total:+.1%}, worst layer {max(layers):.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    add_kernels(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.check:
            check(Path(scratch))
        else:
            update_cores(core_figures())
            measure_all(options.kernels or kernel_names(), Path(scratch))


if __name__ == "__main__":
    main()
