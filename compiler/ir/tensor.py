"""The type of a value: shape without the batch, dtype, and for integers the numbers they stand for."""

from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np

Dtype = Literal["float32", "int8", "uint8", "int16", "int32", "int64", "int4", "bool"]

DTYPE_BITS: dict[str, int] = {
    "float32": 32, "int8": 8, "uint8": 8, "int16": 16, "int32": 32, "int64": 64, "int4": 4, "bool": 8,
}  # fmt: skip


def numpy_dtype(dtype: Dtype) -> np.dtype:
    """What arrays of this dtype are held in: int4 numbers lie in int8 until they are packed for flash."""
    return np.dtype("int8" if dtype == "int4" else dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantization:
    """real = scale * (integer - zero_point); one pair, or one for each index along `axis`.

    Scales are float32 values held in Python floats (each equals its own float32 rounding).
    """

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int | None = None

    def __post_init__(self) -> None:
        assert len(self.scale) == len(self.zero_point) >= 1
        assert self.axis is not None or len(self.scale) == 1
        assert all(scale > 0 for scale in self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """`quantization` is None for floats, and for integers whose numbers are not known yet (no weights)."""

    shape: tuple[int, ...]
    dtype: Dtype = "float32"
    quantization: Quantization | None = None

    @property
    def elements(self) -> int:
        """How many numbers it holds (1 for the empty shape)."""
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """Storage in bytes; int4 packs two to a byte."""
        return (self.elements * DTYPE_BITS[self.dtype] + 7) // 8

    def with_dtype(self, dtype: Dtype, quantization: Quantization | None = None) -> "Tensor":
        """The same shape in another type."""
        return replace(self, dtype=dtype, quantization=quantization)
