import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from compiler.data.split import split_validation


@given(st.lists(st.integers(0, 4), max_size=200), st.floats(0.05, 0.5), st.integers(0, 1000))
def test_every_sample_is_on_one_side_and_every_class_on_both(
    labels: list[int], fraction: float, seed: int
) -> None:
    y = np.array(labels, np.int64)
    train, validation = split_validation(y, fraction, seed)
    assert sorted([*train, *validation]) == list(range(len(y)))
    for label, size in zip(*np.unique(y, return_counts=True), strict=True):
        chosen = int((y[validation] == label).sum())
        assert abs(chosen - fraction * size) <= 1
        assert 1 <= chosen < size or size == 1


def test_the_seed_decides() -> None:
    y = np.repeat(np.arange(3), 50)
    first, again, other = (split_validation(y, 0.2, seed)[1] for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert len(first) == 30
