"""Where a training stands, on disk: one .npz without pickles, replaced whole after every epoch."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.errors import RunError
from compiler.files import write_bytes
from compiler.train.settings import EpochProgress

_FIELDS = (
    "learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
    "validation_balanced_accuracy", "best",
)  # fmt: skip
_VECTORS = ("weights", "best_weights", "first_moments", "second_moments")
_DAMAGED = (
    OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError,
    RuntimeError, MemoryError, OverflowError, SyntaxError,
)  # fmt: skip
_REMEDY = "delete it to train from the start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state after `len(history)` epochs. Vectors are float32 and flat.

    `weights` and `best_weights` hold the graph's parameters in order, graph layout; the moments (of AdamW)
    the learned ones in torch's order. `fingerprint` says which training it is the state of.
    """

    fingerprint: str
    weights: np.ndarray
    best_weights: np.ndarray
    first_moments: np.ndarray
    second_moments: np.ndarray
    history: tuple[EpochProgress, ...]


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Replaces `path` in one step. RunError where that fails."""
    rows = [[getattr(entry, name) for name in _FIELDS] for entry in checkpoint.history]
    stream = io.BytesIO()
    np.savez(
        stream,
        fingerprint=np.frombuffer(checkpoint.fingerprint.encode("ascii"), np.uint8),
        history=np.array(rows, np.float64).reshape(-1, len(_FIELDS)),
        **{name: getattr(checkpoint, name) for name in _VECTORS},
    )
    write_bytes(path, stream.getvalue())


def load_checkpoint(
    path: Path, *, fingerprint: str, epochs: int, sizes: Mapping[str, int]
) -> Checkpoint | None:
    """The state to go on from, or None where there is no file.

    `sizes` gives the length that each vector must have. RunError where the file is damaged, or the state of
    another training (network, data, settings or seed differ).
    """
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {name: file[name] for name in ("fingerprint", "history", *_VECTORS)}
    except _DAMAGED as error:
        raise RunError(f"{path}: not a checkpoint, or damaged; {_REMEDY}") from error
    if arrays["fingerprint"].astype(np.uint8).tobytes() != fingerprint.encode("ascii"):
        raise RunError(f"{path}: checkpoint of another network, dataset, setting or seed; {_REMEDY}")
    vectors = {name: arrays[name] for name in _VECTORS}
    shapes_agree = all(vectors[name].shape == (sizes[name],) for name in _VECTORS)
    history = arrays["history"]
    if not shapes_agree or history.shape[1:] != (len(_FIELDS),) or len(history) > epochs:
        raise RunError(f"{path}: checkpoint with the wrong sizes; {_REMEDY}")
    return Checkpoint(fingerprint=fingerprint, history=_entries(history, epochs), **vectors)


def _entries(rows: np.ndarray, epochs: int) -> tuple[EpochProgress, ...]:
    return tuple(
        EpochProgress(
            epoch=index + 1,
            epochs=epochs,
            learning_rate=float(row[0]),
            train_loss=float(row[1]),
            train_accuracy=float(row[2]),
            validation_loss=float(row[3]),
            validation_accuracy=float(row[4]),
            validation_balanced_accuracy=float(row[5]),
            best=bool(row[6]),
        )
        for index, row in enumerate(rows)
    )
