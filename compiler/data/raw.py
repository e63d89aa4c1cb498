"""What every reader of a format hands over, and how much of it there may be."""

from dataclasses import dataclass
from math import prod

import numpy as np

from compiler.errors import DataError

MOST_NUMBERS = 2**29


@dataclass(frozen=True, slots=True, kw_only=True)
class RawData:
    """Arrays as read, not yet held to the task: samples (N, ...), labels (N,); class names, or None."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...] | None


def require_room(shape: tuple[int, ...], what: str) -> None:
    """DataError where an array would hold more than MOST_NUMBERS: asked before it is allocated.

    Training keeps each number in 4 bytes, so the limit means 2 GiB, and about twice that for a moment.
    """
    numbers = prod(shape)
    if numbers > MOST_NUMBERS:
        raise DataError(f"{what} holds {numbers:,} numbers; at most {MOST_NUMBERS:,} fit into memory")


def one_line(name: object) -> str:
    """A file's or class's name for a message: it may hold line breaks, or bytes that no terminal shows."""
    text = str(name)
    return text if text.isprintable() else ascii(text)
