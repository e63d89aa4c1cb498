"""Integer operators without weights: sums, products, joins, pools and clamps of batches (N, ...)."""

import numpy as np

from compiler.ir.curve import curve_table
from compiler.ir.fixed_point import (
    INTEGER_RANGE,
    activation_bounds,
    mean_multiplier,
)
from compiler.ir.ops import (
    Activate,
    AveragePool2D,
    GlobalAveragePool,
    MaxPool2D,
    Unary,
)
from compiler.reference.fixed_point import rescale, to_integer
from compiler.reference.integer_call import IntegerCall
from compiler.reference.wide_curves import run_unary_int16
from compiler.reference.windows import elements_inside, padded, sum_of, taps


def run_activate(op: Activate, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """A clamp; input and output have one quantization."""
    return _clamped(inputs[0], *activation_bounds(op.activation, call.output, call.output_dtype))


def run_unary(op: Unary, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """int8 looked up in the table that the C reads too; int16 interpolated."""
    if call.output_dtype == "int16":
        return run_unary_int16(op, inputs[0], call)
    return curve_table(op, call.sources[0], call.output)[inputs[0].view(np.uint8)]


def run_max_pool(op: MaxPool2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Padding is the least of its dtype, so it never wins."""
    first, *rest = taps(padded(inputs[0], op.window.pads, np.iinfo(inputs[0].dtype).min), op.window)
    out = first.copy()
    for tap in rest:
        np.maximum(out, tap, out=out)
    return _clamped(out, *activation_bounds(op.activation, call.output, call.output_dtype))


def run_average_pool(op: AveragePool2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The mean of the elements inside the map, zero point and all, rounded half away from zero."""
    wide = padded(inputs[0].astype(np.int64), op.window.pads, 0)
    total = sum_of(taps(wide, op.window))
    count = elements_inside(op.window, *inputs[0].shape[1:3])
    mean = np.sign(total) * ((np.abs(total) + count // 2) // count)
    bounds = activation_bounds(op.activation, call.output, call.output_dtype)
    return _clamped(mean, *bounds).astype(call.output_dtype)


def run_global_average_pool(op: GlobalAveragePool, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """(N, H, W, C) -> (N, C): the sum, with 1/(H*W) folded into the multiplier."""
    source = call.sources[0]
    height, width = inputs[0].shape[1:3]
    total = inputs[0].sum(axis=(1, 2), dtype=np.int64) - source.zero_point[0] * height * width
    multiplier = mean_multiplier(source, call.output, height * width)
    scaled = rescale(total, (multiplier,), call.rounding)
    bounds = INTEGER_RANGE[call.output_dtype]
    return to_integer(scaled, call.output.zero_point[0], bounds, call.output_dtype)


def _clamped(values: np.ndarray, low: int, high: int) -> np.ndarray:
    raised: np.ndarray = np.maximum(values, low)
    np.minimum(raised, high, out=raised)
    return raised
