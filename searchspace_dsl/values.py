"""Expressions after unrolling: constants, decisions by their coordinate, and arithmetic over both.

Evaluating one marks the decisions it reads: a decision is active in a member when something of it reads it.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, isfinite
from typing import Any, Literal

from searchspace_dsl.operators import Scalar
from searchspace_dsl.span import Span

Type = Literal["number", "truth", "word", "list"]
LARGEST_NUMBER = 1e15
STAND_IN = 1


class ImpossibleError(Exception):
    """Ends the elaboration of one member; never leaves this package, where it becomes an Infeasible."""

    def __init__(self, kind: str, reason: str, span: Span | None = None) -> None:
        self.kind = kind
        self.reason = reason
        self.span = span
        super().__init__(reason)


@dataclass(slots=True)
class Run:
    """One walk over a space for one vector. `active`: decisions read so far, in the order of reading.

    `shapes`: of every value of the network made so far; None where the walk makes no network.
    `slots`: values of the network that names stand for.
    """

    vector: list[float]
    shapes: Mapping[str, tuple[int, ...]] | None = None
    active: dict[int, None] = field(default_factory=dict)
    memo: dict[int, Scalar] = field(default_factory=dict)
    measured: dict[int, Scalar] = field(default_factory=dict)
    slots: dict[int, str] = field(default_factory=dict)

    def keep(self, slot: int, value: str) -> None:
        """Names a value of the network; what was measured of the slot's last value no longer holds."""
        self.slots[slot] = value
        self.measured.clear()

    def read(self, decision: int) -> float:
        """The coordinate of a decision, which thereby is active."""
        self.active[decision] = None
        return self.vector[decision]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Value:
    """`steps`: how deeply it is built of other values, which bounds the recursion of every walk.

    `measured`: it depends on the shape of a value of the network, so only arguments of operators may use it.
    """

    type: Type
    steps: int = 1
    measured: bool = False

    def evaluate(self, run: Run) -> Scalar:
        """What it is in the member that `run` walks. Raises ImpossibleError."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constant(Value):
    """Known when the spec is loaded."""

    value: Scalar

    def evaluate(self, run: Run) -> Scalar:
        """The constant."""
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pick(Value):
    """The option of a Choice."""

    decision: int
    options: tuple[Value, ...]

    def evaluate(self, run: Run) -> Scalar:
        """The value of the option taken; the others are not read."""
        return self.options[int(run.read(self.decision))].evaluate(run)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PickInt(Value):
    """A number of an IntRange; of a Choice, the index of its option."""

    decision: int
    low: int
    high: int
    step: int

    def evaluate(self, run: Run) -> Scalar:
        """low + index * step."""
        return self.low + int(run.read(self.decision)) * self.step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PickReal(Value):
    """A number of a RealRange."""

    decision: int
    low: float
    high: float

    def evaluate(self, run: Run) -> Scalar:
        """The coordinate is the number."""
        return run.read(self.decision)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Items(Value):
    """A list of values."""

    items: tuple[Value, ...]

    def evaluate(self, run: Run) -> Scalar:
        """All of them, in order."""
        return tuple(item.evaluate(run) for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item(Value):
    """The item of a list at an index, which lies within it. Other items are not read."""

    items: tuple[Value, ...]
    index: Value

    def evaluate(self, run: Run) -> Scalar:
        """The item alone."""
        index = self.index.evaluate(run)
        assert isinstance(index, int)
        return self.items[index].evaluate(run)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part(Value):
    """An item, at a constant index, of a list that is itself decided."""

    whole: Value
    index: int

    def evaluate(self, run: Run) -> Scalar:
        """The item; the list is read as a whole."""
        whole = self.whole.evaluate(run)
        assert isinstance(whole, tuple)
        return whole[self.index]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured(Value):
    """A side of a named value of the network: `axis` of (H, W, C), of (T, C) with W = 1, or of (N,)."""

    slot: int
    axis: int
    span: Span
    measured: bool = True

    def evaluate(self, run: Run) -> Scalar:
        """The side; in a walk that makes no network a stand-in that nothing looks at."""
        if run.shapes is None:
            return STAND_IN
        shape = run.shapes.get(run.slots[self.slot])
        if shape is None:  # the value is none, and so is all that is made of it
            return STAND_IN
        if self.axis == 2:
            return shape[-1]
        if self.axis == 1:
            return shape[1] if len(shape) == 3 else 1
        return shape[0] if len(shape) > 1 else 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compute(Value):
    """A function of other values; all of them are read."""

    function: str
    arguments: tuple[Value, ...]
    span: Span

    def evaluate(self, run: Run) -> Scalar:
        """The result, remembered for the rest of the run: a named value may be used very often."""
        memo = run.measured if self.measured else run.memo
        known = memo.get(id(self))
        if known is None:
            arguments = [argument.evaluate(run) for argument in self.arguments]
            blind = self.measured and run.shapes is None
            known = STAND_IN if blind else compute(self.function, arguments, self.span)
            memo[id(self)] = known
        return known


def compute(function: str, arguments: list[Scalar], span: Span) -> Scalar:
    """Applies a function to values of the right types. Raises ImpossibleError, e.g. on a division by zero."""
    result: Scalar | None = FUNCTIONS[function].apply(*arguments)
    if result is None:
        raise ImpossibleError("shape", f"division by zero (line {span.line})", span)
    if isinstance(result, int | float) and not (isfinite(result) and abs(result) <= LARGEST_NUMBER):
        raise ImpossibleError("shape", f"a number beyond 10^15 (line {span.line})", span)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """`least` to `most` arguments, all of type `takes` (None: of any one type but list).

    `apply` gives None where there is no result. Its arguments were checked when the value was built.
    """

    apply: Callable[..., Any]
    takes: Type | None = "number"
    gives: Type = "number"
    least: int = 2
    most: int = 2


def _divide(left: float, right: float) -> float | None:
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


def _rest(left: float, right: float) -> float | None:
    return None if right == 0 else left % right


def _round(number: float, multiple: float = 1) -> float | None:
    return None if multiple == 0 else floor(number / multiple + 0.5) * multiple


FUNCTIONS: dict[str, Function] = {
    "+": Function(apply=operator.add),
    "-": Function(apply=operator.sub),
    "*": Function(apply=operator.mul),
    "/": Function(apply=_divide),
    "%": Function(apply=_rest),
    "<": Function(apply=operator.lt, gives="truth"),
    "<=": Function(apply=operator.le, gives="truth"),
    ">": Function(apply=operator.gt, gives="truth"),
    ">=": Function(apply=operator.ge, gives="truth"),
    "==": Function(apply=operator.eq, takes=None, gives="truth"),
    "!=": Function(apply=operator.ne, takes=None, gives="truth"),
    "and": Function(apply=operator.and_, takes="truth", gives="truth"),
    "or": Function(apply=operator.or_, takes="truth", gives="truth"),
    "not": Function(apply=operator.not_, takes="truth", gives="truth", least=1, most=1),
    "negative": Function(apply=operator.neg, least=1, most=1),
    "min": Function(apply=min, most=99),
    "max": Function(apply=max, most=99),
    "abs": Function(apply=abs, least=1, most=1),
    "floor": Function(apply=floor, least=1, most=1),
    "ceil": Function(apply=ceil, least=1, most=1),
    "round": Function(apply=_round, least=1),
}

NAMED_FUNCTIONS = frozenset(
    name for name in FUNCTIONS if name.isalpha() and name not in ("and", "or", "not", "negative")
)


def steps_over(parts: tuple[Value, ...]) -> int:
    """The depth of a value built of `parts`."""
    return 1 + max((part.steps for part in parts), default=0)


def measured_in(parts: tuple[Value, ...]) -> bool:
    """Whether a value built of `parts` depends on a shape."""
    return any(part.measured for part in parts)
