"""Flash as the model predicts it against what the linker takes, for real networks on every emulated core.

    python -m benchmarks.flash [--worst PERCENT]

Exit status 1 where a network of at least 64 KiB misses by more than PERCENT (5).
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backends.emulate.cores import CORES
from backends.portable.backend import PORTABLE
from benchmarks.emulated_calls import linked_model, lowered, target_of
from benchmarks.networks import NETWORKS, digits, ds_cnn
from compiler.cost.estimate import estimate
from compiler.ir.graph import Graph
from compiler.memory.placement import plan_memory

HELD_BYTES = 64 * 1024
Network = Callable[[np.random.Generator], Graph]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    predicted_bytes: int
    linked_bytes: int

    @property
    def error(self) -> float:
        return self.predicted_bytes / self.linked_bytes - 1


def compare(network: Network, core: str, folder: Path) -> Flash:
    graph = network(np.random.default_rng(0))
    program = lowered(graph)
    cost = estimate(program, plan_memory(program), target_of(core), PORTABLE, macs=0, parameters=0)
    linked = linked_model(graph, core, folder / core / network.__name__)
    return Flash(predicted_bytes=cost.flash_bytes, linked_bytes=sum(linked.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=float, default=5.0, metavar="PERCENT")
    worst = parser.parse_args().worst / 100
    missed = False
    print(f"{'network':14} {'core':12} {'predicted':>10} {'linked':>10} {'error':>7}")
    with tempfile.TemporaryDirectory() as scratch:
        for network in (*NETWORKS, digits, ds_cnn):
            for core in CORES:
                flash = compare(network, core.name, Path(scratch))
                missed |= flash.linked_bytes >= HELD_BYTES and abs(flash.error) > worst
                numbers = f"{flash.predicted_bytes:10,} {flash.linked_bytes:10,} {flash.error:+7.2%}"
                print(f"{network.__name__:14} {core.name:12} {numbers}", flush=True)
    sys.exit(missed)


if __name__ == "__main__":
    main()
