"""QUANTIZE and DEQUANTIZE. TFLM: micro/kernels/{quantize,dequantize}_common.cc.

Between float32 ports and a quantized network they are the border: without `float_ports` they go, and the port
is the integers behind them.
"""

import numpy as np

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.tables_rescaled import requantize_table
from compiler.frontends.tflite.types import sample_shape
from compiler.frontends.tflite.unary import import_table
from compiler.ir.dtypes import REQUANTIZES
from compiler.ir.encode import round_half_away
from compiler.ir.ops import Dequantize, Quantize, Requantize
from compiler.ir.tensor import Quantization

_LIMITS = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-(2**15), 2**15 - 1)}


def import_quantize(call: Call) -> None:
    """float32 to integers, or integers under another quantization."""
    source, target = call.source(0), call.target()
    call.same_elements(source, target)
    if source.dtype == "float32":
        _from_float(call)
        return
    if source.dtype == target.dtype == "int8":
        import_table(call, "requantized", requantize_table)
        return
    call.require(
        (source.dtype, target.dtype) in REQUANTIZES,
        f"it takes {source.dtype} to {target.dtype}",
        "float32, int8 or int16 to int8 or int16",
    )
    shape = sample_shape(call.shape(source))
    call.emit(Requantize(), (call.value(0, shape),), shape)


def _from_float(call: Call) -> None:
    target = call.target()
    call.require(target.dtype in _LIMITS, f"it takes float32 to {target.dtype}", "float32 to int8 or int16")
    quantization = call.quantization(target)
    if call.is_constant(0):
        numbers = _quantized(call.array(0, "input"), quantization, target.dtype)
        call.constants.fold(target, numbers)
        return
    shape = sample_shape(call.shape(call.source(0)))
    call.emit(Quantize(), (call.value(0, shape),), shape)


def _quantized(real: np.ndarray, quantization: Quantization, dtype: str) -> np.ndarray:
    """As AffineQuantize: divided in float32, rounded half away from zero."""
    scaled = np.asarray(real, np.float32) / np.float32(quantization.scale[0])
    rounded = round_half_away(np.nan_to_num(np.clip(scaled, -1e6, 1e6)))
    low, high = _LIMITS[dtype]
    return np.asarray(np.clip(rounded + quantization.zero_point[0], low, high), dtype)


def import_dequantize(call: Call) -> None:
    """Integers to float32. Constants are folded."""
    source, target = call.source(0), call.target()
    call.same_elements(source, target)
    call.require(
        target.dtype == "float32" and source.dtype in (*_LIMITS, "float16"),
        f"it takes {source.dtype} to {target.dtype}",
        "int8 or int16 to float32",
    )
    if call.is_constant(0):
        call.constants.fold(target, _real(call))
        return
    shape = sample_shape(call.shape(source))
    call.emit(Dequantize(), (call.value(0, shape),), shape)


def _real(call: Call) -> np.ndarray:
    array, tensor = call.array(0, "input"), call.source(0)
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    found = call.quantization(tensor)
    return (array.astype(np.float32) - np.float32(found.zero_point[0])) * np.float32(found.scale[0])
