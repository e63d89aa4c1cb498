"""Dominance against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from compiler.search.pareto import crowding, hypervolume, nondominated, ranks

points = st.tuples(st.integers(1, 12), st.integers(1, 3)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 4).map(float))
)


def dominated_by_definition(a: np.ndarray, b: np.ndarray) -> bool:
    return bool((b >= a).all() and (b > a).any())


@given(points)
def test_nondominated_is_what_nothing_dominates(objectives: np.ndarray) -> None:
    expected = [not any(dominated_by_definition(a, b) for b in objectives) for a in objectives]
    assert nondominated(objectives).tolist() == expected


@given(points)
def test_ranks_peel_front_after_front(objectives: np.ndarray) -> None:
    rank = ranks(objectives)
    left = np.arange(len(objectives))
    for front in range(int(rank.max()) + 1):
        mask = nondominated(objectives[left])
        assert set(left[mask]) == set(np.flatnonzero(rank == front))
        left = left[~mask]
    assert len(left) == 0


@given(points)
def test_hypervolume_of_the_front_is_that_of_all(objectives: np.ndarray) -> None:
    reference = np.full(objectives.shape[1], -1.0)
    front = objectives[nondominated(objectives)]
    assert hypervolume(front, reference) == pytest.approx(hypervolume(objectives, reference))


def test_crowding_prefers_ends_then_lonely_points() -> None:
    front = np.array([[0.0, 10.0], [1.0, 9.0], [2.0, 8.0], [6.0, 4.0], [10.0, 0.0]])
    distance = crowding(front)
    assert np.isinf(distance[[0, 4]]).all()
    assert distance[3] > distance[2] > distance[1]


def test_crowding_ignores_objectives_that_do_not_vary() -> None:
    assert crowding(np.array([[1.0, 5.0], [1.0, 5.0]])).tolist() == [0.0, 0.0]


def test_two_rectangles() -> None:
    assert hypervolume(np.array([[2.0, 1.0], [1.0, 2.0]]), np.zeros(2)) == pytest.approx(3.0)
    assert hypervolume(np.zeros((0, 2)), np.zeros(2)) == 0.0
