"""From what firmware hands over to what a network reads: one definition for training and generated C.

The C computes the same steps in float32, or looks them up in a table made from these functions.
"""

import numpy as np

from compiler.ir.tensor import Dtype, Quantization, Tensor
from searchspace_dsl.encoding import InputEncoding

_BEYOND = 1 << 17
"""Steps that lead out of every range, whatever the zero point; float32 holds them exactly."""

RAW_RANGE = {"uint8": (0.0, 255.0), "int8": (-128.0, 127.0)}


def encode_input(raw: np.ndarray, encoding: InputEncoding | None) -> np.ndarray:
    """float32 (N, ..., C) of raw values (N, ..., C) in any dtype; None: the raw values themselves.

    Each step rounds to float32: r = float32(raw); d = r - float32(mean); x = d / float32(std).
    """
    values: np.ndarray = np.asarray(raw, np.float32)
    if encoding is None:
        return values
    encoded: np.ndarray = values - np.asarray(encoding.mean, np.float32)
    encoded /= np.asarray(encoding.std, np.float32)
    return encoded


def quantize_real(
    real: np.ndarray, quantization: Quantization, dtype: Dtype = "int8", *, half_to_even: bool = False
) -> np.ndarray:
    """int8, uint8 or int16 of float32 numbers, per tensor: y = x / float32(scale) in float32; y rounded half
    away from zero, or to even as ONNX does; plus the zero point; saturated. Infinities saturate; not-a-number
    becomes the zero point.
    """
    nearest = np.rint if half_to_even else round_half_away
    with np.errstate(over="ignore"):
        scaled = np.asarray(real, np.float32) / np.float32(quantization.scale[0])
    integers = np.nan_to_num(nearest(np.clip(scaled, -_BEYOND, _BEYOND)), nan=0.0)
    limits = np.iinfo(dtype)
    return np.asarray(np.clip(integers + quantization.zero_point[0], limits.min, limits.max), dtype)


def border_value(value: float, tensor: Tensor) -> float:
    """The number that a Pad of `value` writes into a tensor: an integer, or for float32 the value itself."""
    quantization = tensor.quantization
    if tensor.dtype == "float32" or quantization is None:
        return value
    if tensor.dtype in ("int8", "uint8", "int16"):
        return int(quantize_real(np.array(value), quantization, tensor.dtype))
    limits = np.iinfo(tensor.dtype)
    rounded = float(round_half_away(np.array(value / quantization.scale[0])))
    return int(min(max(rounded + quantization.zero_point[0], limits.min), limits.max))


def quantize_input(raw: np.ndarray, encoding: InputEncoding | None, quantization: Quantization) -> np.ndarray:
    """int8 (N, ..., C) of raw values: quantize_real after encode_input."""
    return quantize_real(encode_input(raw, encoding), quantization)


def encoded_interval(encoding: InputEncoding) -> tuple[float, float] | None:
    """What `low`..`high` becomes in the network's numbers, over all channels; where they are not given, what
    the whole range of an 8-bit raw dtype becomes. None for other dtypes without both.
    """
    low, high = RAW_RANGE.get(encoding.raw_dtype, (None, None))
    low = low if encoding.low is None else encoding.low
    high = high if encoding.high is None else encoding.high
    if low is None or high is None:
        return None
    ends = encode_input(np.array([[low], [high]]), encoding)
    return float(ends.min()), float(ends.max())


def round_half_away(values: np.ndarray) -> np.ndarray:
    """Nearest integers, ties away from zero (C's roundf), in the dtype of `values`."""
    whole: np.ndarray = np.trunc(values)
    whole += np.copysign(np.abs(values - whole) >= 0.5, values).astype(values.dtype)
    return whole
