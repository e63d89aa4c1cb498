"""The table of HARD_SWISH, x * relu6(x + 3) / 6, in TFLM's 16-bit fixed point.

TFLM: micro/kernels/hard_swish_common.cc, kernels/internal/reference/hard_swish.h.
"""

import numpy as np

from compiler.frontends.tflite.refusal import Refusal
from compiler.frontends.tflite.tables import INTEGERS
from compiler.ir.fixed_point import quantize_multiplier
from compiler.ir.tensor import Quantization
from compiler.reference.fixed_point import divide_by_power_of_two

_LOW, _HIGH = -(2**15), 2**15 - 1
_MOST_SHIFT = 15


def hard_swish_table(source: Quantization, output: Quantization) -> np.ndarray:
    """Refusal where the output is finer than TFLM can compute it, or the input or output far coarser."""
    fine = source.scale[0] / 128
    to_output, output_shift = _multiplier16(fine / output.scale[0])
    to_relu, relu_shift = _multiplier16(fine / (3 / 32768))
    if not (-_MOST_SHIFT <= output_shift <= 0 and -_MOST_SHIFT <= relu_shift <= _MOST_SHIFT):
        raise Refusal(
            f"its scales are {source.scale[0]:.6g} and {output.scale[0]:.6g}",
            "an output scale from 1/128 to 256 times the input's",
        )
    x = (INTEGERS - source.zero_point[0]) << 7
    share = (_relu(x, to_relu, relu_shift) + (1 << 15)) >> 1
    product = share * _rounded_high(x, to_output)
    high = np.where(product < 0, -(-product >> 15), product >> 15)
    return divide_by_power_of_two(high, -output_shift) + output.zero_point[0]


def _relu(x: np.ndarray, multiplier: int, shift: int) -> np.ndarray:
    """x / 3, where 1 is 2**15, saturated; all but the last bit is shifted before the multiply."""
    if shift > 0:
        x = np.clip(x << (shift - 1), _LOW, _HIGH)
    x = _rounded_high(x, multiplier)
    if shift > 0:
        return np.asarray(np.clip(x << 1, _LOW, _HIGH))
    return divide_by_power_of_two(x, -shift)


def _rounded_high(x: np.ndarray, multiplier: int) -> np.ndarray:
    """x * multiplier / 2**15 of 16-bit numbers, rounded."""
    return np.asarray((x * multiplier + (1 << 14)) >> 15)


def _multiplier16(real: float) -> tuple[int, int]:
    """Mantissa in 15 bits, and the shift."""
    found = quantize_multiplier(real)
    return min(_HIGH, (found.mantissa + (1 << 15)) >> 16), found.shift
