"""Integer operators of two operands, which broadcast: sums, products, differences, extremes, of batches.

Operands that are values have a leading batch, parameters have none. Source: TensorFlow Lite Micro's kernels.
"""

import numpy as np

from compiler.ir.fixed_point import (
    AddMultipliers,
    activation_bounds,
    add_multipliers,
    mul_multiplier,
)
from compiler.ir.ops import Activation, Add, Maximum, Minimum, Mul, PRelu, SquaredDifference, Sub
from compiler.ir.pair_multipliers import (
    PAIR_LEFT_SHIFT,
    SQUARE_LEFT_SHIFT,
    prelu_multipliers,
    squared_difference_multipliers,
    sub_multipliers,
)
from compiler.reference.fixed_point import rescale, to_integer
from compiler.reference.integer_call import IntegerCall


def run_add(op: Add, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Both inputs to a common scale with 20 more bits (int16: 15), their sum to the output's."""
    left_shift = PAIR_LEFT_SHIFT[call.output_dtype]
    by = add_multipliers(call.sources[0], call.sources[1], call.output, left_shift)
    left, right = _on_common_scale(inputs, call, by, left_shift)
    return _finished(left + right, by, op.activation, call)


def run_sub(op: Sub, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """As a sum, the right operand taken away."""
    left_shift = PAIR_LEFT_SHIFT[call.output_dtype]
    by = sub_multipliers(call.sources[0], call.sources[1], call.output, left_shift)
    left, right = _on_common_scale(inputs, call, by, left_shift)
    return _finished(left - right, by, op.activation, call)


def run_squared_difference(op: SquaredDifference, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Both inputs to a common scale with 7 more bits (int16: none), the square of their difference to the
    output's."""
    left_shift = SQUARE_LEFT_SHIFT[call.output_dtype]
    by = squared_difference_multipliers(call.sources[0], call.sources[1], call.output, left_shift)
    left, right = _on_common_scale(inputs, call, by, left_shift)
    return _finished(np.square(left - right), by, "none", call)


def run_mul(op: Mul, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The product, rescaled once."""
    left, right = _centred(inputs, call)
    multiplier = mul_multiplier(call.sources[0], call.sources[1], call.output)
    scaled = rescale(left * right, (multiplier,), call.rounding)
    return _clamped(scaled, op.activation, call)


def run_maximum(op: Maximum, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The greater integers; all have one quantization."""
    return np.asarray(np.maximum(*aligned(inputs, call)))


def run_minimum(op: Minimum, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The lesser integers; all have one quantization."""
    return np.asarray(np.minimum(*aligned(inputs, call)))


def run_prelu(op: PRelu, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Numbers below zero are multiplied by alpha, all are rescaled once."""
    identity, scaled = prelu_multipliers(call.sources[0], call.sources[1], call.output)
    x, alpha = _centred(inputs, call)
    positive = rescale(x, (identity,), call.rounding)
    negative = rescale(x * alpha, (scaled,), call.rounding)
    return _clamped(np.where(x >= 0, positive, negative), "none", call)


def aligned(inputs: list[np.ndarray], call: IntegerCall) -> list[np.ndarray]:
    """The inputs with axes of 1 put in, so that NumPy's broadcasting leaves their batches in line."""
    rank = len(call.output_shape)
    found = []
    for array, shape in zip(inputs, call.source_shapes, strict=True):
        batch = array.shape[: array.ndim - len(shape)] or (1,)
        found.append(array.reshape(*batch, *(1,) * (rank - len(shape)), *shape))
    return found


def _centred(inputs: list[np.ndarray], call: IntegerCall) -> list[np.ndarray]:
    return [
        array.astype(np.int64) - quantization.zero_point[0]
        for array, quantization in zip(aligned(inputs, call), call.sources, strict=True)
    ]


def _on_common_scale(
    inputs: list[np.ndarray], call: IntegerCall, by: AddMultipliers, left_shift: int
) -> list[np.ndarray]:
    return [
        rescale(values << left_shift, (multiplier,), call.rounding)
        for values, multiplier in zip(_centred(inputs, call), (by.left, by.right), strict=True)
    ]


def _finished(
    values: np.ndarray, by: AddMultipliers, activation: Activation, call: IntegerCall
) -> np.ndarray:
    return _clamped(rescale(values, (by.output,), call.rounding), activation, call)


def _clamped(values: np.ndarray, activation: Activation, call: IntegerCall) -> np.ndarray:
    bounds = activation_bounds(activation, call.output, call.output_dtype)
    return to_integer(values, call.output.zero_point[0], bounds, call.output_dtype)
