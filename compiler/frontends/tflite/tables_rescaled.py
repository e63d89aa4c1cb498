"""Tables of functions that rescale: RELU, RELU6, LEAKY_RELU, ABS and QUANTIZE from int8 to int8.

TFLM: micro/kernels/{activations,leaky_relu,elementwise,quantize}*.cc. All divide scales in double, as the
package does that the tests hold us to; its sources of 2026-08 divided most of them in float32.
"""

from math import floor

import numpy as np

from compiler.frontends.tflite.tables import INTEGERS, scaled
from compiler.ir.fixed_point import Multiplier, quantize_multiplier
from compiler.ir.tensor import Quantization


def _ratio(source: Quantization, output: Quantization) -> Multiplier:
    return quantize_multiplier(source.scale[0] / output.scale[0])


def relu_table(source: Quantization, output: Quantization) -> np.ndarray:
    """max(x, 0), rescaled."""
    real = scaled(INTEGERS - source.zero_point[0], _ratio(source, output))
    return np.asarray(np.maximum(real + output.zero_point[0], output.zero_point[0]))


def relu6_table(source: Quantization, output: Quantization) -> np.ndarray:
    """x clamped to [0, 6] as the input counts; TFLM copies these integers, whatever the output's scale."""
    zero, six = source.zero_point[0], np.float32(6.0) / np.float32(source.scale[0])
    return np.clip(INTEGERS, zero, min(127, zero + floor(float(six) + 0.5)))


def leaky_relu_table(source: Quantization, output: Quantization, alpha: float) -> np.ndarray:
    """x where it is positive, else alpha * x; alpha may be negative."""
    slope = source.scale[0] * alpha / output.scale[0]
    x = INTEGERS - source.zero_point[0]
    below = scaled(x, quantize_multiplier(abs(slope)))
    found = np.where(x >= 0, scaled(x, _ratio(source, output)), -below if slope < 0 else below)
    return np.asarray(found + output.zero_point[0])


def abs_table(source: Quantization, output: Quantization) -> np.ndarray:
    """|x|, rescaled where the scales differ."""
    size = np.abs(INTEGERS - source.zero_point[0])
    if source.scale != output.scale:
        size = scaled(size, _ratio(source, output))
    return np.asarray(size + output.zero_point[0])


def requantize_table(source: Quantization, output: Quantization) -> np.ndarray:
    """x under another quantization."""
    return scaled(INTEGERS - source.zero_point[0], _ratio(source, output)) + output.zero_point[0]
