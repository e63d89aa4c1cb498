"""Proposes networks, a generation at a time: an elitist genetic algorithm over the fixed-length vector.

NSGA-II (Deb et al. 2002) with its constraint domination. A generation depends on the seed, the numbers of
its trials and the completed generations before it, on nothing else: so a search may be interrupted
anywhere, and run by any number of processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compiler.search.metrics import maximized
from compiler.search.pareto import crowding, ranks
from compiler.search.streams import Stream, stream
from compiler.search.trial import Trial
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.spec import Objective

_CROSSOVER_PROBABILITY = 0.9
_BRED_DRAWS = 20
_RANDOM_DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Survivors, best first: a parent's index tells how good it is."""

    trials: tuple[Trial, ...] = ()


def population_size(trials: int) -> int:
    """A tenth of all trials, so that there are generations to learn from, but at least 8 and at most 50."""
    return min(max(trials // 10, 8), 50)


def survive(candidates: Sequence[Trial], objectives: tuple[Objective, ...], size: int) -> Population:
    """The best `size`: feasible before infeasible, by front, then by crowding; the others by violation."""
    feasible = [trial for trial in candidates if trial.values is not None]
    infeasible = [trial for trial in candidates if trial.values is None]
    infeasible.sort(key=lambda trial: (_violation(trial), trial.number))
    return Population(trials=(*_by_dominance(feasible, objectives), *infeasible)[:size])


def propose(
    space: SearchSpace, population: Population, seen: set[bytes], seed: int, numbers: range
) -> tuple[tuple[float, ...], ...]:
    """A vector for each number, none of them proposed before; fewer where no new one can be found.

    `seen` holds the keys of all earlier vectors (`vector_key`) and gains those of the new ones.
    """
    proposals: list[tuple[float, ...]] = []
    for number in numbers:
        vector = _new_vector(space, population, seen, stream(seed, Stream.PROPOSAL, number))
        if vector is None:
            break
        seen.add(vector_key(space, vector))
        proposals.append(tuple(vector.tolist()))
    return tuple(proposals)


def vector_key(space: SearchSpace, vector: np.ndarray) -> bytes:
    """Equal for vectors that differ in inactive decisions only."""
    # Adding zero turns -0.0 into 0.0, which is the same decision but other bytes.
    return (np.asarray(space.canonical(vector), dtype=np.float64) + 0.0).tobytes()


def _new_vector(
    space: SearchSpace, population: Population, seen: set[bytes], rng: np.random.Generator
) -> np.ndarray | None:
    """Bred where there are parents, ever more mutated while what comes out is known; else random."""
    for draw in range(_BRED_DRAWS if len(population.trials) > 1 else 0):
        vector = space.canonical(_breed(space, population, rng, draw))
        if vector_key(space, vector) not in seen:
            return vector
    for _ in range(_RANDOM_DRAWS):
        vector = space.canonical(space.sample(rng))
        if vector_key(space, vector) not in seen:
            return vector
    return None


def _breed(space: SearchSpace, population: Population, rng: np.random.Generator, draw: int) -> np.ndarray:
    mother, father = _tournament(population, rng), _tournament(population, rng)
    child = mother
    if rng.random() < _CROSSOVER_PROBABILITY:
        child = space.crossover(mother, father, rng)
    rate = min(1.0, (1 + draw / 4) / max(1, int(np.sum(space.active(child)))))
    return space.mutate(child, rng, rate)


def _tournament(population: Population, rng: np.random.Generator) -> np.ndarray:
    """The better of two, drawn with replacement; the population is sorted."""
    winner = int(rng.integers(len(population.trials), size=2).min())
    return np.array(population.trials[winner].vector)


def _by_dominance(trials: list[Trial], objectives: tuple[Objective, ...]) -> list[Trial]:
    if not trials:
        return []
    values = maximized(np.array([trial.values for trial in trials]), objectives)
    rank = ranks(values)
    distance = np.zeros(len(trials))
    for front in range(int(rank.max()) + 1):
        members = np.flatnonzero(rank == front)
        distance[members] = crowding(values[members])
    numbers = np.array([trial.number for trial in trials])
    return [trials[index] for index in np.lexsort((numbers, -distance, rank))]


def _violation(trial: Trial) -> float:
    """Overshoots summed; infinite for what is no network at all."""
    overshoots = trial.evaluation.violations.values()
    return float(sum(overshoots)) if overshoots else float("inf")
