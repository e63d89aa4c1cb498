"""The operators of the language: their parameters, defaults, and what each parameter may hold."""

from dataclasses import dataclass
from math import floor
from typing import Literal, TypeGuard

from searchspace_dsl.architecture import AttributeValue

Kind = Literal[
    "channels",
    "count",
    "window",
    "padding",
    "growing_padding",
    "flag",
    "pads",
    "shape",
    "slope",
    "share",
    "precision",
]
Scalar = int | float | bool | str | tuple["Scalar", ...]

PADDINGS = ("same", "same_upper", "valid")
GROWING_PADDINGS = ("same_upper", "valid")
PRECISIONS = ("int4", "int8", "int16")
LARGEST_COUNT = 65_536
LARGEST_WINDOW = 1_024
LARGEST_SIDE = 16_777_216


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
    OperatorSignature(
        name="transposed_conv",
        parameters=(
            OperatorParameter(name="filters", kind="channels"),
            _KERNEL,
            _STRIDE,
            OperatorParameter(name="padding", kind="growing_padding", default="same_upper"),
            _BIAS,
        ),
    ),
    OperatorSignature(name="dense", parameters=(OperatorParameter(name="units", kind="channels"), _BIAS)),
    OperatorSignature(name="max_pool", parameters=_POOL),
    OperatorSignature(name="average_pool", parameters=_POOL),
    OperatorSignature(name="global_average_pool"),
    OperatorSignature(name="global_max_pool"),
    OperatorSignature(name="flatten"),
    OperatorSignature(name="reshape", parameters=(OperatorParameter(name="shape", kind="shape"),)),
    OperatorSignature(name="pad", parameters=(OperatorParameter(name="pads", kind="pads"),)),
    OperatorSignature(name="upsample", parameters=(OperatorParameter(name="factor", kind="window"),)),
    OperatorSignature(name="batch_norm"),
    OperatorSignature(
        name="leaky_relu", parameters=(OperatorParameter(name="slope", kind="slope", default=0.01),)
    ),
    *(
        OperatorSignature(name=name)
        for name in (
            "relu", "relu6", "sigmoid", "tanh", "hard_sigmoid", "hard_swish", "swish", "gelu", "softmax",
        )
    ),
    OperatorSignature(name="skip"),
    OperatorSignature(name="none"),
    OperatorSignature(name="add", joins=True),
    OperatorSignature(name="mul", joins=True),
    OperatorSignature(name="concat", joins=True),
)  # fmt: skip

# What a `with` says of the compression of everything inside; no argument of an operator.
COMPRESSION: dict[str, OperatorParameter] = {
    "sparsity": OperatorParameter(name="sparsity", kind="share"),
    "weights": OperatorParameter(name="weights", kind="precision"),
    "activations": OperatorParameter(name="activations", kind="precision"),
}

# Functions of a named value of the network, and the axis of (H, W, C) that each measures.
MEASURES = {"height": 0, "width": 1, "channels": 2}

OPERATORS: dict[str, OperatorSignature] = {operator.name: operator for operator in _ALL}


def permitted(kind: Kind) -> str:
    """What a parameter of this kind may hold, for a message."""
    return {
        "channels": f"a number from 1 to {LARGEST_COUNT}",
        "count": f"a whole number from 1 to {LARGEST_COUNT}",
        "window": f"a whole number from 1 to {LARGEST_WINDOW}, or two of them: [height, width]",
        "padding": "one of same, same_upper, valid",
        "growing_padding": "same_upper or valid",
        "flag": "true or false",
        "pads": f"a whole number from 0 to {LARGEST_WINDOW}, [height, width] or [top, left, bottom, right]",
        "shape": "a list of one to three whole numbers from 1",
        "slope": "a number from 0 to 1",
        "share": "a number from 0 to less than 1",
        "precision": "one of int4, int8, int16",
    }[kind]


def convert(kind: Kind, value: Scalar, rank: int) -> AttributeValue | None:
    """`value` as the attribute of a Layer whose input has `rank` axes, or None where it is not permitted.

    A real number of channels rounds half up and is at least 1. One number for a window means a square,
    or on a series (rank 2) that many steps.
    """
    if kind in _WORDS:
        return value if isinstance(value, str) and value in _WORDS[kind] else None
    if kind == "flag":
        return value if isinstance(value, bool) else None
    if kind == "window":
        return _window(value, rank)
    if kind == "pads":
        return _pads(value, rank)
    if kind == "shape":
        return _sides(value)
    if kind in ("slope", "share"):
        return _real(value, kind)
    if kind == "channels" and isinstance(value, float) and value > 0:
        value = max(1, floor(value + 0.5))
    return value if _whole(value, LARGEST_COUNT) else None


_WORDS: dict[Kind, tuple[str, ...]] = {
    "padding": PADDINGS,
    "growing_padding": GROWING_PADDINGS,
    "precision": PRECISIONS,
}


def _window(value: Scalar, rank: int) -> tuple[int, int] | None:
    if isinstance(value, tuple):
        sides = [side for side in value if _whole(side, LARGEST_WINDOW)]
        return (sides[0], sides[1]) if len(sides) == len(value) == 2 else None
    if not _whole(value, LARGEST_WINDOW):
        return None
    return (value, 1) if rank == 2 else (value, value)


def _pads(value: Scalar, rank: int) -> tuple[int, ...] | None:
    """(top, left, bottom, right) of one, two or four numbers; on a series, of one or [before, after]."""
    given = value if isinstance(value, tuple) else (value,)
    numbers = [side for side in given if _whole(side, LARGEST_WINDOW, 0)]
    if len(numbers) < len(given):
        return None
    if rank == 2:
        return {1: (numbers[0], 0, numbers[0], 0), 2: (numbers[0], 0, numbers[-1], 0)}.get(len(numbers))
    return tuple(numbers) * (4 // len(numbers)) if len(numbers) in (1, 2, 4) else None


def _sides(value: Scalar) -> tuple[int, ...] | None:
    given = value if isinstance(value, tuple) else ()
    sides = tuple(side for side in given if _whole(side, LARGEST_SIDE))
    return sides if len(sides) == len(given) and len(sides) in (1, 2, 3) else None


def _real(value: Scalar, kind: Kind) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    below = value < 1 if kind == "share" else value <= 1
    return float(value) if value >= 0 and below else None


def _whole(value: Scalar, largest: int, least: int = 1) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= largest
