"""Int8 weights and int32 biases of one layer, each output channel with a scale of its own."""

import numpy as np

from compiler.ir.encode import round_half_away
from compiler.ir.tensor import Quantization

MOST_BIAS = 2**30
"""Half of int32: the other half is for the products, at least 33,000 of the largest."""


def weight_scales(weight: np.ndarray, bias: np.ndarray | None, axis: int, input_scale: float) -> np.ndarray:
    """float32 (channels,) > 0: the largest weight of each channel becomes 127.

    Where the bias dwarfs the weights the scale grows until bias / (input_scale * scale) is at most MOST_BIAS;
    a channel with neither weights nor bias takes the largest scale of the layer.
    """
    others = tuple(i for i in range(weight.ndim) if i != axis)
    scales = np.abs(weight.astype(np.float64)).max(axis=others) / 127
    if bias is not None:
        scales = np.maximum(scales, np.abs(bias.astype(np.float64)) / (input_scale * MOST_BIAS))
    scales = np.where(scales > 0, scales, scales.max() if scales.max() > 0 else 1.0)
    return np.maximum(scales, np.finfo(np.float32).tiny).astype(np.float32)


def quantize_weight(weight: np.ndarray, scales: np.ndarray, axis: int) -> tuple[np.ndarray, Quantization]:
    """int8 in [-127, 127], symmetric, rounded to nearest."""
    along = [-1 if i == axis else 1 for i in range(weight.ndim)]
    integers = round_half_away(weight.astype(np.float64) / scales.astype(np.float64).reshape(along))
    return np.clip(integers, -127, 127).astype(np.int8), _quantization(scales, axis)


def quantize_bias(
    bias: np.ndarray, scales: np.ndarray, input_scale: float
) -> tuple[np.ndarray, Quantization]:
    """int32 in units of the accumulator, input scale * weight scale; saturates at MOST_BIAS."""
    units = input_scale * scales.astype(np.float64)
    integers = np.clip(round_half_away(bias.astype(np.float64) / units), -MOST_BIAS, MOST_BIAS)
    stored = np.maximum(units, np.finfo(np.float32).tiny).astype(np.float32)
    return integers.astype(np.int32), _quantization(stored, 0)


def _quantization(scales: np.ndarray, axis: int) -> Quantization:
    return Quantization(
        scale=tuple(float(scale) for scale in scales), zero_point=(0,) * len(scales), axis=axis
    )
