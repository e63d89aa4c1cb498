"""A dataset as training sees it: encoded once, validation split off."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Encoded inputs (N, *input shape) float32; class indices (N,) int64, below `classes`."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    classes: int
