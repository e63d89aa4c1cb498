"""How close memory plans come to their lower bounds, and how long planning takes.

    python benchmarks/planner.py [FOLDER] [--nodes N]

Networks first: what measuring a candidate of about thirty layers takes from graph to cost. Then, if FOLDER
is given, its placement problems in CSV (id,lower,upper,size; live in [lower, upper)), such as minimalloc's.
"""

import argparse
import csv
from pathlib import Path
from time import perf_counter

from backends.portable.backend import PORTABLE
from compiler.cost.measure import Measured, measure
from compiler.memory.check_plan import check_plan
from compiler.memory.place import place
from compiler.memory.problem import Item, Problem
from compiler.target import Memory, Target
from tests.compiler.cost.networks import mobile_network

REPEATS = 20
DEFAULT_NODES = 100_000
BOARD = Target(
    name="board",
    description="",
    core="cortex-m4",
    clock_hz=80_000_000,
    memories=(Memory(name="sram", kind="ram", bytes=262_144, source=""),),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the memory planner.")
    parser.add_argument("folder", nargs="?", type=Path, help="placement problems as CSV files")
    parser.add_argument("--nodes", type=int, default=DEFAULT_NODES, help="node budget for each of them")
    arguments = parser.parse_args()
    print(f"{'network':<14}{'calls':>6}{'bytes':>10}{'bound':>10}{'over':>8}{'best ms':>9}{'median ms':>11}")
    for size in (32, 64, 96):
        for residual in (False, True):
            print(network_row(size, residual))
    if arguments.folder is not None:
        print(f"\n{'problem':<14}{'items':>6}{'bytes':>10}{'bound':>10}{'over':>8}{'seconds':>9}")
        for path in sorted(arguments.folder.glob("*.csv")):
            print(problem_row(path, arguments.nodes))


def network_row(size: int, residual: bool) -> str:
    graph = mobile_network(9, size=size, residual=residual)
    seconds = []
    for _ in range(REPEATS):
        start = perf_counter()
        found = measure(graph, PORTABLE, BOARD)
        seconds.append(perf_counter() - start)
        assert isinstance(found, Measured)
    check_plan(found.program, found.plan)
    peak, bound = found.plan.arena_bytes, found.plan.lower_bound_bytes
    name = f"{'residual' if residual else 'chain'} {size}"
    times = f"{min(seconds) * 1e3:>9.1f}{sorted(seconds)[REPEATS // 2] * 1e3:>11.1f}"
    return f"{name:<14}{len(found.program.calls):>6}{peak:>10,}{bound:>10,}{peak / bound - 1:>8.2%}{times}"


def problem_row(path: Path, nodes: int) -> str:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    problem = Problem(tuple(Item(int(row["size"]), int(row["lower"]), int(row["upper"]) - 1) for row in rows))
    start = perf_counter()
    solution = place(problem, node_budget=nodes)
    seconds = perf_counter() - start
    peak, bound = solution.peak, solution.lower_bound
    return f"{path.stem:<14}{len(rows):>6}{peak:>10,}{bound:>10,}{peak / bound - 1:>8.2%}{seconds:>9.1f}"


if __name__ == "__main__":
    main()
