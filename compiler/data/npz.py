"""Reads the arrays of an .npz file. What its headers claim is checked before anything is allocated."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from compiler.data.raw import RawData, require_room
from compiler.errors import DataError

KEYS = ("x_train", "y_train", "x_test", "y_test")
_CLASS_NAMES = "class_names"
_MOST_NAME_BYTES = 2**20


def read_npz(path: Path) -> RawData:
    """x_train, y_train, x_test, y_test and, where there, class_names. DataError names file and key."""
    with _opened(path) as stream:
        return _read(stream, path)


def read_samples(path: Path) -> dict[str, np.ndarray]:
    """x_train alone where the file has it, else every array by name. DataError names file and key."""
    with _opened(path) as stream, _archive(stream, path, "arrays of samples") as archive:
        held = _names(archive)
        if not held:
            raise DataError(f"{path} holds no arrays")
        return {key: _array(archive, key, path) for key in (KEYS[:1] if KEYS[0] in held else held)}


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError as error:
        raise DataError(f"there is no data file {path}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or 'it is damaged'}") from error


def _archive(stream: IO[bytes], path: Path, content: str) -> zipfile.ZipFile:
    if stream.read(6) == npy.MAGIC_PREFIX:
        raise DataError(f"{path} holds one array; it must be an .npz with {content}")
    try:
        return zipfile.ZipFile(stream)
    except Exception as error:  # zipfile raises a dozen kinds for a damaged file
        raise DataError(f"{path} is not an .npz file, or is damaged") from error


def _names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    return tuple(name.removesuffix(".npy") for name in archive.namelist())


def _read(stream: IO[bytes], path: Path) -> RawData:
    with _archive(stream, path, ", ".join(KEYS)) as archive:
        held = _names(archive)
        missing = [key for key in KEYS if key not in held]
        if missing:
            there = ", ".join(map(repr, held[:20])) or "nothing"
            raise DataError(f"{path} has no {', '.join(missing)}; it holds {there}")
        names = _array(archive, _CLASS_NAMES, path) if _CLASS_NAMES in held else None
        return RawData(
            **{key: _array(archive, key, path) for key in KEYS},
            class_names=None if names is None else tuple(str(name) for name in np.ravel(names)),
        )


def _array(archive: zipfile.ZipFile, key: str, path: Path) -> np.ndarray:
    """One member: its header, then, if there is room for what that promises, its numbers."""
    name = key if key in archive.namelist() else f"{key}.npy"
    try:
        with archive.open(name) as member:
            shape, dtype = _header(member)
            _require_plain(shape, dtype, key, path)
        with archive.open(name) as member:
            array: np.ndarray = npy.read_array(member, allow_pickle=False)
            return array
    except DataError:
        raise
    except Exception as error:  # so do zlib and the .npy header, each its own
        raise DataError(f"{key} of {path} is damaged") from error


def _header(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    version = npy.read_magic(member)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(member)
    return shape, dtype


def _require_plain(shape: tuple[int, ...], dtype: np.dtype, key: str, path: Path) -> None:
    if dtype.hasobject:
        raise DataError(f"{key} of {path} holds Python objects")
    if any(side < 0 for side in shape):
        raise DataError(f"{key} of {path} is damaged")
    if key != _CLASS_NAMES:
        require_room((*shape, max(1, -(-dtype.itemsize // 8))), f"{key} of {path}")
    elif prod(shape) * max(1, dtype.itemsize) > _MOST_NAME_BYTES:
        raise DataError(f"{key} of {path} is {dtype} {shape}; names of classes take at most 1 MiB")
