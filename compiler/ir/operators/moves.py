"""Operators that move elements, or interpolate between them."""

from dataclasses import dataclass

from compiler.ir.operators.attributes import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Concat:
    """Joins two or more inputs along `axis` (counted from 0, without the batch)."""

    axis: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Along each axis `size` elements from `begin` on, `strides` apart; strides may be negative, not 0."""

    begin: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transpose:
    """Axis i of the output is axis permutation[i] of the input (without the batch)."""

    permutation: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Along `axis`, element k of the output is element indices[k] of the input: gathering, tiling, mirroring
    and resizing by nearest neighbours."""

    axis: int
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """A border of `value`: how many elements (before, after) each axis, one pair for each."""

    pads: tuple[Pair, ...]
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizeNearest:
    """(H, W, C) -> (H * factors[0], W * factors[1], C): every pixel becomes a block of copies."""

    factors: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizeBilinear:
    """(H, W, C) -> (*size, C), as TFLite defines its two ways to align the maps."""

    size: Pair
    align_corners: bool = False
    half_pixel_centers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape:
    """Same numbers in the same order; the new shape is the output tensor's."""
