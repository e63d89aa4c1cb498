from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.errors import RunError
from compiler.train.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from compiler.train.fit import fit
from compiler.train.settings import EpochProgress, TrainingSettings
from tests.compiler.train.networks import classifier, strokes

ENTRY = EpochProgress(
    epoch=1,
    epochs=5,
    learning_rate=0.1,
    train_loss=1.5,
    train_accuracy=0.25,
    validation_loss=1.0,
    validation_accuracy=1 / 3,
    validation_balanced_accuracy=2 / 7,
    best=True,
)
STATE = Checkpoint(
    fingerprint="ab12",
    weights=np.arange(6, dtype=np.float32),
    best_weights=np.arange(6, dtype=np.float32) * 2,
    first_moments=np.ones(4, np.float32),
    second_moments=np.zeros(4, np.float32),
    history=(ENTRY, replace(ENTRY, epoch=2, best=False)),
)
SIZES = {"weights": 6, "best_weights": 6, "first_moments": 4, "second_moments": 4}


def load(path: Path) -> Checkpoint | None:
    return load_checkpoint(path, fingerprint="ab12", epochs=5, sizes=SIZES)


def test_gives_back_what_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "c.npz"
    assert load(path) is None
    save_checkpoint(path, STATE)
    loaded = load(path)
    assert loaded is not None and loaded.history == STATE.history
    for name in SIZES:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(STATE, name))
    assert [entry.name for entry in path.parent.iterdir()] == ["c.npz"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("checkpoint") / "c.npz"
    save_checkpoint(path, STATE)
    return path


@given(data=st.data())
def test_damage_is_one_line_or_does_no_harm(saved: Path, data: st.DataObject) -> None:
    content = bytearray(saved.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    broken = saved.with_name("broken.npz")
    broken.write_bytes(content)
    try:
        loaded = load(broken)
    except RunError as error:
        assert str(broken) in str(error) and "\n" not in str(error)
        return
    assert loaded is not None and loaded.history == STATE.history
    for name in SIZES:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(STATE, name))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04N.", b"\x93NUMPY" + b"\xff" * 40])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.npz"
    path.write_bytes(content)
    with pytest.raises(RunError, match="delete it"):
        load(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        load(tmp_path)


def test_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    np.savez(path, fingerprint=np.array([{"a": 1}], dtype=object))
    with pytest.raises(RunError):
        load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"weights": np.zeros(7, np.float32)},
        {"first_moments": np.zeros((2, 2), np.float32)},
        {"history": (ENTRY,) * 6},
    ],
)
def test_wrong_sizes_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    save_checkpoint(tmp_path / "c.npz", replace(STATE, **change))
    with pytest.raises(RunError, match="wrong sizes"):
        load(tmp_path / "c.npz")


@pytest.mark.parametrize("difference", ["seed", "settings", "samples", "graph"])
def test_the_checkpoint_of_another_training_is_refused(tmp_path: Path, difference: str) -> None:
    path, settings = tmp_path / "c.npz", TrainingSettings(epochs=1)
    fit(classifier(), strokes(), settings=settings, seed=0, checkpoint=path)
    with pytest.raises(RunError, match="another network, dataset, setting or seed"):
        fit(
            classifier(channels=7 if difference == "graph" else 6),
            strokes(seed=int(difference == "samples")),
            settings=replace(settings, epochs=2 if difference == "settings" else 1),
            seed=int(difference == "seed"),
            checkpoint=path,
        )
