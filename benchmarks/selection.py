"""Our subset selection against the genetic algorithm of the PrototypeNAS paper: volume and seconds.

Run from the repository's root: python -m benchmarks.selection [FRONTS]
"""

import sys
import time

import numpy as np

from compiler.search.boxes import contributions, volume
from compiler.search.select import REFERENCE, normalized, select_prototypes, selection_volume


def random_front(n: int, m: int, rng: np.random.Generator) -> np.ndarray:
    """n points (n, m) on a curved front, bent inwards, flat or outwards: none dominates another."""
    bend = rng.choice([0.5, 1.0, 2.0, 4.0])
    directions = rng.exponential(size=(n, m))
    front: np.ndarray = directions / (directions**bend).sum(axis=1, keepdims=True) ** (1 / bend)
    return front


def genetic_subset(
    front: np.ndarray, k: int, rng: np.random.Generator, *, population: int, generations: int
) -> tuple[int, ...]:
    """The paper's algorithm: a bit a point, mutation with probability 0.3, a greedy repair to k points.

    (The paper runs a population of 2,000 for 10,000 generations.)
    """
    boxes = normalized(front) - REFERENCE
    n = len(front)
    genes = np.array([_bits(rng.choice(n, size=k, replace=False), n) for _ in range(population)])
    fitness = np.array([volume(boxes[bits]) for bits in genes])
    for _ in range(generations):
        rivals = rng.integers(population, size=(2, population, 2))
        mothers, fathers = (pair[np.arange(population), fitness[pair].argmax(axis=1)] for pair in rivals)
        mixed = np.where(rng.random(genes.shape) < 0.5, genes[mothers], genes[fathers])
        mutates = rng.random(population) < 0.3
        flips = (rng.random(genes.shape) < 1 / n) & mutates[:, None]
        children = np.array([_repair(boxes, bits, k) for bits in mixed ^ flips])
        genes = np.concatenate([genes, children])
        fitness = np.concatenate([fitness, [volume(boxes[bits]) for bits in children]])
        best = np.argsort(-fitness, kind="stable")[:population]
        genes, fitness = genes[best], fitness[best]
    return tuple(np.flatnonzero(genes[0]).tolist())


def _bits(indices: np.ndarray, n: int) -> np.ndarray:
    bits = np.zeros(n, dtype=bool)
    bits[indices] = True
    return bits


def _repair(boxes: np.ndarray, bits: np.ndarray, k: int) -> np.ndarray:
    """Drops what adds least, or takes what adds most, until k points are left."""
    chosen = np.flatnonzero(bits).tolist()
    while len(chosen) > k:
        losses = [
            float(contributions(boxes[chosen[:slot] + chosen[slot + 1 :]], boxes[[member]])[0])
            for slot, member in enumerate(chosen)
        ]
        chosen.pop(int(np.argmin(losses)))
    while len(chosen) < k:
        added = contributions(boxes[chosen], boxes)
        added[chosen] = -1.0
        chosen.append(int(added.argmax()))
    return _bits(np.array(chosen), len(boxes))


def main(fronts: int) -> None:
    print("front  points  objectives  k      ours    seconds   genetic    seconds")
    for seed in range(fronts):
        rng = np.random.default_rng(seed)
        n, m, k = int(rng.integers(50, 501)), int(rng.integers(2, 6)), int(rng.integers(3, 6))
        front = random_front(n, m, rng)
        started = time.perf_counter()
        ours = selection_volume(front, select_prototypes(front, k))
        halfway = time.perf_counter()
        rival = selection_volume(front, genetic_subset(front, k, rng, population=200, generations=200))
        ended = time.perf_counter()
        print(
            f"{seed:5}  {n:6}  {m:10}  {k}  {ours:.6f}  {halfway - started:9.3f}"
            f"  {rival:.6f}  {ended - halfway:9.1f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
