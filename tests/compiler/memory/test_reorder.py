"""Learned orders only ever improve, repeat themselves exactly, and stop when told."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.memory.bounds import lower_bound
from compiler.memory.first_fit import first_fit
from compiler.memory.problem import Item, Problem, Solution
from compiler.memory.reorder import reorder


def crowd(seed: int, count: int = 60) -> Problem:
    rng = np.random.default_rng(seed)
    starts, lengths, sizes = (
        rng.integers(0, 30, count),
        rng.integers(0, 12, count),
        rng.integers(1, 100, count),
    )
    return Problem(
        tuple(
            Item(int(size), int(start), int(start + length))
            for size, start, length in zip(sizes, starts, lengths, strict=True)
        )
    )


def in_given_order(problem: Problem) -> Solution:
    offsets = first_fit(problem, range(len(problem.items)))
    return Solution(offsets, problem.peak(offsets), lower_bound(problem))


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_never_worse_and_the_same_again(seed: int) -> None:
    problem = crowd(seed)
    known = in_given_order(problem)
    first, spent = reorder(problem, known, node_budget=600, rng=np.random.default_rng(0))
    assert (first, spent) == reorder(problem, known, node_budget=600, rng=np.random.default_rng(0))
    assert first.peak == problem.peak(first.offsets) <= known.peak
    assert first.lower_bound == known.lower_bound <= first.peak
    assert spent <= 600


def test_it_learns() -> None:
    problem = crowd(1)
    known = in_given_order(problem)
    briefly, _ = reorder(problem, known, node_budget=60, rng=np.random.default_rng(0))
    longer, _ = reorder(problem, known, node_budget=60 * 100, rng=np.random.default_rng(0))
    assert longer.peak < briefly.peak < known.peak


def test_too_small_a_budget_changes_nothing() -> None:
    problem = crowd(2)
    known = in_given_order(problem)
    assert reorder(problem, known, node_budget=59, rng=np.random.default_rng(0)) == (known, 0)
