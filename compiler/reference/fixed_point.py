"""Fixed-point arithmetic of int32 values, vectorised over int64, bit for bit as TensorFlow Lite Micro's.

"double" rounding (its default): a saturating rounding doubling high multiply, then a rounding divide by a
power of two. "single" rounding (TFLITE_SINGLE_ROUNDING, and nearest to ONNX Runtime): one rounded shift.
"""

from collections.abc import Sequence

import numpy as np

from compiler.ir.fixed_point import Multiplier
from compiler.ir.graph import Rounding
from compiler.ir.tensor import Dtype
from compiler.reference.windows import widened

CHUNK_ELEMENTS = 1 << 14
"""Several passes run over each chunk: it stays in the first-level caches."""


def high_multiply(values: np.ndarray, other: np.ndarray | int) -> np.ndarray:
    """Saturating rounding doubling high multiply of int32 values held in int64: values * other / 2**31.

    Rounds half up, which equals gemmlowp's nudge and truncation; only (-2**31)**2 saturates.
    """
    product: np.ndarray = (values * other + (1 << 30)) >> 31
    np.minimum(product, 2**31 - 1, out=product)
    return product


def divide_by_power_of_two(values: np.ndarray, exponent: np.ndarray | int) -> np.ndarray:
    """values / 2**exponent, rounded half away from zero; exponent in [0, 31]."""
    mask = (1 << np.asarray(exponent, np.int64)) - 1
    remainder = values & mask
    threshold = (mask >> 1) + (values < 0)
    quotient: np.ndarray = (values >> exponent) + (remainder > threshold)
    return quotient


def rescale(values: np.ndarray, multipliers: Sequence[Multiplier], rounding: Rounding) -> np.ndarray:
    """int32 values (..., C) held in contiguous int64, each times its channel's multiplier, as int64.

    One multiplier serves all channels, or there is one for each. A shift to the left wraps like int32 in
    double rounding, and saturates in single rounding.
    """
    channels = values.shape[-1]
    mantissa = np.array([multiplier.mantissa for multiplier in multipliers], np.int64)
    shift = np.array([multiplier.shift for multiplier in multipliers], np.int64)
    if len(multipliers) == 1:
        mantissa, shift = np.repeat(mantissa, channels), np.repeat(shift, channels)
    rows, mantissa, shift = widened(values, mantissa, shift)
    out = np.empty_like(rows)
    step = max(1, CHUNK_ELEMENTS // rows.shape[1])
    scale = _round_twice if rounding == "double" else _round_once
    for start in range(0, len(rows), step):
        scale(rows[start : start + step], mantissa, shift, out[start : start + step])
    return out.reshape(values.shape)


def _round_twice(values: np.ndarray, mantissa: np.ndarray, shift: np.ndarray, out: np.ndarray) -> None:
    left, right = np.maximum(shift, 0), np.maximum(-shift, 0)
    if left.any():
        values = (values << left).astype(np.int32).astype(np.int64)
    np.multiply(values, mantissa, out=out)
    out += 1 << 30
    out >>= 31
    away = out >> 63
    if not right.all():
        away &= -(right > 0).astype(np.int64)
    out += away
    out += (1 << right) >> 1
    out >>= right


def _round_once(values: np.ndarray, mantissa: np.ndarray, shift: np.ndarray, out: np.ndarray) -> None:
    total = 31 - shift
    np.multiply(values, mantissa, out=out)
    out += np.int64(1) << (total - 1)
    out >>= total
    if shift.max() > 0:
        np.clip(out, -(2**31), 2**31 - 1, out=out)


def to_int8(values: np.ndarray, zero_point: int, low: int, high: int) -> np.ndarray:
    """values + zero_point, clamped to [low, high]; values is overwritten."""
    values += zero_point
    np.clip(values, low, high, out=values)
    return values.astype(np.int8)


def to_integer(values: np.ndarray, zero_point: int, bounds: tuple[int, int], dtype: Dtype) -> np.ndarray:
    """values + zero_point, clamped to bounds, in an integer dtype; values is overwritten."""
    values += zero_point
    np.clip(values, *bounds, out=values)
    return values.astype(dtype)
