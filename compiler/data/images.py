"""Reads the image files of a folder, each of exactly the task's size, in the task's channels."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from compiler.data.netpbm import decode_netpbm
from compiler.data.png import decode_png
from compiler.data.raw import one_line, require_room
from compiler.data.unreadable import Unreadable, read_bounded
from compiler.errors import DataError
from searchspace_dsl.spec import Task

_DECODERS: dict[str, Callable[[bytes, tuple[int, int]], np.ndarray]] = {
    ".png": decode_png,
    ".pgm": decode_netpbm,
    ".ppm": decode_netpbm,
}
IMAGE_SUFFIXES = tuple(_DECODERS)
_LUMA = np.array([0.299, 0.587, 0.114])


def read_images(files: Sequence[Path], task: Task) -> np.ndarray:
    """uint8 (N, height, width, channels), values as in the files.

    Where the task has one channel, colours become their luma (ITU-R BT.601, rounded half up); where it has
    three, grey is repeated. DataError names the file that cannot be read or has another size.
    """
    shape = task.input_shape
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise DataError(f"images need an input [height, width, 1 or 3]; the task's input is {shape}")
    require_room((len(files), *shape), f"{len(files):,} images of {shape}")
    images = np.empty((len(files), *shape), np.uint8)
    for index, file in enumerate(files):
        try:
            pixels = _DECODERS[file.suffix.lower()](read_bounded(file), (shape[0], shape[1]))
        except Unreadable as error:
            raise DataError(f"{one_line(file)} {error}") from error
        images[index] = _in_channels(pixels, shape[2])
    return images


def _in_channels(pixels: np.ndarray, channels: int) -> np.ndarray:
    if pixels.shape[2] == 3 and channels == 1:
        luma: np.ndarray = np.floor(pixels @ _LUMA + 0.5).astype(np.uint8)[..., None]
        return luma
    return pixels
