"""The IR's types of a file's tensors: shape, dtype and quantization, or why there are none."""

from typing import get_args

import numpy as np

from compiler.frontends.tflite.raw import RawTensor
from compiler.frontends.tflite.refusal import Broken, Refusal
from compiler.ir.tensor import DTYPE_BITS, Dtype, Quantization, Tensor

_RANGES = {
    "int8": (-128, 127), "uint8": (0, 255), "int16": (-(2**15), 2**15 - 1), "int32": (-(2**31), 2**31 - 1),
    "int4": (-8, 7), "int64": (-(2**63), 2**63 - 1),
}  # fmt: skip
_COUNTING = ("int32", "int64", "bool")
"""Types of numbers that stand for themselves where nothing else is said."""
LEAST_SCALE, MOST_SCALE = 1e-37, 1e12
"""Of any tensor: products of two stay float32 numbers."""
MOVED_DTYPES: tuple[Dtype, ...] = ("int8", "uint8", "int16", "int32", "float32")
"""What can be moved while a network runs; int64 and bool are only ever constants, or states as they are."""
SELF = Quantization(scale=(1.0,), zero_point=(0,))


def known_shape(tensor: RawTensor) -> tuple[int, ...]:
    """The shape; an open batch is 1. Refusal for any other open size."""
    if any(size == -1 for size in (*tensor.signature[1:], *tensor.shape[1:])):
        raise Refusal(
            "a size other than the batch is open", "static shapes, as the converter makes them on request"
        )
    shape = tuple(1 if size == -1 else size for size in tensor.shape)
    if min(shape, default=1) < 1:
        raise Refusal("it holds no numbers", "tensors of one element or more")
    return shape


def ir_dtype(tensor: RawTensor) -> Dtype:
    """Refusal for what the IR has no type for."""
    if tensor.odd:
        raise Refusal(f"tensor {tensor.name!r:.80} {tensor.odd}", "dense tensors with affine quantization")
    for dtype in get_args(Dtype):
        if dtype == tensor.dtype:
            return _checked(dtype)
    raise Refusal(f"tensor {tensor.name!r:.80} is {tensor.dtype}", "int8, int16 and int32")


def check_moved(dtype: str) -> None:
    """Refusal for what nothing moves."""
    if dtype not in MOVED_DTYPES:
        raise Refusal(f"it moves {dtype}", "int8, uint8, int16 or int32")


def _checked(dtype: Dtype) -> Dtype:
    assert dtype in DTYPE_BITS
    return dtype


def ir_quantization(tensor: RawTensor) -> Quantization | None:
    """None for floats. Refusal where integers have none; Broken for numbers that cannot be one."""
    dtype = ir_dtype(tensor)
    if dtype == "float32":
        return None
    if not tensor.scale or dtype == "bool":
        if dtype in _COUNTING:
            return SELF
        raise Refusal(f"tensor {tensor.name!r:.80} is {dtype} without a scale", "quantized tensors")
    zero_points = tensor.zero_point or (0,) * len(tensor.scale)
    if len(zero_points) == 1:
        zero_points *= len(tensor.scale)
    _check_numbers(tensor, dtype, zero_points)
    if len(tensor.scale) == 1:
        return Quantization(scale=tensor.scale, zero_point=zero_points)
    return Quantization(scale=tensor.scale, zero_point=zero_points, axis=tensor.axis)


def _check_numbers(tensor: RawTensor, dtype: Dtype, zero_points: tuple[int, ...]) -> None:
    where = f"tensor {tensor.name!r:.80}"
    if len(zero_points) != len(tensor.scale):
        raise Broken(f"{where} has {len(tensor.scale)} scales and {len(zero_points)} zero points")
    if not all(LEAST_SCALE <= scale <= MOST_SCALE for scale in tensor.scale):
        raise Broken(f"{where} has a scale that is no positive number within {LEAST_SCALE} and {MOST_SCALE}")
    low, high = _RANGES[dtype]
    if not all(low <= zero_point <= high for zero_point in zero_points):
        raise Broken(f"{where} has a zero point outside of {dtype}")
    if len(tensor.scale) > 1:
        along = tensor.shape[tensor.axis] if 0 <= tensor.axis < len(tensor.shape) else 0
        if along != len(tensor.scale):
            raise Broken(f"{where} has {len(tensor.scale)} scales along axis {tensor.axis}")


def one_scale(tensor: RawTensor) -> Quantization | None:
    """ir_quantization of a value, which has one scale. Refusal for more."""
    quantization = ir_quantization(tensor)
    if quantization is not None and quantization.axis is not None:
        raise Refusal(f"tensor {tensor.name!r:.80} has a scale per channel", "one scale for each activation")
    return quantization


def sample_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """What a shape is called at the network's border: without a batch of 1, and at least one axis."""
    if len(shape) > 1 and shape[0] == 1:
        return shape[1:]
    return shape or (1,)


def value_type(tensor: RawTensor) -> Tensor:
    """The type of an activation in its border shape. Refusal, Broken: as above."""
    return Tensor(
        shape=sample_shape(known_shape(tensor)), dtype=ir_dtype(tensor), quantization=one_scale(tensor)
    )


def float32_scale(real: float) -> float:
    """The nearest float32, at least the least positive one: for scales that are products of scales."""
    return float(max(np.float32(real), np.float32(1e-45)))
