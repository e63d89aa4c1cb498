"""Whether a value is a whole number in every member: what indexes a list has to be."""

from searchspace_dsl.values import Compute, Constant, Item, Items, Part, Pick, PickInt, Value

_KEEP_WHOLE = frozenset({"+", "-", "*", "%", "negative", "min", "max", "abs"})


def always_whole(value: Value) -> bool:
    """True where every member evaluates `value` to an int; False where some might not."""
    match value:
        case Constant(value=number):
            return isinstance(number, int) and not isinstance(number, bool)
        case PickInt():
            return True
        case Pick(options=parts) | Item(items=parts):
            return all(always_whole(part) for part in parts)
        case Part(whole=whole, index=index):
            return _parts_whole(whole, index)
        case Compute(function="floor" | "ceil"):
            return True
        case Compute(function="round", arguments=(_, *multiple)):
            return all(always_whole(part) for part in multiple)
        case Compute(function=function, arguments=arguments):
            return function in _KEEP_WHOLE and all(always_whole(argument) for argument in arguments)
    return False


def _parts_whole(whole: Value, index: int) -> bool:
    match whole:
        case Items(items=items):
            return always_whole(items[index])
        case Constant(value=tuple() as numbers):
            return isinstance(numbers[index], int)
        case Pick(options=parts) | Item(items=parts):
            return all(_parts_whole(part, index) for part in parts)
    return False
