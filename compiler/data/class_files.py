"""Finds the files of a dataset that is a folder: one folder a class, below train and test or split by us."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.data.classes import order_classes
from compiler.data.raw import one_line
from compiler.data.split import split_validation
from compiler.errors import DataError
from searchspace_dsl.spec import Task

TEST_FRACTION = 0.2
TEST_SEED = 0
_NOT_DATA = frozenset({"thumbs.db", "desktop.ini"})

FilesByClass = Mapping[str, tuple[Path, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFiles:
    """Files in the order of their classes and names, and the class index of each, int64."""

    train: tuple[Path, ...]
    y_train: np.ndarray
    test: tuple[Path, ...]
    y_test: np.ndarray
    class_names: tuple[str, ...]

    @property
    def all(self) -> tuple[Path, ...]:
        """Training files, then those of the test."""
        return (*self.train, *self.test)


def find_class_files(folder: Path, task: Task) -> ClassFiles:
    """train/CLASS/FILE and test/CLASS/FILE, or CLASS/FILE, of which a fifth of each class becomes the test,
    the same for every seed of a search. Names that begin with a dot are left alone.

    DataError where there are no classes, or others than the task's, and where a class has no file.
    """
    try:
        parts = {name: folder / name for name in ("train", "test") if (folder / name).is_dir()}
        if len(parts) == 1:
            there, absent = ("train", "test") if "train" in parts else ("test", "train")
            raise DataError(f"{one_line(folder)} has a folder {there} but no folder {absent}")
        return _separate(parts, task, folder) if parts else _divided(_classes(folder), task, folder)
    except OSError as error:
        where = one_line(error.filename or folder)
        raise DataError(f"{where} cannot be read: {error.strerror}") from error


def _separate(parts: Mapping[str, Path], task: Task, folder: Path) -> ClassFiles:
    train, test = _classes(parts["train"]), _classes(parts["test"])
    names = order_classes(train, task, parts["train"])
    for name in test:
        if name not in train:
            raise DataError(f"{one_line(folder)} has the class {one_line(name)!r} in test and not in train")
    train_files, y_train = _labelled(train, names)
    test_files, y_test = _labelled(test, names)
    return ClassFiles(train=train_files, y_train=y_train, test=test_files, y_test=y_test, class_names=names)


def _divided(classes: FilesByClass, task: Task, folder: Path) -> ClassFiles:
    names = order_classes(classes, task, folder)
    files, y = _labelled(classes, names)
    train, test = split_validation(y, TEST_FRACTION, TEST_SEED)
    return ClassFiles(
        train=tuple(files[index] for index in train),
        y_train=y[train],
        test=tuple(files[index] for index in test),
        y_test=y[test],
        class_names=names,
    )


def _labelled(classes: FilesByClass, names: tuple[str, ...]) -> tuple[tuple[Path, ...], np.ndarray]:
    files = tuple(file for name in names for file in classes.get(name, ()))
    counts = [len(classes.get(name, ())) for name in names]
    return files, np.repeat(np.arange(len(names), dtype=np.int64), counts)


def _classes(folder: Path) -> FilesByClass:
    inside = _visible(folder)
    classes = {entry.name: _files(entry) for entry in inside if entry.is_dir()}
    if not classes:
        raise DataError(f"{one_line(folder)} holds no folders; each class is a folder of files")
    return classes


def _files(folder: Path) -> tuple[Path, ...]:
    files = tuple(entry for entry in _visible(folder) if entry.name.lower() not in _NOT_DATA)
    if not files:
        raise DataError(f"{one_line(folder)} is empty: there is no sample of class {one_line(folder.name)}")
    for entry in files:
        if entry.is_dir():
            raise DataError(f"{one_line(entry)} is a folder within a class; only files belong there")
    return files


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
