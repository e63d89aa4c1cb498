"""Reads a dataset and holds it to the task, before any time is spent on a search or on training."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.data.check import checked_labels, checked_names, checked_samples
from compiler.data.csv_windows import read_csv_windows
from compiler.data.folder import read_folder
from compiler.data.npz import read_npz
from compiler.data.raw import RawData
from searchspace_dsl.spec import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Raw samples (N, *input_shape) in the file's dtype; labels (N,) int64 in [0, classes)."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]


def load_dataset(path: Path, task: Task) -> Dataset:
    """The samples, labels and class names of an .npz file, a .csv of windows, or a folder of images or WAV
    files by class: docs/data.md says what each must look like.

    Samples (N, H, W) serve an input (H, W, 1), and so (N, T) one of (T, 1). DataError names what is wrong:
    the file, a key, a line, a shape, a label.
    """
    raw = _read(path, task)
    names = checked_names(raw, task, path)
    x_train = checked_samples(raw.x_train, "x_train", task, path)
    y_train = checked_labels(raw.y_train, len(x_train), "train", names, path)
    x_test = checked_samples(raw.x_test, "x_test", task, path)
    y_test = checked_labels(raw.y_test, len(x_test), "test", names, path)
    return Dataset(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, class_names=names)


def _read(path: Path, task: Task) -> RawData:
    if path.is_dir():
        return read_folder(path, task)
    if path.suffix.lower() == ".csv":
        return read_csv_windows(path, task)
    return read_npz(path)
