"""How many members a space has: exact where counting is feasible, else an upper bound."""

from dataclasses import dataclass
from math import prod

from searchspace_dsl.counting import TooMuchWorkError, count_members
from searchspace_dsl.unroll import Unrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`count` distinct assignments of the active discrete decisions that satisfy every require.

    Not `exact`: an upper bound, found without the requires. `reals`: real decisions, which are not counted.
    """

    count: int
    exact: bool
    reals: int = 0

    def __str__(self) -> str:
        text = f"{self.count:,} members" if self.exact else f"at most {self.count:,} members"
        return text if not self.reals else f"{text}, and {self.reals} real decisions"


def measure_size(unrolled: Unrolled) -> Size:
    """The size of a space; exact where at most 100,000 pairs of table entries are combined on the way."""
    reals = sum(decision.cardinality is None for decision in unrolled.decisions)
    for with_requires in (True, False):
        try:
            count = count_members(unrolled, with_requires=with_requires)
        except TooMuchWorkError:
            continue
        return Size(count=count, exact=with_requires, reals=reals)
    return Size(
        count=prod(decision.cardinality or 1 for decision in unrolled.decisions), exact=False, reals=reals
    )
