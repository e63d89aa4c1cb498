"""How small and how large an unrolled value can get: what loops unroll to and lists are checked against."""

from itertools import product

from searchspace_dsl.values import (
    Compute,
    Constant,
    ImpossibleError,
    Item,
    Items,
    Part,
    Pick,
    PickInt,
    PickReal,
    Value,
    compute,
)

Bounds = tuple[float, float]
MOST_CORNERS_OF = 8
UNBOUNDED: Bounds = (float("-inf"), float("inf"))

_MONOTONE = ("+", "-", "*", "min", "max", "floor", "ceil", "negative")


def bounds(value: Value, known: dict[int, Bounds] | None = None) -> Bounds:
    """(smallest, largest) that a number can be over all members; perhaps too wide, never too narrow."""
    known = {} if known is None else known
    found = known.get(id(value))
    if found is None:
        found = known[id(value)] = _bounds(value, known)
    return found


def leaves(value: Value) -> list[Value] | None:
    """The constants and ranges that a value is one of, or None where it is computed."""
    if isinstance(value, Pick):
        parts: list[Value] = []
        for option in value.options:
            inner = leaves(option)
            if inner is None:
                return None
            parts += inner
        return parts
    if isinstance(value, Items):
        constant = all(isinstance(item, Constant) for item in value.items)
        return [value] if constant else None
    return [value] if isinstance(value, Constant | PickInt | PickReal) else None


def _bounds(value: Value, known: dict[int, Bounds]) -> Bounds:
    match value:
        case Constant(value=int() | float() as number):
            return number, number
        case PickInt() | PickReal():
            return value.low, value.high
        case Pick(options=parts) | Item(items=parts):
            return _union([bounds(part, known) for part in parts])
        case Part(whole=whole, index=index):
            return _part_bounds(whole, index, known)
        case Compute():
            return _computed(value, known)
    return UNBOUNDED


def _part_bounds(whole: Value, index: int, known: dict[int, Bounds]) -> Bounds:
    match whole:
        case Items(items=items):
            return bounds(items[index], known)
        case Pick(options=parts) | Item(items=parts):
            return _union([_part_bounds(part, index, known) for part in parts])
    return UNBOUNDED


def _computed(value: Compute, known: dict[int, Bounds]) -> Bounds:
    parts = [bounds(argument, known) for argument in value.arguments]
    if value.function == "%" and parts[1][0] > 0:
        return 0, parts[1][1]
    if value.function == "abs":
        low, high = parts[0]
        return (0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    finite = all(abs(side) != float("inf") for part in parts for side in part)
    monotone = value.function in _MONOTONE or (value.function in ("/", "round") and _constant_divisor(parts))
    if not (finite and monotone):
        return UNBOUNDED
    if len(parts) > MOST_CORNERS_OF:
        return UNBOUNDED
    try:
        corners = [compute(value.function, list(corner), value.span) for corner in product(*parts)]
    except ImpossibleError:
        return UNBOUNDED
    numbers = [corner for corner in corners if isinstance(corner, int | float)]
    return min(numbers), max(numbers)


def _constant_divisor(parts: list[Bounds]) -> bool:
    return len(parts) == 1 or (parts[1][0] == parts[1][1] and parts[1][0] != 0)


def _union(parts: list[Bounds]) -> Bounds:
    return min(low for low, _ in parts), max(high for _, high in parts)
