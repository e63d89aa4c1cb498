"""When classes are so unevenly frequent that the rare ones would be given up for the sake of accuracy."""

import numpy as np

from compiler.train.settings import TrainingSettings

UNEVEN = 4


def is_balanced(settings: TrainingSettings, y: np.ndarray, classes: int) -> bool:
    """Whether classes are weighted and the best epoch chosen by balanced accuracy.

    Automatically so where the most frequent class of y (class indices, (N,)) has at least four times the
    samples of the rarest that occurs.
    """
    if settings.class_weights != "automatic":
        return settings.class_weights == "balanced"
    counts = np.bincount(y, minlength=classes)
    return bool(counts.max() >= UNEVEN * counts[counts > 0].min())
