"""Convolution, depthwise and dense on int8, and on int16 with int8 filters: integer sums in floats where that
is exact, then one rescaling. int4 filters are int8 arrays here. Layers on int16 whose bias is int32 sum and
rescale as those on int8."""

from collections.abc import Callable

import numpy as np

from compiler.errors import ModelError
from compiler.ir.fixed_point import INTEGER_RANGE, activation_bounds, product_multipliers
from compiler.ir.ops import Activation, Conv2D, Dense, DepthwiseConv2D, TransposeConv2D
from compiler.ir.wide import sums_are_wide
from compiler.reference.convolve import convolve, convolve_depthwise, convolve_transposed
from compiler.reference.fixed_point import rescale, to_integer
from compiler.reference.integer_call import IntegerCall
from compiler.reference.wide_layers import check_wide_sums, finish_wide
from compiler.reference.windows import widened

Sum = Callable[[np.ndarray, np.ndarray], np.ndarray]


def run_conv(op: Conv2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """inputs: x int8 (N, H, W, C), weight int8 OHWI, and bias int32 (O,) where there is one."""
    return _run(lambda x, weight: convolve(x, weight, op), 0, op.activation, inputs, call)


def run_depthwise(op: DepthwiseConv2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """inputs: x int8 (N, H, W, C), weight int8 (1, kh, kw, C * multiplier), and bias where there is one."""
    return _run(lambda x, weight: convolve_depthwise(x, weight, op), 3, op.activation, inputs, call)


def run_transpose_conv(op: TransposeConv2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """inputs: x int8 (N, H, W, C), weight int8 OHWI, and bias int32 (O,) where there is one."""
    return _run(lambda x, weight: convolve_transposed(x, weight, op), 0, op.activation, inputs, call)


def run_dense(op: Dense, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """inputs: x int8 (N, I), weight int8 (O, I), and bias int32 (O,) where there is one."""
    return _run(lambda x, weight: x @ weight.T, 0, op.activation, inputs, call)


def _run(
    total: Sum, channel_axis: int, activation: Activation, inputs: list[np.ndarray], call: IntegerCall
) -> np.ndarray:
    source, weight_type = call.sources[:2]
    bias = inputs[2].astype(np.int64) if len(inputs) == 3 else None
    if sums_are_wide([array.dtype.name for array in inputs]):
        check_wide_sums(inputs[1], channel_axis, bias, call.name)
        wide_sums = total(inputs[0].astype(np.float64), inputs[1].astype(np.float64)).astype(np.int64)
        return finish_wide(wide_sums if bias is None else wide_sums + bias, activation, call)
    zero_points = np.array(weight_type.zero_point, np.int64)
    along = [-1 if axis == channel_axis else 1 for axis in range(inputs[1].ndim)]
    weight = inputs[1].astype(np.int64) - zero_points.reshape(along)
    least, greatest = INTEGER_RANGE[call.output_dtype]
    farthest = max(greatest - source.zero_point[0], source.zero_point[0] - least)
    dtype = _exact_dtype(weight, channel_axis, farthest, bias, call.name)
    x = inputs[0].astype(dtype)
    x -= source.zero_point[0]
    sums = total(x, weight.astype(dtype)).astype(np.int64)
    if bias is not None:
        rows, repeated = widened(sums, bias)
        rows += repeated
    multipliers = product_multipliers(source, weight_type, call.output, sums.shape[-1], call.rounding)
    scaled = rescale(sums, multipliers, call.rounding)
    bounds = activation_bounds(activation, call.output, call.output_dtype)
    return to_integer(scaled, call.output.zero_point[0], bounds, call.output_dtype)


def _exact_dtype(
    weight: np.ndarray, channel_axis: int, farthest: int, bias: np.ndarray | None, name: str
) -> type[np.floating]:
    """A float that holds every partial sum, in whatever order BLAS adds: integers are exact up to 2**24 or
    2**53. ModelError where the C kernels' int32 accumulator could overflow. `farthest`: the most that an
    input can be from its zero point.
    """
    others = tuple(axis for axis in range(weight.ndim) if axis != channel_axis)
    largest = np.abs(weight).sum(axis=others) * farthest
    with_bias = largest + (np.abs(bias) if bias is not None else 0)
    if int(with_bias.max()) >= 2**31:
        raise ModelError(f"layer {name!r} can overflow its 32-bit accumulator")
    return np.float32 if int(largest.max()) < 2**24 else np.float64
