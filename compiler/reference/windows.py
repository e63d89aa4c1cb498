"""Padding a batch of maps and looking at it through windows, without a copy where there need be none."""

import numpy as np

from compiler.ir.ops import Pads, Pair, Window
from compiler.ir.shapes import window_output

WIDE = 1024


def padded(x: np.ndarray, pads: Pads, value: float) -> np.ndarray:
    """x (N, H, W, C) inside a border of `value`, C-contiguous; x itself where there is no border."""
    top, left, bottom, right = pads
    if not any(pads):
        return np.ascontiguousarray(x)
    count, height, width, channels = x.shape
    out = np.empty((count, height + top + bottom, width + left + right, channels), x.dtype)
    out[:, :top] = value
    out[:, top + height :] = value
    out[:, top : top + height, :left] = value
    out[:, top : top + height, left + width :] = value
    out[:, top : top + height, left : left + width] = x
    return out


def bordered(x: np.ndarray, pads: tuple[Pair, ...], value: float) -> np.ndarray:
    """x (N, ...) with (before, after) elements of `value` around each axis but the first."""
    return np.pad(x, ((0, 0), *pads), constant_values=value)


def enlarged(x: np.ndarray, factors: Pair) -> np.ndarray:
    """x (N, H, W, C) -> (N, H * factors[0], W * factors[1], C): every pixel becomes a block of copies."""
    count, height, width, channels = x.shape
    rows, columns = factors
    blocks = np.broadcast_to(x[:, :, None, :, None], (count, height, rows, width, columns, channels))
    return blocks.reshape(count, height * rows, width * columns, channels)


def patches(x: np.ndarray, window: Window, height: int, width: int) -> np.ndarray:
    """A view (N, height, width, kh, kw, C) of a padded, C-contiguous x: what each output element sees."""
    n, h, w, c = x.strides
    (kh, kw), (sh, sw), (dh, dw) = window.kernel, window.strides, window.dilations
    shape = (x.shape[0], height, width, kh, kw, x.shape[3])
    return np.ndarray(shape, x.dtype, x.data, 0, (n, h * sh, w * sw, h * dh, w * dw, c))


def taps(x: np.ndarray, window: Window) -> list[np.ndarray]:
    """Views (N, height, width, C) of a padded x, one for each kernel position in row order."""
    height, width = window_output(
        Window(kernel=window.kernel, strides=window.strides, dilations=window.dilations), x.shape[1:]
    )
    (kh, kw), (sh, sw), (dh, dw) = window.kernel, window.strides, window.dilations
    return [
        x[:, i * dh : i * dh + (height - 1) * sh + 1 : sh, j * dw : j * dw + (width - 1) * sw + 1 : sw]
        for i in range(kh)
        for j in range(kw)
    ]


def sum_of(terms: list[np.ndarray]) -> np.ndarray:
    """A new array: the terms added in order."""
    total = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total


def elements_inside(window: Window, height: int, width: int) -> np.ndarray:
    """How many elements of each window lie inside an unpadded (height, width) map: int64 (H', W', 1)."""
    inside = np.ones((1, height, width, 1), np.int64)
    count: np.ndarray = sum_of(taps(padded(inside, window.pads, 0), window))[0]
    return count


def widened(x: np.ndarray, *vectors: np.ndarray) -> tuple[np.ndarray, ...]:
    """A 2-D view of the contiguous x (..., C) with long rows, and each vector (C,) repeated to match.

    NumPy's inner loop runs along a row: with few channels it would spend its time starting loops.
    """
    channels = x.shape[-1]
    rows = x.size // channels
    repeats = min(rows & -rows, 1 << (max(1, WIDE // channels).bit_length() - 1))
    wide = x.reshape(rows // repeats, repeats * channels)
    return (wide, *(np.concatenate([vector] * repeats) if repeats > 1 else vector for vector in vectors))
