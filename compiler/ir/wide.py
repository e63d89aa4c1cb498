"""What int16 activations are computed with: 16-bit multipliers of 64-bit sums, and interpolated tables.

Source: the int16 ("16x8") kernels of TensorFlow Lite Micro: its common.h, conv, softmax, logistic and tanh.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from compiler.ir.fixed_point import Multiplier, quantize_multiplier
from compiler.ir.tensor import Quantization

SUM_BITS = 47
"""Sums beyond 2**SUM_BITS would overflow 64 bits once they are multiplied."""

MOST_WIDE_SHIFT = 7
"""The greatest shift to the left that the kernels' multipliers have."""

TABLE_STEPS = 512
"""Pieces of an interpolated int16 table; it has one entry more."""

_EXP_RANGE = 10.0
"""The softmax takes exp(-10) and less for nothing."""

_MOST_CURVE_FACTOR = 32767


def sums_are_wide(inputs: Sequence[str]) -> bool:
    """Whether a layer with inputs of these dtypes (x, filter, perhaps bias) sums in 64 bits: on int16 all do
    but those with an int32 bias, which TFLite Micro computes as it does int8 layers."""
    return inputs[0] == "int16" and inputs[-1] != "int32"


def reduced_multiplier(multiplier: Multiplier) -> Multiplier:
    """The multiplier of 64-bit sums: real = mantissa * 2**(shift - 15), mantissa in [2**14, 2**15) or 0."""
    mantissa = multiplier.mantissa
    return Multiplier((mantissa + (1 << 15)) >> 16 if mantissa < 0x7FFF0000 else 0x7FFF, multiplier.shift)


def softmax_int16_multiplier(source: Quantization, beta: float = 1.0) -> Multiplier:
    """Input differences, `beta` times each, so that -65535 stands for exp(-10)."""
    return quantize_multiplier(source.scale[0] * beta / (_EXP_RANGE / 65535.0))


def curve_scaling(curve: str, source: Quantization) -> tuple[int, int] | None:
    """Factor and right shift that make 24 * 512 of 1, of an int16 sigmoid or tanh; None where the scale is
    too large for them. A scale of 2**-12, of a tanh 2**-11 too, or next to it, is taken to be that."""
    scale = np.float32(source.scale[0])
    logarithm = np.float32(np.log(scale.astype(np.float64))) * (np.float32(1.0) / np.float32(np.log(2.0)))
    nearest = math.floor(abs(float(logarithm)) + 0.5) * (1 if logarithm >= 0 else -1)
    left_shift = 12 + nearest
    if abs(logarithm - np.float32(nearest)) < np.float32(1e-3) and left_shift in (0, curve == "tanh"):
        return 3 << left_shift, 0
    factor, shift = source.scale[0] * 4096.0 * 3.0, 0
    while factor <= 32767.0 / 2.0 and shift <= 30:
        factor, shift = factor * 2.0, shift + 1
    return (int(factor), shift) if factor <= _MOST_CURVE_FACTOR else None


@cache
def exp_table() -> np.ndarray:
    """int16 (513,): exp from -10 to 0 with 15 fractional bits, for int16 arguments from -32768 to 32767."""
    return _interpolated(np.float32(10.0) / np.float32(65535), 32767, lambda x: np.exp(x.astype(np.float64)))


@cache
def reciprocal_table() -> np.ndarray:
    """int16 (513,): 1 / (1 + x) of x from 0 to 1 with 15 fractional bits, for all int16 arguments."""
    return _interpolated(
        np.float32(1.0) / np.float32(65535), -32768, lambda x: np.float32(1) / (np.float32(1) + x)
    )


def _interpolated(
    scale: np.float32, zero_point: int, curve: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Entries moved by half the error of the middle between two, all in float32 as TFLite makes them."""
    one = np.float32

    def at(x: np.ndarray) -> np.ndarray:
        return np.asarray(curve(x), np.float32)

    low, high = (scale * one(end - zero_point) for end in (-32768, 32767))
    step = (high - low) / one(TABLE_STEPS)
    out_scale = one(2.0) / one(65535)
    inverse = one(65536) / (out_scale * one(32767) - out_scale * one(-32768))
    index = np.arange(TABLE_STEPS).astype(np.float32)
    here, middle = at(low + index * step), at(low + index * step + step / one(2))
    following = at(low + (index + one(1)) * step)
    sample = _rounded(here * inverse)
    error = _rounded((following * inverse + sample) / one(2)) - _rounded(middle * inverse)
    entries = sample - _rounded(error / one(2))
    last = _rounded(at(np.array([high], np.float32)) * inverse)
    table: np.ndarray = np.clip(np.concatenate([entries, last]), -32768, 32767).astype(np.int16)
    table.setflags(write=False)
    return table


def _rounded(values: np.ndarray) -> np.ndarray:
    """To the nearest integers, halves away from zero."""
    return np.asarray(np.copysign(np.floor(np.abs(values) + np.float32(0.5)), values), np.float32)


def reduced_arrays(multipliers: Sequence[Multiplier]) -> tuple[np.ndarray, np.ndarray]:
    """Reduced mantissas as int16 and shifts as int8, both (channels,)."""
    reduced = [reduced_multiplier(multiplier) for multiplier in multipliers]
    return (
        np.array([multiplier.mantissa for multiplier in reduced], np.int16),
        np.array([multiplier.shift for multiplier in reduced], np.int8),
    )
