"""In how many ways a value is each of the values it can be, by what that says of decisions."""

from collections.abc import Callable, Iterable, Sequence

from searchspace_dsl.count_tables import NOTHING, Key, TooMuchWorkError, Work, merged
from searchspace_dsl.operators import Scalar
from searchspace_dsl.values import (
    Compute,
    Constant,
    ImpossibleError,
    Item,
    Items,
    Part,
    Pick,
    PickInt,
    Value,
    compute,
)

Distribution = dict[tuple[Key, Scalar], int]


class Distributions:
    """Those of one count. `sizes`: how many values each decision has."""

    __slots__ = ("_known", "_sizes", "_work")

    def __init__(self, sizes: Sequence[int], work: Work) -> None:
        self._sizes = sizes
        self._work = work
        self._known: dict[int, Distribution] = {}

    def of(self, value: Value) -> Distribution:
        """Of `value`: (key, what it is) -> number of ways. TooMuchWorkError where it cannot be counted."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._new(value)
        return known

    def _new(self, value: Value) -> Distribution:
        match value:
            case Constant(value=known):
                return {(NOTHING, known): 1}
            case PickInt(decision=decision, low=low, step=step):
                self._work.spend(self._sizes[decision])
                return {(frozenset({(decision, i)}), low + i * step): 1 for i in range(self._sizes[decision])}
            case Pick(decision=decision, options=options):
                return self._gathered(
                    (frozenset({(decision, i)}), 1, option) for i, option in enumerate(options)
                )
            case Item(items=items, index=index):
                taken = self.of(index).items()
                return self._gathered((key, ways, items[_index(place)]) for (key, place), ways in taken)
            case Part(whole=whole, index=place):
                return self._mapped([whole], lambda found: _item(found[0], place))
            case Items(items=items):
                return self._mapped(list(items), tuple)
            case Compute(function=function, arguments=arguments, span=span):
                return self._mapped(list(arguments), lambda found: compute(function, found, span))
        raise TooMuchWorkError

    def _gathered(self, cases: Iterable[tuple[Key, int, Value]]) -> Distribution:
        found: Distribution = {}
        for key, ways, value in cases:
            for (inner, result), times in self.of(value).items():
                self._work.spend(1)
                both = merged(key, inner)
                if both is not None:
                    found[both, result] = found.get((both, result), 0) + ways * times
        return found

    def _mapped(self, values: list[Value], apply: Callable[[list[Scalar]], Scalar]) -> Distribution:
        """The distribution of a function of values; where it cannot be computed there is no member."""
        rows: dict[tuple[Key, tuple[Scalar, ...]], int] = {(NOTHING, ()): 1}
        for value in values:
            grown: dict[tuple[Key, tuple[Scalar, ...]], int] = {}
            for (key, done), ways in rows.items():
                for (inner, result), times in self.of(value).items():
                    self._work.spend(1)
                    both = merged(key, inner)
                    if both is not None:
                        row = (both, (*done, result))
                        grown[row] = grown.get(row, 0) + ways * times
            rows = grown
        found: Distribution = {}
        for (key, row_values), ways in rows.items():
            try:
                result = apply(list(row_values))
            except ImpossibleError:
                continue
            found[key, result] = found.get((key, result), 0) + ways
        return found


def _index(value: Scalar) -> int:
    assert isinstance(value, int), "an index was checked when it was unrolled"
    return value


def _item(value: Scalar, index: int) -> Scalar:
    assert isinstance(value, tuple), "what is indexed was checked when it was unrolled"
    return value[index]
