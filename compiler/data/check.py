"""Holds arrays to the task, whatever file they came from: dtype, shape, finite values, labels, classes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from compiler.data.raw import RawData, one_line
from compiler.errors import DataError
from searchspace_dsl.encoding import RawDtype
from searchspace_dsl.spec import Task

_NUMBERS_AT_ONCE = 2**22


def checked_names(raw: RawData, task: Task, path: Path) -> tuple[str, ...]:
    """The task's labels, else the data's own names, else the numbers of the classes."""
    names = raw.class_names
    if names is None:
        return task.labels or tuple(map(str, range(task.classes)))
    if len(names) != task.classes:
        raise DataError(f"class_names of {path} has {len(names)} names, the task has {task.classes} classes")
    return task.labels or names


def checked_samples(x: np.ndarray, key: str, task: Task, path: Path) -> np.ndarray:
    """Samples (N, *input_shape), N >= 1, finite, which the task's raw dtype can hold; DataError otherwise.

    Where the task says how to resize, another height, width or length will do.
    """
    if x.dtype.kind not in "iuf" or x.dtype.itemsize > 8:
        raise DataError(f"{key} of {path} has dtype {x.dtype}; it must hold numbers")
    if x.ndim == len(task.input_shape) and task.input_shape[-1] == 1 and _is_sample((*x.shape[1:], 1), task):
        x = x[..., None]
    if x.ndim == 0 or not _is_sample(x.shape[1:], task):
        raise DataError(
            f"{key} of {path} is {x.shape}, a sample {x.shape[1:]}; the task's input is {task.input_shape}"
        )
    if len(x) == 0:
        raise DataError(f"{key} of {path} holds no samples")
    for piece in _pieces(x):
        if x.dtype.kind == "f" and not np.isfinite(piece).all():
            raise DataError(f"{key} of {path} holds values that are infinite or not a number")
        _require_raw(piece, key, task.encoding.raw_dtype, path)
    return x


def _is_sample(shape: tuple[int, ...], task: Task) -> bool:
    if task.resize is None:
        return shape == task.input_shape
    return len(shape) == len(task.input_shape) and shape[-1] == task.input_shape[-1]


def checked_labels(y: np.ndarray, samples: int, part: str, names: tuple[str, ...], path: Path) -> np.ndarray:
    """Labels (N,) as int64 in 0..classes-1, one a sample, each class among those of training."""
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
        name = one_line(names[absent[0]])
        raise DataError(f"{key} of {path} has no sample of class {absent[0]} ({name})")
    return y.astype(np.int64)


def _pieces(x: np.ndarray) -> Iterator[np.ndarray]:
    """Some samples at a time: a check must not need as much memory again as the data."""
    size = max(1, _NUMBERS_AT_ONCE // max(1, x[0].size))
    return (x[start : start + size] for start in range(0, len(x), size))


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
