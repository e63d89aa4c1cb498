"""Prototypes are chosen as brute force would, and no worse than by the paper's genetic algorithm."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.selection import genetic_subset, random_front
from compiler.search.select import normalized, select_prototypes, selection_volume
from compiler.search.subset_exact import best_subset


def by_brute_force(objectives: np.ndarray, k: int) -> float:
    return max(selection_volume(objectives, chosen) for chosen in combinations(range(len(objectives)), k))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_equals_brute_force_on_any_points_even_dominated_or_repeated(data: st.DataObject) -> None:
    n, m = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 4))
    numbers = st.integers(-3, 3).map(float)
    points = np.array(data.draw(st.lists(st.lists(numbers, min_size=m, max_size=m), min_size=n, max_size=n)))
    k = data.draw(st.integers(1, n))
    chosen = select_prototypes(points, k)
    assert len(set(chosen)) == k
    assert chosen == tuple(sorted(chosen))
    assert selection_volume(points, chosen) == pytest.approx(by_brute_force(points, k), abs=1e-9)


@pytest.mark.parametrize(
    ("n", "m", "k"), [(16, 2, 4), (14, 3, 3), (12, 5, 5), (11, 4, 8), (12, 3, 7), (14, 5, 2)]
)
def test_equals_brute_force_on_fronts(n: int, m: int, k: int) -> None:
    front = random_front(n, m, np.random.default_rng(n))
    assert selection_volume(front, select_prototypes(front, k)) == pytest.approx(by_brute_force(front, k))


@pytest.mark.parametrize(("n", "k"), [(12, 4), (13, 7), (22, 19), (21, 2)])
def test_exact_search_needs_no_good_start(n: int, k: int) -> None:
    boxes = random_front(n, 3, np.random.default_rng(k)) + 0.1
    found = best_subset(boxes, k, tuple(range(k)))
    assert volume_of(boxes, found) == pytest.approx(
        max(volume_of(boxes, chosen) for chosen in combinations(range(n), k))
    )


def volume_of(boxes: np.ndarray, chosen: tuple[int, ...]) -> float:
    import moocore

    return float(moocore.hypervolume(boxes[list(chosen)], ref=np.zeros(boxes.shape[1]), maximise=True))


@pytest.mark.parametrize("seed", range(30))
def test_is_at_least_as_good_as_the_genetic_algorithm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m, k = int(rng.integers(20, 120)), int(rng.integers(2, 6)), int(rng.integers(3, 6))
    front = random_front(n, m, rng)
    rival = genetic_subset(front, k, rng, population=30, generations=30)
    ours = selection_volume(front, select_prototypes(front, k))
    assert ours >= selection_volume(front, rival) - 1e-9


def test_500_points_in_5_objectives_beat_the_best_of_many_random_choices() -> None:
    rng = np.random.default_rng(0)
    front = random_front(500, 5, rng)
    ours = selection_volume(front, select_prototypes(front, 5))
    rivals = (rng.choice(500, 5, replace=False) for _ in range(500))
    assert ours > max(selection_volume(front, tuple(map(int, rival))) for rival in rivals)


def test_fewer_points_than_wanted_are_all_chosen() -> None:
    assert select_prototypes(np.array([[1.0, 2.0], [2.0, 1.0]]), 5) == (0, 1)


def test_repeated_points_are_chosen_last() -> None:
    points = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.6]])
    assert select_prototypes(points, 3) == (0, 2, 3)


def test_a_column_that_never_varies_changes_nothing() -> None:
    front = random_front(30, 2, np.random.default_rng(3))
    with_constant = np.column_stack([front, np.full(30, 7.0)])
    assert select_prototypes(with_constant, 4) == select_prototypes(front, 4)
    assert (normalized(with_constant)[:, 2] == 1.0).all()


def test_units_do_not_matter() -> None:
    front = random_front(40, 3, np.random.default_rng(5))
    assert select_prototypes(front * [1e6, 1e-3, 1.0] + [5.0, 0.0, -9.0], 3) == select_prototypes(front, 3)
