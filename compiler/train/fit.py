"""Training a classifier, from the start or from its checkpoint, to the weights best on validation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from compiler.data.dataset import Dataset
from compiler.ir.graph import Graph
from compiler.passes.initialize import initialize_weights
from compiler.train.checkpoint import load_checkpoint, save_checkpoint
from compiler.train.fingerprint import training_fingerprint
from compiler.train.samples import Samples, training_samples
from compiler.train.schedule import best_epoch, finished
from compiler.train.settings import EpochProgress, Trained, TrainingSettings
from compiler.train.trainer import Trainer

Progress = Callable[[EpochProgress], None]


def train(
    graph: Graph,
    dataset: Dataset,
    *,
    settings: TrainingSettings,
    seed: int,
    checkpoint: Path,
    progress: Progress | None = None,
) -> Trained:
    """Trains the float classifier `graph` on a dataset's training data, a part of it split off by `seed` for
    validation; see `fit` for the rest. DataError where network and dataset don't go together.
    """
    samples = training_samples(graph, dataset, settings.validation_fraction, seed)
    return fit(graph, samples, settings=settings, seed=seed, checkpoint=checkpoint, progress=progress)


def fit(
    graph: Graph,
    samples: Samples,
    *,
    settings: TrainingSettings,
    seed: int,
    checkpoint: Path,
    progress: Progress | None = None,
) -> Trained:
    """Trains the float classifier `graph` on encoded samples.

    Starts from the graph's weights, else from random ones drawn from `seed`. `checkpoint` is replaced after
    every epoch; where it exists, training goes on from it and ends with the same bytes as if it had never
    stopped. The same graph, samples, settings and seed give the same weights on one machine and torch.
    `progress` is called after every epoch that runs. RunError where the checkpoint is damaged, belongs to
    another training, or cannot be written.
    """
    start = graph.weights or initialize_weights(graph, np.random.default_rng(seed)).weights
    fingerprint = training_fingerprint(graph, start, samples, settings, seed)
    with _deterministic(settings.threads):
        trainer = Trainer(graph, start, samples, settings, seed)
        saved = load_checkpoint(
            checkpoint, fingerprint=fingerprint, epochs=settings.epochs, sizes=trainer.vector_sizes()
        )
        if saved is not None:
            trainer.restore(saved)
        while not finished(settings, trainer.history):
            entry = trainer.run_epoch()
            save_checkpoint(checkpoint, trainer.state(fingerprint))
            if progress is not None:
                progress(entry)
        weights, score = trainer.finish()
    return Trained(
        graph=replace(graph, weights=weights),
        validation_accuracy=score.accuracy,
        validation_loss=score.loss,
        best_epoch=best_epoch(trainer.history),
        history=trainer.history,
    )


@contextmanager
def _deterministic(threads: int) -> Iterator[None]:
    """Torch with this many threads and deterministic algorithms; afterwards as it was.

    Filling fresh memory, which goes with those by default, finds operators that read it before they write.
    None here does; it takes a fifth of the time.
    """
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    memory: Any = torch.utils.deterministic
    filled = memory.fill_uninitialized_memory
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    memory.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(before[1])
        memory.fill_uninitialized_memory = filled
