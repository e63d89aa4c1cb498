"""Proposals: members of the space, none twice, decided by seed and number alone, and getting better."""

from dataclasses import dataclass

import numpy as np
import pytest

from compiler.search.metrics import maximized
from compiler.search.pareto import hypervolume
from compiler.search.sampler import Population, population_size, propose, survive, vector_key
from compiler.search.trial import Evaluation, Trial
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.spec import Objective

OBJECTIVES = (
    Objective(metric="macs", direction="minimize"),
    Objective(metric="naswot", direction="maximize"),
)


@dataclass(frozen=True)
class Digits:
    """Vectors of `length` digits below `base`; the digits after position vector[0] are inactive."""

    length: int = 12
    base: int = 8

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        return self.canonical(rng.integers(self.base, size=self.length).astype(float))

    def active(self, vector: np.ndarray) -> np.ndarray:
        mask: np.ndarray = np.arange(self.length) <= max(4, vector[0])
        return mask

    def canonical(self, vector: np.ndarray) -> np.ndarray:
        return np.where(self.active(vector), vector, 0.0)

    def mutate(self, vector: np.ndarray, rng: np.random.Generator, rate: float) -> np.ndarray:
        fresh = rng.integers(self.base, size=self.length)
        return self.canonical(np.where(rng.random(self.length) < rate, fresh, vector))

    def crossover(self, a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return self.canonical(np.where(rng.random(self.length) < 0.5, a, b))


def trial(
    number: int, *values: float, violation: float | None = None, vector: tuple[float, ...] = ()
) -> Trial:
    infeasible = Infeasible("ram", "too much") if violation is not None or not values else None
    violations = {} if violation is None else {"ram": violation}
    evaluation = Evaluation(costs={}, scores={}, violations=violations, infeasible=infeasible)
    return Trial(number=number, vector=vector, evaluation=evaluation, values=None if infeasible else values)


def test_feasible_come_first_then_small_violations_then_what_is_no_network() -> None:
    candidates = [trial(0), trial(1, violation=0.5), trial(2, violation=0.1), trial(3, 5.0, 1.0)]
    assert [kept.number for kept in survive(candidates, OBJECTIVES, 4).trials] == [3, 2, 1, 0]


def test_the_front_comes_first_and_its_ends_before_its_middle() -> None:
    candidates = [trial(0, 2.0, 1.0), trial(1, 1.0, 1.0), trial(2, 2.0, 2.0), trial(3, 3.0, 3.0)]
    kept = [kept.number for kept in survive(candidates, OBJECTIVES, 3).trials]
    assert kept == [1, 3, 2]


def test_only_so_many_survive() -> None:
    assert len(survive([trial(n, float(n), 0.0) for n in range(9)], OBJECTIVES, 4).trials) == 4


@pytest.mark.parametrize(("trials", "size"), [(1, 8), (60, 8), (300, 30), (500, 50), (100_000, 50)])
def test_a_tenth_of_the_trials_is_a_generation_within_limits(trials: int, size: int) -> None:
    assert population_size(trials) == size


def search(space: Digits, seed: int, generations: int, size: int = 20) -> list[Trial]:
    """Feasible where the digits' sum is at most 45; minimize the sum, maximize the sum of squares."""
    population, seen, trials = Population(), set[bytes](), list[Trial]()
    for start in range(0, generations * size, size):
        vectors = propose(space, population, seen, seed, range(start, start + size))  # type: ignore[arg-type]  # duck
        made = []
        for number, vector in enumerate(vectors, start=start):
            total, squares = sum(vector), sum(x * x for x in vector)
            over = total / 45 - 1
            if over > 0:
                made.append(trial(number, violation=over, vector=vector))
            else:
                made.append(trial(number, total, squares, vector=vector))
        trials += made
        population = survive((*population.trials, *made), OBJECTIVES, size)
    return trials


def test_nothing_is_proposed_twice() -> None:
    space = Digits()
    keys = [vector_key(space, np.array(done.vector)) for done in search(space, 1, 10)]  # type: ignore[arg-type]  # duck
    assert len(keys) == len(set(keys)) == 200


def test_same_seed_same_search_and_another_seed_another() -> None:
    first = [done.vector for done in search(Digits(), 1, 4)]
    assert first == [done.vector for done in search(Digits(), 1, 4)]
    assert first != [done.vector for done in search(Digits(), 2, 4)]


def test_a_generation_depends_on_earlier_ones_not_on_its_own_size() -> None:
    space = Digits()
    population = survive(search(space, 1, 2), OBJECTIVES, 20)
    few = propose(space, population, set(), 1, range(40, 45))  # type: ignore[arg-type]  # duck
    many = propose(space, population, set(), 1, range(40, 60))  # type: ignore[arg-type]  # duck
    assert many[:5] == few


def test_a_space_that_has_no_more_ends_the_proposals() -> None:
    space = Digits(length=2, base=3)
    seen: set[bytes] = set()
    vectors = propose(space, Population(), seen, 1, range(100))  # type: ignore[arg-type]  # duck
    assert len(vectors) == len(set(vectors)) == len(seen) == 9


def test_does_better_than_random_search() -> None:
    def covered(trials: list[Trial]) -> float:
        values = np.array([done.values for done in trials if done.values is not None])
        return hypervolume(maximized(values, OBJECTIVES), np.array([-45.0, 0.0]))

    space = Digits()
    wins = 0
    for seed in range(5):
        randomly = search(space, seed, 1, size=300)
        wins += covered(search(space, seed, 15)) > covered(randomly)
    assert wins == 5
