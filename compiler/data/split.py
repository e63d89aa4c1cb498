"""Splits validation samples off the training data, each class in its share: the test data decides nothing."""

import numpy as np


def split_validation(y: np.ndarray, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices (int64, ascending) of training and of validation samples; y: class indices (N,).

    Of each class, fraction * size samples, rounded half up, go to validation, drawn without replacement;
    a class of two or more has at least one on either side, a class of one stays in training.
    """
    assert 0 < fraction < 1
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(y), bool)
    for label in np.unique(y):
        members = np.flatnonzero(y == label)
        count = min(max(1, int(len(members) * fraction + 0.5)), len(members) - 1)
        chosen[rng.permutation(members)[:count]] = True
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)
