"""How a window walks over a map: which taps lie inside, and how far writing may follow reading.

The kernels walk the same way (runtime_c/include/protonas_taps.h); the costs and the overlaps follow from it.

A model file can name a map of any size, so nothing here takes time or memory by pixels or taps.
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
    return _taps_before(axis, axis.size + axis.pad) - _taps_before(axis, axis.pad)


def taps_spread(size: int, outputs: int, kernel: int, stride: int, pad: int) -> int:
    """Taps of a transposed convolution's input positions that reach its output, along one axis."""
    return taps_inside(Axis(size=outputs, outputs=size, kernel=kernel, stride=stride, dilation=1, pad=pad))


def _taps_before(axis: Axis, end: int) -> int:
    """Taps at window * stride + tap * dilation < end, summed over all windows."""
    stride, dilation = axis.stride, axis.dilation
    whole = min(max((end - 1 - (axis.kernel - 1) * dilation) // stride + 1, 0), axis.outputs)
    some = min(max((end - 1) // stride + 1, 0), axis.outputs)
    # from the last such window back, as a window has the quotient of its room before `end`, rounded up
    last = end + dilation - 1 - (some - 1) * stride
    return axis.kernel * whole + _sum_of_quotients(some - whole, dilation, stride, last)


def _sum_of_quotients(count: int, divisor: int, slope: int, start: int) -> int:
    """sum((slope * i + start) // divisor for i in range(count)), none negative, as Euclid's algorithm goes:
    what is whole is summed by formula, and the lattice points under the rest are counted from its side.
    """
    total = 0
    while count:
        total += count * (count - 1) // 2 * (slope // divisor) + count * (start // divisor)
        slope, start = slope % divisor, start % divisor
        count, start = divmod(slope * count + start, divisor)
        divisor, slope = slope, divisor
    return total


def furthest_lead(walk: Walk, written: int, read: int) -> int:
    """The largest (t + 1) * written - first(t) * read over output pixels t, where first(t) is the first input
    pixel that the window of t reads, or the number of input pixels where it reads none.

    What rows and what columns add is apart, so the furthest of each make up the furthest pixel. Time and
    memory go by the windows of either axis, and both maps' bytes must fit 63 bits.
    """
    rows, columns = walk.rows, walk.columns
    row_reads, column_reads = _first_inside(rows), _first_inside(columns)
    leads = [
        written * (row * columns.outputs + column + 1) - read * rows.size * columns.size
        for row, column in _last_that_read_nothing(row_reads, column_reads)
    ]
    row_leads = np.arange(rows.outputs) * columns.outputs * written - row_reads * columns.size * read
    column_leads = (np.arange(columns.outputs) + 1) * written - column_reads * read
    if (row_reads >= 0).any() and (column_reads >= 0).any():
        leads.append(int(row_leads[row_reads >= 0].max() + column_leads[column_reads >= 0].max()))
    return max(leads)


def _last_that_read_nothing(row_reads: np.ndarray, column_reads: np.ndarray) -> list[tuple[int, int]]:
    """(row, column) of the last pixel in a row, and of the last in a column, whose taps miss the map."""
    last_row, last_column = len(row_reads) - 1, len(column_reads) - 1
    return [
        *((int(row), last_column) for row in np.flatnonzero(row_reads < 0)[-1:]),
        *((last_row, int(column)) for column in np.flatnonzero(column_reads < 0)[-1:]),
    ]


def _first_inside(axis: Axis) -> np.ndarray:
    """(outputs,) int64: where each window's first tap on the map lies, -1 where it has none."""
    origins = np.arange(axis.outputs) * axis.stride - axis.pad
    taps = np.maximum(-(origins // axis.dilation), 0)
    first = origins + taps * axis.dilation
    return np.where((taps < axis.kernel) & (first < axis.size), first, -1)
