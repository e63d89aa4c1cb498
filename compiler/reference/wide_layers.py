"""Layers of int16 activations and int8 filters: sums of 64 bits, one rounding by a 16-bit multiplier."""

from collections.abc import Sequence

import numpy as np

from compiler.errors import ModelError
from compiler.ir.fixed_point import Multiplier, activation_bounds, product_multipliers
from compiler.ir.ops import Activation
from compiler.ir.wide import MOST_WIDE_SHIFT, SUM_BITS, reduced_arrays
from compiler.reference.fixed_point import to_integer
from compiler.reference.integer_call import IntegerCall


def check_wide_sums(weight: np.ndarray, channel_axis: int, bias: np.ndarray | None, name: str) -> None:
    """ModelError where a sum could leave SUM_BITS, which float64 holds exactly."""
    others = tuple(axis for axis in range(weight.ndim) if axis != channel_axis)
    largest = np.abs(weight.astype(np.int64)).sum(axis=others).astype(np.float64) * 32768
    if bias is not None:
        largest = largest + np.abs(bias.astype(np.float64))
    if largest.max() >= 2.0**SUM_BITS:
        raise ModelError(f"layer {name!r} can overflow its {SUM_BITS + 1}-bit sums")


def finish_wide(sums: np.ndarray, activation: Activation, call: IntegerCall) -> np.ndarray:
    """int64 sums (..., C), each times its channel's multiplier, rounded once, clamped: int16."""
    source, weight = call.sources[:2]
    multipliers = product_multipliers(source, weight, call.output, sums.shape[-1])
    wrapped = rescale_wide(sums, multipliers, call.name)
    return to_integer(wrapped, 0, activation_bounds(activation, call.output, "int16"), "int16")


def rescale_wide(sums: np.ndarray, multipliers: Sequence[Multiplier], name: str) -> np.ndarray:
    """int64 sums (..., C) times one multiplier each, of which 16 bits count, rounded once, modulo 2**32."""
    mantissa, shift = (array.astype(np.int64) for array in reduced_arrays(multipliers))
    if shift.max() > MOST_WIDE_SHIFT:
        raise ModelError(f"layer {name!r} has an output scale too small for its sums")
    total = 15 - shift
    scaled = (sums * mantissa + (np.int64(1) << (total - 1))) >> total
    return np.asarray(scaled.astype(np.int32).astype(np.int64))
