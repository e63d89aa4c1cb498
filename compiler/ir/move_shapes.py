"""Shapes of operators that move elements: slices, transposed axes, picks, and maps of another size."""

from compiler.ir.ops import ResizeBilinear, Slice, Take, Transpose
from compiler.ir.shape_error import require

Shape = tuple[int, ...]


def sliced(op: Slice, shape: Shape) -> Shape:
    """As many elements as it says; ShapeError where one would lie outside."""
    same = len(op.begin) == len(op.size) == len(op.strides) == len(shape)
    require(same, f"slices {len(op.begin)} axes of {shape}")
    for axis, (begin, size, stride) in enumerate(zip(op.begin, op.size, op.strides, strict=True)):
        require(size >= 1 and stride != 0, f"takes {size} elements {stride} apart of axis {axis}")
        last = begin + (size - 1) * stride
        require(
            min(begin, last) >= 0 and max(begin, last) < shape[axis], f"slices past axis {axis} of {shape}"
        )
    return op.size


def transposed(op: Transpose, shape: Shape) -> Shape:
    """The input's axes in another order."""
    require(sorted(op.permutation) == list(range(len(shape))), f"transposes {shape} by {op.permutation}")
    return tuple(shape[axis] for axis in op.permutation)


def taken(op: Take, shape: Shape) -> Shape:
    """As many elements along the axis as there are indices."""
    require(0 <= op.axis < len(shape), f"picks along axis {op.axis} of {shape}")
    require(len(op.indices) >= 1, "picks nothing")
    inside = min(op.indices) >= 0 and max(op.indices) < shape[op.axis]
    require(inside, f"picks past axis {op.axis} of {shape}")
    return (*shape[: op.axis], len(op.indices), *shape[op.axis + 1 :])


def resized(op: ResizeBilinear, shape: Shape) -> Shape:
    """A map of the size it says."""
    require(len(shape) == 3, f"takes a map (height, width, channels), not {shape}")
    require(min(op.size) >= 1, f"resizes to {op.size}")
    require(not (op.align_corners and op.half_pixel_centers), "aligns both corners and centers")
    return (*op.size, shape[2])
