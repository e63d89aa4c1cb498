"""Int8 operators without weights: sums, products, joins, pools and clamps of batches (N, ...)."""

import numpy as np

from compiler.ir.curve import curve_table
from compiler.ir.fixed_point import (
    INT8_MAX,
    INT8_MIN,
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
from compiler.reference.fixed_point import rescale, to_int8
from compiler.reference.integer_call import IntegerCall
from compiler.reference.windows import elements_inside, padded, sum_of, taps


def run_activate(op: Activate, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """A clamp; input and output have one quantization."""
    return _clamped(inputs[0], *activation_bounds(op.activation, call.output))


def run_unary(op: Unary, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Looked up in the table that the C reads too."""
    return curve_table(op, call.sources[0], call.output)[inputs[0].view(np.uint8)]


def run_max_pool(op: MaxPool2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Padding is the least int8, so it never wins."""
    first, *rest = taps(padded(inputs[0], op.window.pads, INT8_MIN), op.window)
    out = first.copy()
    for tap in rest:
        np.maximum(out, tap, out=out)
    return _clamped(out, *activation_bounds(op.activation, call.output))


def run_average_pool(op: AveragePool2D, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The mean of the elements inside the map, zero point and all, rounded half away from zero."""
    wide = padded(inputs[0].astype(np.int64), op.window.pads, 0)
    total = sum_of(taps(wide, op.window))
    count = elements_inside(op.window, *inputs[0].shape[1:3])
    mean = np.sign(total) * ((np.abs(total) + count // 2) // count)
    return _clamped(mean, *activation_bounds(op.activation, call.output)).astype(np.int8)


def run_global_average_pool(op: GlobalAveragePool, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """(N, H, W, C) -> (N, C): the sum, with 1/(H*W) folded into the multiplier."""
    source = call.sources[0]
    height, width = inputs[0].shape[1:3]
    total = inputs[0].sum(axis=(1, 2), dtype=np.int64) - source.zero_point[0] * height * width
    multiplier = mean_multiplier(source, call.output, height * width)
    scaled = rescale(total, (multiplier,), call.rounding)
    return to_int8(scaled, call.output.zero_point[0], INT8_MIN, INT8_MAX)


def _clamped(values: np.ndarray, low: int, high: int) -> np.ndarray:
    raised: np.ndarray = np.maximum(values, low)
    np.minimum(raised, high, out=raised)
    return raised
