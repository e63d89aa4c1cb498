"""Processor time to elaborate one member of each example space, and of that a layer's share.

Run from the repository's root: python -m benchmarks.elaborate [SPEC ...]
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.load import load_spec

MEMBERS = 200


def main(paths: list[Path]) -> None:
    print(f"{'spec':28} {'layers':>8} {'ms a member':>12} {'ms for 30 layers':>17}")
    for path in paths:
        space = load_spec(path).space
        rng = np.random.default_rng(0)
        vectors = [space.sample(rng) for _ in range(MEMBERS)]
        start = process_time()
        networks = [space.elaborate(vector) for vector in vectors]
        each_ms = 1000 * (process_time() - start) / MEMBERS
        layers = np.mean([len(network.layers) for network in networks if isinstance(network, Architecture)])
        print(f"{path.stem:28} {layers:8.1f} {each_ms:12.2f} {30 * each_ms / layers:17.2f}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted(Path("examples").glob("*.nas")))
