"""Reads a dataset and holds it to the task, before any time is spent on a search or on training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.errors import DataError
from searchspace_dsl.encoding import RawDtype
from searchspace_dsl.spec import Task

KEYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Raw samples (N, *input_shape) in the file's dtype; labels (N,) int64 in [0, classes)."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]


def load_dataset(path: Path, task: Task) -> Dataset:
    """The arrays x_train, y_train, x_test, y_test and, where present, class_names of an .npz file.

    Samples (N, H, W) serve an input (H, W, 1), and so (N, T) one of (T, 1). DataError names what is wrong:
    the file, a key, a shape, a label.
    """
    arrays = _read(path)
    names = _class_names(arrays, task, path)
    parts: dict[str, np.ndarray] = {}
    for part in ("train", "test"):
        x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
        parts[f"x_{part}"] = _samples(x, f"x_{part}", task, path)
        parts[f"y_{part}"] = _labels(y, len(x), part, names, path)
    return Dataset(**parts, class_names=names)


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        loaded = np.load(path, allow_pickle=False)
    except FileNotFoundError as error:
        raise DataError(f"there is no data file {path}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or 'it is damaged'}") from error
    except Exception as error:
        raise DataError(f"{path} is not an .npz file, or is damaged") from error
    if isinstance(loaded, np.ndarray):
        raise DataError(f"{path} holds one array; it must be an .npz with {', '.join(KEYS)}")
    with loaded as archive:
        missing = [key for key in KEYS if key not in archive.files]
        if missing:
            there = ", ".join(map(repr, archive.files)) or "nothing"
            raise DataError(f"{path} has no {', '.join(missing)}; it holds {there}")
        wanted = [key for key in (*KEYS, "class_names") if key in archive.files]
        return {key: _array(archive, key, path) for key in wanted}


def _array(archive: Mapping[str, np.ndarray], key: str, path: Path) -> np.ndarray:
    try:
        return archive[key]
    except Exception as error:
        reason = "holds Python objects" if "allow_pickle" in str(error) else "is damaged"
        raise DataError(f"{key} of {path} {reason}") from error


def _class_names(arrays: Mapping[str, np.ndarray], task: Task, path: Path) -> tuple[str, ...]:
    """The task's labels, else the file's class_names, else the numbers of the classes."""
    numbers = np.arange(task.classes)
    names = tuple(str(name) for name in np.ravel(arrays.get("class_names", numbers)))
    if len(names) != task.classes:
        raise DataError(f"class_names of {path} has {len(names)} names, the task has {task.classes} classes")
    return task.labels or names


def _samples(x: np.ndarray, key: str, task: Task, path: Path) -> np.ndarray:
    if x.dtype.kind not in "iuf" or x.dtype.itemsize > 8:
        raise DataError(f"{key} of {path} has dtype {x.dtype}; it must hold numbers")
    if (*x.shape[1:], 1) == task.input_shape:
        x = x[..., None]
    if x.ndim == 0 or x.shape[1:] != task.input_shape:
        raise DataError(
            f"{key} of {path} is {x.shape}, a sample {x.shape[1:]}; the task's input is {task.input_shape}"
        )
    if len(x) == 0:
        raise DataError(f"{key} of {path} holds no samples")
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise DataError(f"{key} of {path} holds values that are infinite or not a number")
    _require_raw(x, key, task.encoding.raw_dtype, path)
    return x


def _require_raw(x: np.ndarray, key: str, raw_dtype: RawDtype, path: Path) -> None:
    """Firmware hands over `raw_dtype`: what it cannot hold would be trained on and never seen."""
    if raw_dtype == "float32":
        return
    limits = np.iinfo(raw_dtype)
    odd = (x < limits.min) | (x > limits.max)
    if x.dtype.kind == "f":
        odd |= x != np.trunc(x)
    if odd.any():
        raise DataError(f"{key} of {path} holds {x[odd][0]}, which the input's dtype {raw_dtype} cannot hold")


def _labels(y: np.ndarray, samples: int, part: str, names: tuple[str, ...], path: Path) -> np.ndarray:
    key = f"y_{part}"
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise DataError(f"{key} of {path} is {y.dtype} {y.shape}; it must be one integer a sample")
    if len(y) != samples:
        raise DataError(f"{path} has {samples} samples in x_{part} and {len(y)} labels in {key}")
    if y.min() < 0 or y.max() >= len(names):
        odd = y[(y < 0) | (y >= len(names))][0]
        raise DataError(f"{key} of {path} holds the label {odd}; classes are 0 to {len(names) - 1}")
    absent = np.flatnonzero(np.bincount(y.astype(np.int64), minlength=len(names)) == 0)
    if len(absent) and part == "train":
        raise DataError(f"{key} of {path} has no sample of class {absent[0]} ({names[absent[0]]})")
    return y.astype(np.int64)
