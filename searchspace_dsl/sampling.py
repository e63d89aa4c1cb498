"""Members at random, near a member, and between two: always such that every require holds."""

import numpy as np

from searchspace_dsl.trace import trace
from searchspace_dsl.unroll import Unrolled

MOST_DRAWS = 1_000
MOST_OPERATORS_WALKED = 100_000
MOST_TRIES = 50


def drawn(unrolled: Unrolled, rng: np.random.Generator) -> list[float] | None:
    """A member, uniform over the decision tree, or None where none was found.

    Draws until requires hold; where they hardly ever do, mends a draw step by step, no longer uniformly.
    """
    for _ in range(walks(unrolled)):
        vector = _fresh(unrolled, rng)
        if trace(unrolled, vector).violated is None:
            return vector
    return _mended(unrolled, rng)


def mutated(unrolled: Unrolled, vector: list[float], rng: np.random.Generator, rate: float) -> list[float]:
    """A neighbour of `vector` that satisfies every require, or `vector`."""
    active = trace(unrolled, vector).active
    if not active:
        return vector
    for _ in range(MOST_TRIES):
        child = _refreshed(unrolled, vector, active, rng)
        moved = [index for index in active if rng.random() < rate] or [active[int(rng.integers(len(active)))]]
        for index in moved:
            child[index] = unrolled.decisions[index].domain.move(vector[index], rng)
        if trace(unrolled, child).violated is None:
            return child
    return vector


def crossed(unrolled: Unrolled, a: list[float], b: list[float], rng: np.random.Generator) -> list[float]:
    """A child of `a` and `b` that satisfies every require, or one of them."""
    in_a, in_b = set(trace(unrolled, a).active), set(trace(unrolled, b).active)
    for _ in range(MOST_TRIES):
        child = _fresh(unrolled, rng)
        heads = rng.random(len(child)) < 0.5
        for index in range(len(child)):
            if index in in_a and (heads[index] or index not in in_b):
                child[index] = a[index]
            elif index in in_b:
                child[index] = b[index]
        if trace(unrolled, child).violated is None:
            return child
    return a if rng.random() < 0.5 else b


def walks(unrolled: Unrolled) -> int:
    """How many members may be walked in search of one: fewer where each is large."""
    most = max(network.operators for network in unrolled.networks)
    return max(20, min(MOST_DRAWS, MOST_OPERATORS_WALKED // (most + 1)))


def _fresh(unrolled: Unrolled, rng: np.random.Generator) -> list[float]:
    return [decision.domain.draw(rng) for decision in unrolled.decisions]


def _refreshed(
    unrolled: Unrolled, vector: list[float], kept: tuple[int, ...], rng: np.random.Generator
) -> list[float]:
    child = _fresh(unrolled, rng)
    for index in kept:
        child[index] = vector[index]
    return child


def _mended(unrolled: Unrolled, rng: np.random.Generator) -> list[float] | None:
    """A walk that changes one active decision at a time and never lets more requires fail than before."""
    vector = _fresh(unrolled, rng)
    current = trace(unrolled, vector)
    for _ in range(walks(unrolled)):
        if current.violated is None:
            return vector
        if not current.active:
            return None
        index = current.active[int(rng.integers(len(current.active)))]
        child = list(vector)
        child[index] = unrolled.decisions[index].domain.move(vector[index], rng)
        found = trace(unrolled, child)
        if found.failures <= current.failures:
            vector, current = child, found
    return None
