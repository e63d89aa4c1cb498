import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from compiler.train.fit import fit
from compiler.train.settings import EpochProgress, Trained, TrainingSettings
from tests.compiler.train.networks import classifier, random_weights, strokes, with_weights

SHORT = TrainingSettings(epochs=8, batch_size=16, shift_pixels=(1, 1), mirror=True)
LEARNS = TrainingSettings(epochs=15, batch_size=16)


class Stopped(Exception):  # noqa: N818 (a test's own signal, no error)
    """Stands for whatever ends a training early."""


def assert_same_weights(left: Trained, right: Trained) -> None:
    assert list(left.graph.weights) == list(right.graph.weights)
    for name, array in left.graph.weights.items():
        assert array.tobytes() == right.graph.weights[name].tobytes(), name
    assert left.history == right.history
    assert left.validation_accuracy == right.validation_accuracy


def test_learns_strokes_in_a_few_epochs(tmp_path: Path) -> None:
    seen: list[EpochProgress] = []
    trained = fit(
        classifier(), strokes(), settings=LEARNS, seed=1, checkpoint=tmp_path / "c.npz", progress=seen.append
    )
    assert trained.validation_accuracy >= 0.95
    assert tuple(seen) == trained.history
    assert [entry.epoch for entry in seen] == list(range(1, len(seen) + 1))
    assert seen[-1].train_loss < seen[0].train_loss
    assert set(trained.graph.weights) == set(trained.graph.parameters)


def test_the_best_epoch_is_kept(tmp_path: Path) -> None:
    trained = fit(classifier(), strokes(), settings=LEARNS, seed=2, checkpoint=tmp_path / "c.npz")
    best = max(entry.validation_accuracy for entry in trained.history)
    assert trained.history[trained.best_epoch - 1].validation_accuracy == best
    assert trained.validation_accuracy >= best


def test_the_seed_decides_every_bit(tmp_path: Path) -> None:
    graph, samples = classifier(), strokes()
    first, again, other = (
        fit(graph, samples, settings=SHORT, seed=seed, checkpoint=tmp_path / f"{index}.npz")
        for index, seed in enumerate((5, 5, 6))
    )
    assert_same_weights(first, again)
    assert any(
        not np.array_equal(array, other.graph.weights[name]) for name, array in first.graph.weights.items()
    )


def test_goes_on_from_every_epoch_as_if_never_stopped(tmp_path: Path) -> None:
    graph, samples = classifier(), strokes()
    whole = fit(graph, samples, settings=SHORT, seed=3, checkpoint=tmp_path / "whole.npz")
    path = tmp_path / "pieces.npz"

    def stop(entry: EpochProgress) -> None:
        raise Stopped

    for _ in whole.history:
        with pytest.raises(Stopped):
            fit(graph, samples, settings=SHORT, seed=3, checkpoint=path, progress=stop)
    seen: list[EpochProgress] = []
    pieces = fit(graph, samples, settings=SHORT, seed=3, checkpoint=path, progress=seen.append)
    assert not seen
    assert_same_weights(whole, pieces)
    assert path.read_bytes() == (tmp_path / "whole.npz").read_bytes()


KILLED = """
import sys, time
from pathlib import Path
from compiler.train.fit import fit
from tests.compiler.train.networks import classifier, strokes
from tests.compiler.train.test_fit import SHORT
def slow(entry):
    print(entry.epoch, flush=True)
    time.sleep(0.05)
fit(classifier(), strokes(), settings=SHORT, seed=4, checkpoint=Path(sys.argv[1]), progress=slow)
"""


def test_killed_and_resumed_ends_with_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "killed.npz"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, env=environment, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    time.sleep(0.06)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert lines == ["1\n", "2\n", "3\n"] and path.exists()
    seen: list[EpochProgress] = []
    resumed = fit(classifier(), strokes(), settings=SHORT, seed=4, checkpoint=path, progress=seen.append)
    assert 4 <= seen[0].epoch <= SHORT.epochs
    whole = fit(classifier(), strokes(), settings=SHORT, seed=4, checkpoint=tmp_path / "whole.npz")
    assert_same_weights(whole, resumed)


def test_starts_from_the_graphs_own_weights(tmp_path: Path) -> None:
    graph = classifier()
    weights = random_weights(graph, np.random.default_rng(0))
    still = TrainingSettings(epochs=1, learning_rate=0.0)
    trained = fit(
        with_weights(graph, weights), strokes(), settings=still, seed=0, checkpoint=tmp_path / "c.npz"
    )
    np.testing.assert_array_equal(trained.graph.weights["parameter.0"], weights["parameter.0"])


def test_stops_when_validation_stays_the_same(tmp_path: Path) -> None:
    settings = TrainingSettings(epochs=50, patience=3, learning_rate=0.0, weight_decay=0.0)
    trained = fit(classifier(), strokes(), settings=settings, seed=0, checkpoint=tmp_path / "c.npz")
    assert len(trained.history) < 50
    assert len(trained.history) == trained.best_epoch + 3


def test_leaves_torch_as_it_was(tmp_path: Path) -> None:
    def state() -> tuple[int, bool, bool]:
        filled = torch._C._get_deterministic_fill_uninitialized_memory()
        return torch.get_num_threads(), torch.are_deterministic_algorithms_enabled(), filled

    before = state()
    fit(classifier(), strokes(), settings=TrainingSettings(epochs=1), seed=0, checkpoint=tmp_path / "c.npz")
    assert state() == before


def test_fewer_samples_than_a_batch_still_train(tmp_path: Path) -> None:
    settings = TrainingSettings(epochs=3, batch_size=64)
    trained = fit(
        classifier(), strokes(counts=(9, 6)), settings=settings, seed=0, checkpoint=tmp_path / "c.npz"
    )
    assert len(trained.history) == 3


def test_balanced_class_weights_recover_a_rare_class(tmp_path: Path) -> None:
    samples = strokes(counts=(300, 90))
    rare = np.flatnonzero((samples.y_train != 2) | (np.arange(300) < 12))
    few = replace(samples, x_train=samples.x_train[rare], y_train=samples.y_train[rare])
    losses = [
        fit(
            classifier(),
            few,
            settings=TrainingSettings(epochs=4, class_weights=choice),
            seed=0,
            checkpoint=tmp_path / f"{choice}.npz",
        ).validation_loss
        for choice in ("none", "balanced")
    ]
    assert losses[1] < losses[0]


def test_uneven_classes_choose_the_epoch_by_balanced_accuracy(tmp_path: Path) -> None:
    samples = strokes(counts=(300, 90))
    rare = np.flatnonzero((samples.y_train != 2) | (np.arange(300) < 12))
    few = replace(samples, x_train=samples.x_train[rare], y_train=samples.y_train[rare])
    settings = TrainingSettings(epochs=6, class_weights="automatic")
    trained = fit(classifier(), few, settings=settings, seed=0, checkpoint=tmp_path / "c.npz")
    best = trained.history[trained.best_epoch - 1]
    assert best.validation_balanced_accuracy == max(e.validation_balanced_accuracy for e in trained.history)
