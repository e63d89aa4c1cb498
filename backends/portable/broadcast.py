"""How two operands that broadcast are walked: the output's axes joined to as few as the kernels have."""

from dataclasses import dataclass
from itertools import accumulate
from operator import mul

from backends.portable.source import Fields

MOST_AXES = 4
"""Loops of the kernels that broadcast (runtime_c/include/protonas_broadcast.h), rows included."""

_AXES = ("outer", "middle", "inner", "row")

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """`size` indices; from one to the next so many elements of each operand, 0 where it is repeated."""

    size: int
    left_step: int
    right_step: int


def joined_axes(left: Shape, right: Shape) -> tuple[Axis, ...]:
    """The output's axes, outermost first: those of size 1 left out, neighbours joined where both operands
    go on evenly from one to the other. At least one, its steps then 0 or 1."""
    rank = max(len(left), len(right))
    ours, other = ((1,) * (rank - len(shape)) + shape for shape in (left, right))
    joined: list[Axis] = []
    for a, b, left_step, right_step in zip(ours, other, _steps(ours), _steps(other), strict=True):
        axis = Axis(size=max(a, b), left_step=left_step, right_step=right_step)
        if axis.size == 1:
            continue
        if joined and _follows(joined[-1], axis):
            axis = Axis(size=joined.pop().size * axis.size, left_step=left_step, right_step=right_step)
        joined.append(axis)
    return tuple(joined) or (Axis(size=1, left_step=0, right_step=0),)


def broadcast_fields(axes: tuple[Axis, ...], left: str = "left", right: str = "right") -> Fields:
    """At most MOST_AXES axes as parameter fields, axes of size 1 in front. An empty name leaves its steps
    out."""
    padded = (Axis(size=1, left_step=0, right_step=0),) * (MOST_AXES - len(axes)) + axes
    assert len(padded) == MOST_AXES, axes
    named = tuple(zip(_AXES, padded, strict=True))
    return (
        *((f"{name}_size", axis.size) for name, axis in named),
        *((f"{left}_{name}_step", axis.left_step) for name, axis in named if left),
        *((f"{right}_{name}_step", axis.right_step) for name, axis in named if right),
    )


def _steps(shape: Shape) -> tuple[int, ...]:
    """Elements from one index of each axis to the next; 0 where there is one index only."""
    inside = tuple(accumulate(reversed(shape), mul, initial=1))[-2::-1]
    return tuple(0 if size == 1 else step for size, step in zip(shape, inside, strict=True))


def _follows(before: Axis, axis: Axis) -> bool:
    return before.left_step == axis.left_step * axis.size and before.right_step == axis.right_step * axis.size
