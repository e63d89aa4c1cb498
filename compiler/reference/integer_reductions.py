"""Integer operators that sum: over any axes, and over a pair's common axis. Of batches (N, ...).

Source: TensorFlow Lite Micro's kernels of MEAN, SUM, REDUCE_MAX and BATCH_MATMUL.
"""

from math import prod

import numpy as np

from compiler.errors import ModelError
from compiler.ir.fixed_point import INTEGER_RANGE, Multiplier, mean_multiplier, product_multipliers
from compiler.ir.ops import BatchMatMul, Mean, ReduceMax, Sum
from compiler.ir.pair_multipliers import requantize_multiplier
from compiler.ir.wide import SUM_BITS
from compiler.reference.fixed_point import rescale, to_integer
from compiler.reference.integer_call import IntegerCall
from compiler.reference.wide_layers import rescale_wide


def run_mean(op: Mean, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The sum, with 1 / count folded into the multiplier."""
    count = _count(op.axes, call)
    return _summed(inputs[0], op.axes, mean_multiplier(call.sources[0], call.output, count), call)


def run_sum(op: Sum, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The sum, rescaled once."""
    return _summed(inputs[0], op.axes, requantize_multiplier(call.sources[0], call.output), call)


def run_reduce_max(op: ReduceMax, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The greatest integers; input and output have one quantization."""
    return np.asarray(inputs[0].max(axis=_with_batch(op.axes)))


def run_batch_matmul(op: BatchMatMul, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Sums of products in int64, which the kernels' int32, of int16 48 bits, must hold: ModelError where it
    might not."""
    left, right = (
        np.swapaxes(array, -1, -2) if transposed else array
        for array, transposed in zip(inputs, (op.transpose_left, op.transpose_right), strict=True)
    )
    ours, other = call.sources
    wide = call.output_dtype == "int16"
    if left.shape[-1] * (2**30 if wide else 255 * 255) >= (2**SUM_BITS if wide else 2**31):
        raise ModelError(f"layer {call.name!r} can overflow its accumulator")
    sums = (left.astype(np.int64) - ours.zero_point[0]) @ (right.astype(np.int64) - other.zero_point[0])
    (multiplier,) = product_multipliers(ours, other, call.output, 1, call.rounding)
    if wide:
        return to_integer(rescale_wide(sums, (multiplier,), call.name), 0, INTEGER_RANGE["int16"], "int16")
    return _rescaled(sums, multiplier, call)


def _summed(x: np.ndarray, axes: tuple[int, ...], by: Multiplier, call: IntegerCall) -> np.ndarray:
    sums = x.sum(axis=_with_batch(axes), dtype=np.int64)
    return _rescaled(sums - call.sources[0].zero_point[0] * _count(axes, call), by, call)


def _rescaled(sums: np.ndarray, by: Multiplier, call: IntegerCall) -> np.ndarray:
    scaled = rescale(np.ascontiguousarray(sums), (by,), call.rounding)
    return to_integer(scaled, call.output.zero_point[0], INTEGER_RANGE[call.output_dtype], call.output_dtype)


def _with_batch(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis + 1 for axis in axes)


def _count(axes: tuple[int, ...], call: IntegerCall) -> int:
    return prod(call.source_shapes[0][axis] for axis in axes)
