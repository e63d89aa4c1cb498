"""Softmax, sigmoid and tanh of int16, from interpolated tables. Source: TensorFlow Lite Micro's kernels."""

import numpy as np

from compiler.errors import ModelError
from compiler.ir.ops import Unary
from compiler.ir.wide import curve_scaling, exp_table, reciprocal_table, softmax_int16_multiplier
from compiler.reference.fixed_point import rescale
from compiler.reference.integer_call import IntegerCall
from compiler.reference.table_curves import sigmoid_int16, tanh_int16


def run_softmax_int16(x: np.ndarray, beta: float, call: IntegerCall) -> np.ndarray:
    """x int16 (..., n), each times `beta`, over its last axis; the output has scale 2**-15, zero point 0."""
    difference = x.astype(np.int64) - x.max(axis=-1, keepdims=True)
    scaled = rescale(difference, (softmax_int16_multiplier(call.sources[0], beta),), call.rounding)
    exps = _looked_up(exp_table(), scaled + 32767)
    total = exps.sum(axis=-1, keepdims=True)
    headroom = 32 - np.frexp(total.astype(np.float64))[1].astype(np.int64)
    one_to_two = ((total << (headroom - 1)) + (1 << 13)) >> 14
    reciprocal = _looked_up(reciprocal_table(), one_to_two - ((1 << 15) + (1 << 16)))
    right = 31 - headroom
    share = (exps * reciprocal + (np.int64(1) << (right - 1))) >> right
    return np.asarray(np.clip(share, 0, 32767), np.int16)


def run_unary_int16(op: Unary, x: np.ndarray, call: IntegerCall) -> np.ndarray:
    """Sigmoid or tanh of int16 numbers; the output has scale 2**-15 and zero point 0."""
    scaling = curve_scaling(op.activation, call.sources[0])
    if op.activation not in ("sigmoid", "tanh") or scaling is None:
        raise ModelError(f"layer {call.name!r} has no int16 form")
    curve = sigmoid_int16 if op.activation == "sigmoid" else tanh_int16
    return curve(x, *scaling).astype(np.int16)


def _looked_up(table: np.ndarray, argument: np.ndarray) -> np.ndarray:
    """int64: the table at int16 arguments, those beyond them taken for the ends, linear between entries."""
    saturated = np.clip(argument, -32768, 32767)
    wide = table.astype(np.int64)
    index = 256 + (saturated >> 7)
    base = wide[index]
    slope = wide[index + 1] - base
    return np.asarray(base + ((slope * (saturated & 0x7F) + 64) >> 7))
