"""Independent random streams of one seed, told apart by what is drawn and its number."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What random numbers are drawn for."""

    PROPOSAL = 0
    REFERENCE = 1
    SURVEY = 2


def stream(seed: int, purpose: Stream, number: int) -> np.random.Generator:
    """The generator of draw `number`, the same in every process and at any time."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose, number)))
