"""Tables of LOGISTIC and TANH in gemmlowp's fixed point with four integer bits.

TFLM: micro/kernels/{logistic_common,tanh}.cc, kernels/internal/reference/integer_ops/{logistic,tanh}.h;
gemmlowp: fixedpoint.h. Beyond the radius that fits four integer bits the curves are at their ends.
"""

import math
from collections.abc import Callable

import numpy as np

from compiler.frontends.tflite.refusal import Refusal
from compiler.frontends.tflite.tables import INTEGERS, scaled
from compiler.ir.fixed_point import quantize_multiplier
from compiler.ir.tensor import Quantization
from compiler.reference.fixed_point import divide_by_power_of_two
from compiler.reference.integer_softmax import (
    ONE_F0,
    ONE_F2,
    exp_on_negative,
    newton_reciprocal,
    saturated,
)

INTEGER_BITS = 4
HALF_F0 = 1 << 30


def logistic_table(source: Quantization, output: Quantization) -> np.ndarray:
    """1 / (1 + exp(-x)); the output has scale 1/256 and zero point -128."""
    return _table(source, lambda x: divide_by_power_of_two(_logistic(x), 23) - 128)


def tanh_table(source: Quantization, output: Quantization) -> np.ndarray:
    """The output has scale 1/128 and zero point 0."""
    return _table(source, lambda x: divide_by_power_of_two(_tanh(x), 24))


def _table(source: Quantization, curve: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    multiplier = quantize_multiplier(source.scale[0] * (1 << (31 - INTEGER_BITS)))
    if not 0 <= multiplier.shift <= 62:
        raise Refusal(f"its input has scale {source.scale[0]:.6g}", "scales from 1e-8 on")
    one = 1 << (31 - INTEGER_BITS)
    radius = math.floor(((1 << INTEGER_BITS) - 1) * one / (1 << multiplier.shift))
    x = INTEGERS - source.zero_point[0]
    inside = np.abs(x) < radius
    found = curve(scaled(np.where(inside, x, 0), multiplier) if radius else np.zeros_like(x))
    return np.asarray(np.where(x <= -radius, -128, np.where(x >= radius, 127, np.clip(found, -128, 127))))


def _logistic(x: np.ndarray) -> np.ndarray:
    """F0 of F4."""
    size = np.abs(x)
    positive = saturated(newton_reciprocal(exp_on_negative(-size, INTEGER_BITS)) << 1)
    return np.asarray(np.where(x == 0, HALF_F0, np.where(x > 0, positive, ONE_F0 - positive)))


def _tanh(x: np.ndarray) -> np.ndarray:
    """F0 of F4: (1 - e) / (1 + e) with e = exp(-2 |x|), x doubled by reading it with a bit more."""
    exps = exp_on_negative(-np.abs(x), INTEGER_BITS + 1)
    size = saturated((newton_reciprocal(exps) - ONE_F2) << 2)
    return np.asarray(np.where(x == 0, 0, np.where(x < 0, -size, size)))
