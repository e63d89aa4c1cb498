"""The operators of the language: their parameters, defaults, and what each parameter may hold."""

from dataclasses import dataclass
from math import floor
from typing import Literal, TypeGuard

from searchspace_dsl.architecture import AttributeValue

Kind = Literal["channels", "count", "window", "padding", "flag"]
Scalar = int | float | bool | str | tuple["Scalar", ...]

PADDINGS = ("same", "same_upper", "valid")
LARGEST_COUNT = 65_536
LARGEST_WINDOW = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorParameter:
    """`default`: used where nothing is given, () for required; `copies`: takes that parameter's value."""

    name: str
    kind: Kind
    default: AttributeValue | None = ()
    copies: str | None = None

    @property
    def required(self) -> bool:
        """Whether a call has to give it."""
        return self.default == () and self.copies is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSignature:
    """An operator of one input, or (`joins`) one that merges branches."""

    name: str
    parameters: tuple[OperatorParameter, ...] = ()
    joins: bool = False


_KERNEL = OperatorParameter(name="kernel", kind="window")
_STRIDE = OperatorParameter(name="stride", kind="window", default=1)
_PADDING = OperatorParameter(name="padding", kind="padding", default="same")
_DILATION = OperatorParameter(name="dilation", kind="window", default=1)
_GROUPS = OperatorParameter(name="groups", kind="count", default=1)
_MULTIPLIER = OperatorParameter(name="multiplier", kind="count", default=1)
_BIAS = OperatorParameter(name="bias", kind="flag", default=None)
_POOL = (
    _KERNEL,
    OperatorParameter(name="stride", kind="window", copies="kernel"),
    OperatorParameter(name="padding", kind="padding", default="valid"),
)

_ALL = (
    OperatorSignature(
        name="conv",
        parameters=(
            OperatorParameter(name="filters", kind="channels"),
            _KERNEL, _STRIDE, _PADDING, _DILATION, _GROUPS, _BIAS,
        ),
    ),
    OperatorSignature(
        name="depthwise", parameters=(_KERNEL, _STRIDE, _PADDING, _DILATION, _MULTIPLIER, _BIAS)
    ),
    OperatorSignature(name="dense", parameters=(OperatorParameter(name="units", kind="channels"), _BIAS)),
    OperatorSignature(name="max_pool", parameters=_POOL),
    OperatorSignature(name="average_pool", parameters=_POOL),
    OperatorSignature(name="global_average_pool"),
    OperatorSignature(name="flatten"),
    OperatorSignature(name="batch_norm"),
    OperatorSignature(name="relu"),
    OperatorSignature(name="relu6"),
    OperatorSignature(name="softmax"),
    OperatorSignature(name="skip"),
    OperatorSignature(name="add", joins=True),
    OperatorSignature(name="mul", joins=True),
    OperatorSignature(name="concat", joins=True),
)  # fmt: skip

OPERATORS: dict[str, OperatorSignature] = {operator.name: operator for operator in _ALL}


def permitted(kind: Kind) -> str:
    """What a parameter of this kind may hold, for a message."""
    return {
        "channels": f"a number from 1 to {LARGEST_COUNT}",
        "count": f"a whole number from 1 to {LARGEST_COUNT}",
        "window": f"a whole number from 1 to {LARGEST_WINDOW}, or two of them: [height, width]",
        "padding": "one of same, same_upper, valid",
        "flag": "true or false",
    }[kind]


def convert(kind: Kind, value: Scalar, rank: int) -> AttributeValue | None:
    """`value` as the attribute of a Layer whose input has `rank` axes, or None where it is not permitted.

    A real number of channels rounds half up and is at least 1. One number for a window means a square,
    or on a series (rank 2) that many steps.
    """
    if kind == "padding":
        return value if isinstance(value, str) and value in PADDINGS else None
    if kind == "flag":
        return value if isinstance(value, bool) else None
    if kind == "window":
        return _window(value, rank)
    if kind == "channels" and isinstance(value, float) and value > 0:
        value = max(1, floor(value + 0.5))
    return value if _whole(value, LARGEST_COUNT) else None


def _window(value: Scalar, rank: int) -> tuple[int, int] | None:
    if isinstance(value, tuple):
        sides = [side for side in value if _whole(side, LARGEST_WINDOW)]
        return (sides[0], sides[1]) if len(sides) == len(value) == 2 else None
    if not _whole(value, LARGEST_WINDOW):
        return None
    return (value, 1) if rank == 2 else (value, value)


def _whole(value: Scalar, largest: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= largest
