"""What is known of each ONNX value while a file is read: constants, integers, real numbers of three kinds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from compiler.frontends.onnx.layout import Layout
from compiler.ir.tensor import Quantization


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What the integers of a constant stand for: one scale and zero point, or one of each along `axis`."""

    scale: np.ndarray
    zero_point: np.ndarray
    axis: int | None = None

    def real(self, integers: np.ndarray) -> np.ndarray:
        """float32, as DequantizeLinear computes them."""
        along = [-1 if axis == self.axis else 1 for axis in range(integers.ndim)]
        scale, zero_point = self.scale, self.zero_point
        if self.axis is not None:
            scale, zero_point = scale.reshape(along), zero_point.reshape(along)
        difference = integers.astype(np.int64) - zero_point.astype(np.int64)
        return np.asarray(difference.astype(np.float32) * scale, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """Numbers of the file. With `steps` the array holds integers, but the value is the real numbers. `bits`:
    of integers where these are fewer than the array's.
    """

    array: np.ndarray
    steps: Steps | None = None
    bits: int | None = None

    @property
    def dtype(self) -> str:
        """The name of its numbers' type: int4 where an int8 array holds 4 bits."""
        name = self.array.dtype.name
        return name if self.bits is None else f"{name.rstrip('8')}{self.bits}"

    def real(self) -> np.ndarray:
        """The numbers it stands for."""
        return self.array if self.steps is None else self.steps.real(self.array)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integers:
    """An 8-bit value: in the Graph always int8, `unsigned` ones (uint8 in the file) less 128. `low` and
    `high`: a clamp that is yet to be done, as of a quantization to fewer bits.
    """

    tensor: str
    layout: Layout
    unsigned: bool
    low: int = -128
    high: int = 127

    @property
    def clamped(self) -> bool:
        """Whether the tensor holds more than the value may."""
        return (self.low, self.high) != (-128, 127)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reals:
    """Real numbers that are a function of an int8 tensor, element by element: `table` (256,) float32 holds
    it, entry i for the integer whose eight bits are i. So any chain of float operators on one value between
    DequantizeLinear and QuantizeLinear is worked out as ONNX defines it, in float32.

    `grid`: the quantization of the tensor.
    """

    tensor: str
    layout: Layout
    table: np.ndarray
    grid: Quantization

    @property
    def plain(self) -> bool:
        """Whether these are the numbers that the integers stand for."""
        return bool(np.array_equal(self.table, dequantized(self.grid)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Floats:
    """A float32 tensor of the Graph: all values of a float network; of a quantized one, an input as given."""

    tensor: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class Result:
    """What the nodes of a Graph compute: a tensor and how an ONNX value lies in it."""

    tensor: str
    layout: Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Affine:
    """x * scale + shift for each channel: (C,) float64 each."""

    scale: np.ndarray
    shift: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The result of an operator that rescales: `finish` adds its node once its quantization is known.

    `low` and `high` clamp it before. `fixed`: the quantization it has where the file quantizes it no more.
    `with_bias`: the same operator with a bias (channels,) added, where it can take one; `with_affine`: with
    each channel of its result multiplied and added to, where it can be. Channels lie along the axis that is
    stored last.
    """

    layout: Layout
    finish: Callable[[Quantization, "Clamp"], Result]
    low: float = -np.inf
    high: float = np.inf
    fixed: Quantization | None = None
    with_bias: "Callable[[Constant], Value] | None" = None
    with_affine: "Callable[[Affine], Value] | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """int32 sums of products, of which no tensor is made: `real`, the same numbers, is quantized later."""

    layout: Layout
    real: Pending


@dataclass(frozen=True, slots=True)
class Clamp:
    """Bounds of real numbers, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices:
    """Places along an axis, int32: only outputs of the network."""

    tensor: str
    layout: Layout


Value = Constant | Integers | Reals | Floats | Pending | Sums | Indices
Stored = Integers | Reals | Floats | Indices

INTEGERS = np.arange(256).astype(np.uint8).view(np.int8).astype(np.int64)
"""The integer whose eight bits are i."""


def dequantized(grid: Quantization) -> np.ndarray:
    """float32 (256,): DequantizeLinear of every int8."""
    with np.errstate(over="ignore"):
        return (INTEGERS - grid.zero_point[0]).astype(np.float32) * np.float32(grid.scale[0])


def quantized(real: np.ndarray, grid: Quantization) -> np.ndarray:
    """int8: QuantizeLinear of float32 numbers: divided in float32, rounded half to even, saturated. Not a
    number becomes the zero point.
    """
    with np.errstate(all="ignore"):
        scaled = np.asarray(real, np.float32) / np.float32(grid.scale[0])
    whole = np.rint(np.nan_to_num(np.clip(scaled, -1e6, 1e6), nan=0.0)).astype(np.int64)
    return np.asarray(np.clip(whole + grid.zero_point[0], -128, 127), np.int8)
