"""How a window walks over a map: which taps lie inside, and how far writing may follow reading.

The kernels walk the same way (runtime_c/include/protonas_taps.h); the costs and the overlaps follow from it.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from compiler.ir.ops import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis: `outputs` windows of `kernel` taps over `size` positions, `pad` before the first."""

    size: int
    outputs: int
    kernel: int
    stride: int
    dilation: int
    pad: int

    def positions(self) -> np.ndarray:
        """(outputs, kernel) int64: where each tap of each window lies, inside the map or not."""
        origins = np.arange(self.outputs) * self.stride - self.pad
        return origins[:, None] + np.arange(self.kernel)[None, :] * self.dilation

    def inside(self) -> np.ndarray:
        """(outputs, kernel) bool: whether a tap lies on the map."""
        positions = self.positions()
        return (positions >= 0) & (positions < self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Rows and columns of one windowed operator."""

    rows: Axis
    columns: Axis

    @classmethod
    def of(cls, window: Window, source_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> "Walk":
        """The walk of `window` from a map (H, W, C) to a map (H, W, C)."""
        rows, columns = (
            Axis(
                size=source_shape[axis],
                outputs=output_shape[axis],
                kernel=window.kernel[axis],
                stride=window.strides[axis],
                dilation=window.dilations[axis],
                pad=window.pads[axis],
            )
            for axis in (0, 1)
        )
        return cls(rows=rows, columns=columns)


@lru_cache(maxsize=4096)
def taps_inside(axis: Axis) -> int:
    """Taps on the map, summed over all windows of the axis."""
    return int(axis.inside().sum())


@lru_cache(maxsize=4096)
def taps_spread(size: int, outputs: int, kernel: int, stride: int, pad: int) -> int:
    """Taps of a transposed convolution's input positions that reach its output, along one axis."""
    reached = np.arange(size)[:, None] * stride + np.arange(kernel)[None, :] - pad
    return int(((reached >= 0) & (reached < outputs)).sum())


@lru_cache(maxsize=4096)
def earliest_reads(walk: Walk) -> np.ndarray:
    """(output pixels,) int64: the first input pixel that the window of this output pixel or of a later one
    reads; the number of input pixels where none reads any.
    """
    pixels = walk.rows.size * walk.columns.size
    first_row, first_column = (_first_inside(axis, pixels) for axis in (walk.rows, walk.columns))
    first = np.minimum(first_row[:, None] * walk.columns.size + first_column[None, :], pixels).ravel()
    return np.minimum.accumulate(first[::-1])[::-1]


def _first_inside(axis: Axis, never: int) -> np.ndarray:
    inside = axis.inside()
    first = np.take_along_axis(axis.positions(), inside.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(inside.any(axis=1), first, never)
