"""Sums of products: convolution (depthwise, transposed) without bias or clamp, in the dtype of the inputs.

The integer interpreter uses the same sums on integers held in floats, where they are provably exact.
"""

from dataclasses import replace

import numpy as np

from compiler.ir.ops import Conv2D, DepthwiseConv2D, TransposeConv2D, Window
from compiler.ir.shapes import output_shape, window_output
from compiler.reference.windows import padded, patches, widened

PATCH_ELEMENTS = 1 << 18
"""Patches are copied for matmul; more at a time than the second-level cache holds is slower."""


def convolve(x: np.ndarray, weight: np.ndarray, op: Conv2D) -> np.ndarray:
    """x (N, H, W, C), weight OHWI, one floating dtype -> (N, H', W', O)."""
    if op.groups > 1:
        return _grouped(x, weight, op)
    window, filters = op.window, weight.shape[0]
    height, width = window_output(window, x.shape[1:])
    matrix = weight.reshape(filters, -1).T
    if window.kernel == (1, 1) and not any(window.pads):
        rows = x[:, :: window.strides[0], :: window.strides[1]].reshape(-1, x.shape[3])
        pointwise: np.ndarray = rows @ matrix
        return pointwise.reshape(x.shape[0], height, width, filters)
    view = patches(padded(x, window.pads, 0), window, height, width)
    out = np.empty((x.shape[0], height, width, filters), x.dtype)
    step = max(1, PATCH_ELEMENTS // (height * width * matrix.shape[0]))
    for start in range(0, x.shape[0], step):
        rows = view[start : start + step].reshape(-1, matrix.shape[0])
        np.matmul(rows, matrix, out=out[start : start + step].reshape(-1, filters))
    return out


def _grouped(x: np.ndarray, weight: np.ndarray, op: Conv2D) -> np.ndarray:
    single = replace(op, groups=1)
    parts = zip(np.split(x, op.groups, axis=3), np.split(weight, op.groups), strict=True)
    return np.concatenate([convolve(np.ascontiguousarray(a), b, single) for a, b in parts], axis=3)


def convolve_depthwise(x: np.ndarray, weight: np.ndarray, op: DepthwiseConv2D) -> np.ndarray:
    """x (N, H, W, C), weight (1, kh, kw, C * multiplier) -> (N, H', W', C * multiplier)."""
    if op.multiplier > 1:
        x = np.repeat(x, op.multiplier, axis=3)
    window = op.window
    height, width = window_output(window, x.shape[1:])
    channels = x.shape[3]
    out = np.empty((x.shape[0], height, width * channels), x.dtype)
    rows = np.repeat(weight[0, :, :, None, :], width, axis=2).reshape(*window.kernel, width * channels)
    source = padded(x, window.pads, 0)
    step = max(1, PATCH_ELEMENTS // (4 * source[0].size))
    for start in range(0, x.shape[0], step):
        _slide(source[start : start + step], rows, window, out[start : start + step])
    return out.reshape(x.shape[0], height, width, channels)


def _slide(x: np.ndarray, rows: np.ndarray, window: Window, out: np.ndarray) -> None:
    """Adds each kernel position's products to out (N, H', W' * C), whole rows of the map at a time."""
    (sh, sw), (dh, dw), channels = window.strides, window.dilations, x.shape[3]
    phases = [
        (x if sw == 1 else np.ascontiguousarray(x[:, :, phase::sw])).reshape(*x.shape[:2], -1)
        for phase in range(min(sw, (window.kernel[1] - 1) * dw + 1))
    ]
    product = np.empty_like(out)
    for i, j in np.ndindex(*window.kernel):
        phase, first = (j * dw) % sw, (j * dw) // sw * channels
        top = i * dh
        seen = phases[phase][:, top : top + (out.shape[1] - 1) * sh + 1 : sh, first : first + out.shape[2]]
        if i == j == 0:
            np.multiply(seen, rows[i, j], out=out)
        else:
            np.multiply(seen, rows[i, j], out=product)
            out += product


def convolve_transposed(x: np.ndarray, weight: np.ndarray, op: TransposeConv2D) -> np.ndarray:
    """x (N, H, W, C), weight OHWI, one floating dtype -> (N, H', W', O)."""
    (count, height, width, channels), filters = x.shape, weight.shape[0]
    (kh, kw), (sh, sw), (top, left, bottom, right) = op.window.kernel, op.window.strides, op.window.pads
    out_height, out_width, _ = output_shape(op, (x.shape[1:], weight.shape), ())
    # room for every tap, cropped or not, and for the rows and columns that no tap reaches
    full = np.zeros((count, out_height + top + bottom, out_width + left + right, filters), x.dtype)
    rows = np.ascontiguousarray(x).reshape(-1, channels)
    for i, j in np.ndindex(kh, kw):
        product = (rows @ weight[:, i, j].T).reshape(count, height, width, filters)
        full[:, i : i + (height - 1) * sh + 1 : sh, j : j + (width - 1) * sw + 1 : sw] += product
    return np.ascontiguousarray(full[:, top : top + out_height, left : left + out_width])


def add_bias(total: np.ndarray, bias: np.ndarray) -> None:
    """Adds bias (C,) to the contiguous total (..., C) in place."""
    wide, repeated = widened(total, bias)
    wide += repeated
