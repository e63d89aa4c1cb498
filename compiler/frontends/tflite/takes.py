"""GATHER, TILE, MIRROR_PAD and RESIZE_NEAREST_NEIGHBOR: which element goes where is known beforehand.

TFLM: micro/kernels of these names; kernels/internal/reference/resize_nearest_neighbor.h.
"""

from collections.abc import Mapping
from math import prod

import numpy as np

from compiler.frontends.tflite.axes import axis_of, without_batch
from compiler.frontends.tflite.call import MOST_INTEGERS, Call
from compiler.frontends.tflite.convolutions import map_shape
from compiler.ir.encode import round_half_away
from compiler.ir.ops import ResizeNearest, Take

_REFLECT = 0


def import_gather(call: Call) -> None:
    """GATHER with constant indices along one axis."""
    call.require(call.option("BatchDims") == 0, "it gathers by batch", "0 batch_dims")
    shape, indices = call.shape(call.source(0)), call.integers(1, "index list")
    axis = axis_of(call, call.option("Axis"), len(shape))
    if not indices or not all(0 <= index < shape[axis] for index in indices):
        raise call.broken(f"gathers {list(indices)[:8]} of {shape[axis]}")
    _take(call, {axis: indices})


def import_tile(call: Call) -> None:
    """TILE with constant multiples."""
    shape, multiples = call.shape(call.source(0)), call.integers(1, "multiples")
    if len(multiples) != len(shape) or min(multiples) < 1:
        raise call.broken(f"repeats {list(shape)} {list(multiples)} times")
    _check_size(call, [size * times for size, times in zip(shape, multiples, strict=True)])
    _take(
        call, {axis: tuple(range(shape[axis])) * times for axis, times in enumerate(multiples) if times > 1}
    )


def import_mirror_pad(call: Call) -> None:
    """MIRROR_PAD: REFLECT leaves the edge out, SYMMETRIC repeats it."""
    shape, numbers = call.shape(call.source(0)), call.integers(1, "padding")
    edge = 1 if call.option("Mode") == _REFLECT else 0
    if len(numbers) != 2 * len(shape):
        raise call.broken(f"pads {list(shape)} by {list(numbers)}")
    found: dict[int, tuple[int, ...]] = {}
    for axis, size in enumerate(shape):
        before, after = numbers[2 * axis], numbers[2 * axis + 1]
        if not (0 <= before <= size - edge and 0 <= after <= size - edge):
            raise call.broken(f"mirrors {[before, after]} of {size}")
        if before or after:
            head = range(before - 1 + edge, edge - 1, -1)
            tail = range(size - 1 - edge, size - 1 - edge - after, -1)
            found[axis] = (*head, *range(size), *tail)
    _take(call, found)


def import_resize_nearest(call: Call) -> None:
    """RESIZE_NEAREST_NEIGHBOR; by whole factors it is the upsampling that designed networks have."""
    height, width, depth = map_shape(call, call.source(0))
    size = call.integers(1, "size")
    made = map_shape(call, call.target())
    if size != made[:2] or made[2] != depth:
        raise call.broken(f"resizes {[height, width]} to {list(size)}; the file says {list(made)}")
    rows, columns = _nearest(call, height, made[0]), _nearest(call, width, made[1])
    if (
        rows == _repeated(height, made[0])
        and columns == _repeated(width, made[1])
        and made[:2] != (height, width)
    ):
        factors = (made[0] // height, made[1] // width)
        call.emit(ResizeNearest(factors=factors), (call.same(0, (height, width, depth)),), made)
        return
    identity = {1: tuple(range(height)), 2: tuple(range(width))}
    _take(call, {axis: found for axis, found in ((1, rows), (2, columns)) if found != identity[axis]})


def _repeated(size: int, made: int) -> tuple[int, ...] | None:
    """Each element as often as a whole factor says; None where there is none."""
    return None if made % size else tuple(index // (made // size) for index in range(made))


def _nearest(call: Call, size: int, made: int) -> tuple[int, ...]:
    """In float32, as TFLM."""
    corners, centers = bool(call.option("AlignCorners")), bool(call.option("HalfPixelCenters"))
    _check_size(call, [made])
    scale = np.float32(size) / np.float32(made)
    if corners and made > 1:
        scale = np.float32(size - 1) / np.float32(made - 1)
    places = (np.arange(made).astype(np.float32) + np.float32(0.5 if centers else 0.0)) * scale
    found = round_half_away(places) if corners else np.floor(places)
    return tuple(int(place) for place in np.clip(found, 0, size - 1))


def _check_size(call: Call, shape: list[int]) -> None:
    if max(shape) > MOST_INTEGERS or prod(shape) > 1 << 26:
        raise call.broken(f"makes {shape}")


def _take(call: Call, indices: Mapping[int, tuple[int, ...]]) -> None:
    """Along each axis in turn; the last makes the output."""
    call.build.spend(sum(map(len, indices.values())))
    (shape,), dropped = without_batch((call.shape(call.source(0)),), *indices)
    value = call.same(0, shape)
    if not indices:
        call.same_elements(call.source(0), call.target())
        call.bind(value)
        return
    *first, last = sorted(indices)
    for axis in first:
        shape = (*shape[: axis - dropped], len(indices[axis]), *shape[axis - dropped + 1 :])
        op = Take(axis=axis - dropped, indices=indices[axis])
        value = call.step(op, (value,), call.retyped(value, shape), f"axis_{axis}")
    shape = (*shape[: last - dropped], len(indices[last]), *shape[last - dropped + 1 :])
    call.emit(Take(axis=last - dropped, indices=indices[last]), (value,), shape)
