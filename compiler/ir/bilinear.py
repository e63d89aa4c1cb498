"""Where the pixels of a bilinearly resized map lie in the input, in 1/1024 of a pixel.

Formulas: TensorFlow Lite's ResizeBilinearInteger.
"""

from dataclasses import dataclass

from compiler.ir.ops import ResizeBilinear

ONE_BITS = 10
ONE = 1 << ONE_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Output pixel i of one axis lies at offset + i * step."""

    offset: int
    step: int


def positions(op: ResizeBilinear, axis: int, size: int) -> Positions:
    """Of axis 0 (rows) or 1 (columns) of an input that is `size` long there."""
    outputs = op.size[axis]
    if op.align_corners and outputs > 1:
        step = (ONE * (size - 1) + (outputs - 1) // 2) // (outputs - 1)
    else:
        step = (ONE * size + outputs // 2) // outputs
    return Positions(offset=step // 2 - ONE // 2 if op.half_pixel_centers else 0, step=step)


def stays_inside(found: Positions, outputs: int, size: int) -> bool:
    """Whether no output pixel lies past the last of the input: steps are rounded, so many of them may."""
    return (found.offset + (outputs - 1) * found.step) >> ONE_BITS < size
