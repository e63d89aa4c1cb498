"""Reads a CSV of windows as sensors log them: a row a time step, with its label and its window's number."""

import csv
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import IO, Literal

import numpy as np

from compiler.data.classes import order_classes
from compiler.data.raw import RawData, one_line, require_room
from compiler.data.split import split_validation
from compiler.errors import DataError
from searchspace_dsl.spec import Task

TEST_FRACTION = 0.2
TEST_SEED = 0
_MOST_LINE_CHARACTERS = 2**20
MOST_WINDOWS = 10_000_000
_LABEL, _WINDOW, _SPLIT = "label", "window", "split"

_Part = Literal["train", "test", ""]


@dataclass(slots=True)
class _Windows:
    """What has been read so far: all numbers in turn; of each window its label, part and first line."""

    numbers: "array[float]" = field(default_factory=lambda: array("f"))
    labels: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_csv_windows(path: Path, task: Task) -> RawData:
    """float32 samples (N, steps, channels) or (N, numbers), of columns label, window, then one a channel.

    For an input [steps, channels], the rows of a window are its steps, one below the other. For an input
    [numbers] each row is a sample, and there is no column window. A column split, of train and test, may be
    anywhere; without it a fifth of each class's windows becomes the test, the same for every seed of a
    search. Separated by comma, semicolon or tab. DataError names the line that is wrong.
    """
    steps, channels = _steps_and_channels(task)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            windows = _read_rows(stream, path, steps, channels)
    except FileNotFoundError as error:
        raise DataError(f"there is no data file {one_line(path)}") from error
    except OSError as error:
        raise DataError(f"{one_line(path)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{one_line(path)} is not UTF-8 text") from error
    except csv.Error as error:
        raise DataError(f"{one_line(path)} is no CSV file: {error}") from error
    if not windows.labels:
        raise DataError(f"{one_line(path)} holds no windows")
    names = order_classes(set(windows.labels), task, path)
    numbers = {name: index for index, name in enumerate(names)}
    y = np.array([numbers[label] for label in windows.labels], np.int64)
    x = np.frombuffer(windows.numbers, np.float32).reshape(len(y), *task.input_shape)
    train, test = _parts(windows, y)
    return RawData(x_train=x[train], y_train=y[train], x_test=x[test], y_test=y[test], class_names=names)


def _steps_and_channels(task: Task) -> tuple[int | None, int]:
    """Rows of a window, None where each row is a sample; numbers of a row."""
    if len(task.input_shape) == 1:
        return None, task.input_shape[0]
    if len(task.input_shape) != 2:
        raise DataError(
            f"a .csv serves an input [steps, channels] or [numbers]; the task's is {task.input_shape}"
        )
    return task.input_shape


def _read_rows(stream: IO[str], path: Path, steps: int | None, channels: int) -> _Windows:
    lines = _bounded_lines(stream, path)
    first = next(lines, "")
    delimiter = next((sign for sign in ",;\t" if sign in first), ",")
    header = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    columns = _Columns(header, path, steps, channels)
    windows, current, rows = _Windows(), None, 0
    line = 1
    reader = csv.reader(lines, delimiter=delimiter)
    for cells in reader:
        line = reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        label, window, part, values = columns.parse(cells, line)
        if steps is None or window != current:
            _require_whole(windows, rows, steps, path)
            _begin(windows, label, part, line, path)
            current, rows = window, 0
        elif (label, part) != (windows.labels[-1], windows.parts[-1]):
            what = _LABEL if label != windows.labels[-1] else _SPLIT
            raise DataError(f"{columns.at(line)}: window {one_line(window)} changes its {what}")
        rows += 1
        if steps is not None and rows > steps:
            raise DataError(
                f"{columns.at(line)}: window {one_line(window)} has more than the task's {steps} steps"
            )
        windows.numbers.extend(values)
        require_room((len(windows.numbers),), one_line(path))
    _require_whole(windows, rows, steps, path)
    return windows


def _begin(windows: _Windows, label: str, part: _Part, line: int, path: Path) -> None:
    if len(windows.labels) == MOST_WINDOWS:
        raise DataError(f"{one_line(path)} holds more than {MOST_WINDOWS:,} windows")
    windows.labels.append(sys.intern(label))
    windows.parts.append(part)
    windows.lines.append(line)


def _require_whole(windows: _Windows, rows: int, steps: int | None, path: Path) -> None:
    if steps is not None and windows.lines and rows < steps:
        where = f"{one_line(path)}:{windows.lines[-1]}"
        raise DataError(
            f"{where}: the window that begins here has {rows} steps; the task's input has {steps}"
        )


def _bounded_lines(stream: IO[str], path: Path) -> Iterator[str]:
    """Lines, none of them longer than a row can be: a file may be one endless line."""
    while line := stream.readline(_MOST_LINE_CHARACTERS):
        if len(line) == _MOST_LINE_CHARACTERS:
            raise DataError(f"{one_line(path)} has a line of more than {_MOST_LINE_CHARACTERS:,} characters")
        yield line


class _Columns:
    """Where in a row to find what."""

    def __init__(self, header: Sequence[str], path: Path, steps: int | None, channels: int) -> None:
        self.path, self.header = path, header
        needed = (_LABEL,) if steps is None else (_LABEL, _WINDOW)
        for name in needed:
            if name not in header:
                raise DataError(
                    f"{one_line(path)} has no column {name}; its first line must name the columns: "
                    f"{', '.join(needed)}, then one for each number"
                )
        special = (*needed, _SPLIT)
        for name in special:
            if header.count(name) > 1:
                raise DataError(f"{one_line(path)} has two columns {name}")
        self.places = {name: header.index(name) for name in special if name in header}
        self.numbers = [index for index in range(len(header)) if index not in self.places.values()]
        if len(self.numbers) != channels:
            raise DataError(
                f"{one_line(path)} has {len(self.numbers)} columns of numbers; the task has {channels}"
            )

    def at(self, line: int) -> str:
        """File and line, for a message."""
        return f"{one_line(self.path)}:{line}"

    def parse(self, cells: Sequence[str], line: int) -> tuple[str, str, _Part, list[float]]:
        """Label, window, part and numbers of one row."""
        if len(cells) != len(self.header):
            raise DataError(f"{self.at(line)}: {len(cells)} cells in {len(self.header)} columns")
        values = [self._number(cells[index], index, line) for index in self.numbers]
        label, window = (cells[self.places[n]].strip() if n in self.places else "" for n in (_LABEL, _WINDOW))
        return label, window, self._part(cells, line), values

    def _number(self, cell: str, index: int, line: int) -> float:
        try:
            value = float(cell)
        except ValueError:
            value = float("nan")
        if not isfinite(value) or abs(value) > float(np.finfo(np.float32).max):
            column = one_line(self.header[index])
            raise DataError(f"{self.at(line)}: {one_line(cell[:40])!r} in column {column} is not a number")
        return value

    def _part(self, cells: Sequence[str], line: int) -> _Part:
        if _SPLIT not in self.places:
            return ""
        match cells[self.places[_SPLIT]].strip():
            case "train":
                return "train"
            case "test":
                return "test"
            case other:
                raise DataError(
                    f"{self.at(line)}: split is {one_line(other[:40])!r}; it must be train or test"
                )


def _parts(windows: _Windows, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices of training and of test windows."""
    if windows.parts[0] == "":
        return split_validation(y, TEST_FRACTION, TEST_SEED)
    parts = np.array(windows.parts)
    return np.flatnonzero(parts == "train"), np.flatnonzero(parts == "test")
