"""Samples at another resolution than they were recorded at: a network may decide how much of it it needs."""

from typing import Literal, get_args

import numpy as np

from compiler.errors import DataError
from compiler.ir.encode import round_half_away

ResizeMethod = Literal["nearest", "bilinear"]
SAMPLES_AT_ONCE = 64


def resize_samples(x: np.ndarray, shape: tuple[int, ...], method: str) -> np.ndarray:
    """Samples (N, H, W, C) or (N, T, C) as (N, *shape), in the dtype of `x`; `x` itself if it has that shape.

    Pixels are squares around their indices, so output i of n lies at (i + 1/2) * size / n - 1/2 of the input
    (as TensorFlow 2, OpenCV and PyTorch's align_corners=False; nothing is smoothed before shrinking).
      nearest: index floor((i + 1/2) * size / n), in integers.
      bilinear: the two indices around that place, which is first moved into [0, size - 1], weighted by their
        nearness; along the height (or steps), then along the width, in float64. Integer dtypes are rounded
        once, at the end, half away from zero.
    DataError for another method, number of axes or of channels.
    """
    if method not in get_args(ResizeMethod):
        raise DataError(f"samples are resized by {' or '.join(get_args(ResizeMethod))}, not {method!r}")
    if x.ndim not in (3, 4) or len(shape) != x.ndim - 1 or shape[-1] != x.shape[-1] or min(shape) < 1:
        raise DataError(f"samples of shape {x.shape[1:]} cannot be resized to {shape}")
    if x.shape[1:] == shape:
        return x
    if method == "nearest":
        return _nearest(x, shape)
    out = np.empty((len(x), *shape), x.dtype)
    for start in range(0, len(x), SAMPLES_AT_ONCE):
        piece = slice(start, start + SAMPLES_AT_ONCE)
        real = _bilinear(x[piece].astype(np.float64), shape)
        out[piece] = round_half_away(real) if x.dtype.kind in "iu" else real
    return out


def _nearest(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    for axis, size in enumerate(shape[:-1], start=1):
        places = (2 * np.arange(size) + 1) * x.shape[axis] // (2 * size)
        x = np.take(x, places, axis=axis)
    return np.ascontiguousarray(x)


def _bilinear(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    for axis, size in enumerate(shape[:-1], start=1):
        last = x.shape[axis] - 1
        places = np.clip((np.arange(size) + 0.5) * (last + 1) / size - 0.5, 0, last)
        before = np.floor(places).astype(np.int64)
        along = [-1 if i == axis else 1 for i in range(x.ndim)]
        nearness = (places - before).reshape(along)
        after = np.take(x, np.minimum(before + 1, last), axis=axis)
        x = np.take(x, before, axis=axis) * (1 - nearness) + after * nearness
    return x
