"""Which samples every step of an epoch sees, and how they are moved: a function of (seed, epoch) alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from compiler.train.settings import TrainingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Encoded inputs (B, *shape) and class indices (B,), int64."""

    x: Tensor
    y: Tensor


def steps_per_epoch(samples: int, settings: TrainingSettings) -> int:
    """Whole batches only: a batch norm cannot learn from a remainder of one sample."""
    return max(1, samples // settings.batch_size)


def epoch_batches(
    x: Tensor, y: Tensor, settings: TrainingSettings, *, seed: int, epoch: int
) -> Iterator[Batch]:
    """The batches of one epoch (from 1), shuffled and augmented by an RNG of (seed, epoch)."""
    rng = np.random.default_rng((seed, epoch))
    order = torch.from_numpy(rng.permutation(len(y)))
    size = min(settings.batch_size, len(y))
    for step in range(steps_per_epoch(len(y), settings)):
        chosen = order[step * size : (step + 1) * size]
        yield Batch(x=_augmented(x[chosen], settings, rng), y=y[chosen])


def _augmented(x: Tensor, settings: TrainingSettings, rng: np.random.Generator) -> Tensor:
    vertical, horizontal = settings.shift_pixels
    if x.dim() != 4 or not (vertical or horizontal or settings.mirror):
        return x
    rows = _shifted(x.shape[1], vertical, len(x), rng)
    columns = _shifted(x.shape[2], horizontal, len(x), rng)
    if settings.mirror:
        mirrored = rng.random((len(x), 1)) < 0.5
        columns = np.where(mirrored, columns[:, ::-1], columns)
    sample = torch.arange(len(x))[:, None, None]
    return x[sample, torch.from_numpy(rows)[:, :, None], torch.from_numpy(columns)[:, None, :]]


def _shifted(length: int, reach: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Indices (count, length) that move each sample by -reach..reach, repeating the edge."""
    offsets = rng.integers(-reach, reach, size=(count, 1), endpoint=True)
    indices: np.ndarray = np.clip(np.arange(length) + offsets, 0, length - 1)
    return indices
