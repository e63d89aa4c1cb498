"""Axes as operators of TFLite count them, and as the IR does: without a leading batch of 1."""

from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call


def axis_of(call: Call, axis: int, rank: int) -> int:
    """An axis counted from the front; negative ones count from the end."""
    if not -rank <= axis < rank:
        raise call.broken(f"has axis {axis} of {rank}")
    return axis % rank


def without_batch(shapes: tuple[Shape, ...], *touched: int) -> tuple[tuple[Shape, ...], int]:
    """Shapes of one rank without their first axis, and 1; as they are, and 0, where that axis is not 1 in all
    of them, is the only one, or is among those that the operator touches."""
    if 0 in touched or any(len(shape) < 2 or shape[0] != 1 for shape in shapes):
        return shapes, 0
    return tuple(shape[1:] for shape in shapes), 1
