"""Float32 operators without weights: sums, products, joins, pools, clamps and softmax of batches (N, ...)."""

import numpy as np

from compiler.ir.curve import apply_curve
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    Concat,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Pad,
    ResizeNearest,
    Softmax,
    Unary,
)
from compiler.reference.float_layers import clamp
from compiler.reference.windows import bordered, elements_inside, enlarged, padded, sum_of, taps


def run_activate(op: Activate, inputs: list[np.ndarray]) -> np.ndarray:
    """A clamped copy."""
    out = np.maximum(inputs[0], 0) if op.activation != "none" else inputs[0].copy()
    return np.minimum(out, 6, out=out) if op.activation == "relu6" else out


def run_unary(op: Unary, inputs: list[np.ndarray]) -> np.ndarray:
    """The curve of every element."""
    return apply_curve(op, inputs[0])


def run_pad(op: Pad, inputs: list[np.ndarray]) -> np.ndarray:
    """A border of the operator's value around every axis but the batch."""
    return bordered(inputs[0], op.pads, op.value)


def run_resize_nearest(op: ResizeNearest, inputs: list[np.ndarray]) -> np.ndarray:
    """(N, H, W, C) -> (N, H * rows, W * columns, C)."""
    return enlarged(inputs[0], op.factors)


def run_add(op: Add, inputs: list[np.ndarray]) -> np.ndarray:
    """Two inputs of one shape."""
    return clamp(inputs[0] + inputs[1], op.activation)


def run_mul(op: Mul, inputs: list[np.ndarray]) -> np.ndarray:
    """Two inputs of one shape, or the second (N, 1, 1, C)."""
    return clamp(inputs[0] * inputs[1], op.activation)


def run_concat(op: Concat, inputs: list[np.ndarray]) -> np.ndarray:
    """Joins along the operator's axis, which the batch moves up by one."""
    return np.concatenate(inputs, axis=op.axis + 1)


def run_max_pool(op: MaxPool2D, inputs: list[np.ndarray]) -> np.ndarray:
    """Padding is minus infinity."""
    first, *rest = taps(padded(inputs[0], op.window.pads, -np.inf), op.window)
    out = first.copy()
    for tap in rest:
        np.maximum(out, tap, out=out)
    return clamp(out, op.activation)


def run_average_pool(op: AveragePool2D, inputs: list[np.ndarray]) -> np.ndarray:
    """Divides by the number of elements inside the map."""
    total = sum_of(taps(padded(inputs[0], op.window.pads, 0), op.window))
    if any(op.window.pads):
        total /= elements_inside(op.window, *inputs[0].shape[1:3]).astype(np.float32)
    else:
        total /= np.float32(op.window.kernel[0] * op.window.kernel[1])
    return clamp(total, op.activation)


def run_global_average_pool(op: GlobalAveragePool, inputs: list[np.ndarray]) -> np.ndarray:
    """(N, H, W, C) -> (N, C)."""
    count, height, width, channels = inputs[0].shape
    rows = inputs[0].reshape(count, height * width, channels)
    each = np.full((1, height * width), 1 / (height * width), np.float32)
    mean: np.ndarray = each @ rows
    return mean.reshape(count, channels)


def run_softmax(op: Softmax, inputs: list[np.ndarray]) -> np.ndarray:
    """Over the last axis."""
    difference = inputs[0] - inputs[0].max(axis=-1, keepdims=True)
    out: np.ndarray = np.exp(difference * inputs[0].dtype.type(op.beta))
    out /= out.sum(axis=-1, keepdims=True)
    return out
