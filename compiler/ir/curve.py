"""Functions of one number, and their int8 forms as tables: one definition for training, reference and C."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from compiler.ir.encode import round_half_away
from compiler.ir.ops import Curve, Unary
from compiler.ir.tensor import Quantization

UNIT_OUTPUT = Quantization(scale=(1.0 / 256.0,), zero_point=(-128,))
"""The only one that an int8 softmax can have."""

INT8_TO_INT16_SOFTMAX_OUTPUT = Quantization(scale=(1.0 / 65536.0,), zero_point=(-32768,))
"""What an int16 softmax of int8 numbers has; files say its scale to a thousandth."""

LOG_SOFTMAX_OUTPUT = Quantization(scale=(1.0 / 16.0,), zero_point=(127,))
"""The only one that an int8 log softmax can have."""

WIDE_OUTPUT = Quantization(scale=(1.0 / 32768.0,), zero_point=(0,))
"""The only one that an int16 softmax, sigmoid or tanh can have."""

FIXED_OUTPUT: Mapping[Curve, Quantization] = {
    "sigmoid": UNIT_OUTPUT,
    "tanh": Quantization(scale=(1.0 / 128.0,), zero_point=(0,)),
}
"""Output quantizations that the TFLite int8 specification prescribes, whatever a curve's range."""

TABLE_ENTRIES = 256


def apply_curve(op: Unary, x: np.ndarray) -> np.ndarray:
    """The curve of every element, in the dtype of `x` (float32 or float64), a new array.

    hard_sigmoid(x) = min(max(x + 3, 0), 6) / 6 and hard_swish(x) = x * hard_sigmoid(x) (Howard et al. 2019);
    swish(x) = x * sigmoid(x); gelu(x) = x * (1 + erf(x / sqrt(2))) / 2, without approximation.
    """
    if op.activation == "leaky_relu":
        return np.asarray(np.where(x < 0, x * x.dtype.type(op.slope), x))
    return np.asarray(_CURVES[op.activation](x))


def curve_table(op: Unary, source: Quantization, output: Quantization) -> np.ndarray:
    """int8 (256,): entry i is the output for the input integer whose eight bits are i (-1 is entry 255).

    The curve in float64 of scale * (integer - zero point), divided by the output's scale, rounded half away
    from zero, plus its zero point, saturated.
    """
    integers = np.arange(TABLE_ENTRIES).astype(np.uint8).view(np.int8).astype(np.float64)
    real = apply_curve(op, (integers - source.zero_point[0]) * source.scale[0])
    rounded = round_half_away(real / output.scale[0]) + output.zero_point[0]
    return np.asarray(np.clip(rounded, -128, 127), np.int8)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small))


def _hard_sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(x + 3, 0, 6) / 6)


def _tanh(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.tanh(x))


def _hard_swish(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * _hard_sigmoid(x))


def _swish(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * _sigmoid(x))


def _gelu(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * (1 + np.asarray(_erf(x * math.sqrt(0.5)), x.dtype)) / 2)


_erf = np.frompyfunc(math.erf, 1, 1)

_CURVES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "hard_sigmoid": _hard_sigmoid,
    "hard_swish": _hard_swish,
    "swish": _swish,
    "gelu": _gelu,
}
