"""How many members a space has: exact where counting is feasible, else an upper bound."""

from dataclasses import dataclass
from math import log, prod

import numpy as np

from searchspace_dsl.count_tables import TooMuchWorkError
from searchspace_dsl.counting import count_members
from searchspace_dsl.sampling import walks
from searchspace_dsl.trace import trace
from searchspace_dsl.unroll import Unrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`count` distinct assignments of the active discrete decisions that satisfy every require.

    Not `exact`: an upper bound, found without the requires; `satisfying` then is the share of those counted
    that satisfies them, estimated from a thousand members drawn with a fixed seed. `reals`: real decisions,
    which are not counted.
    """

    count: int
    exact: bool
    reals: int = 0
    satisfying: float | None = None

    def __str__(self) -> str:
        text = f"{self.count:,} members" if self.exact else f"at most {self.count:,} members"
        if self.reals:
            text += f", and {self.reals} real decision{'s' if self.reals > 1 else ''}"
        if self.satisfying is not None:
            text += f"; of those drawn, {_percent(self.satisfying)} satisfy every require"
        return text


def measure_size(unrolled: Unrolled) -> Size:
    """The size of a space; exact where at most 100,000 pairs of table entries are combined on the way."""
    reals = sum(decision.cardinality is None for decision in unrolled.decisions)
    for with_requires in (True, False):
        try:
            count = count_members(unrolled, with_requires=with_requires)
        except TooMuchWorkError:
            continue
        satisfying = None if with_requires else _satisfying(unrolled)
        return Size(count=count, exact=with_requires, reals=reals, satisfying=satisfying)
    count = prod(decision.cardinality or 1 for decision in unrolled.decisions)
    return Size(count=count, exact=False, reals=reals, satisfying=_satisfying(unrolled))


def _satisfying(unrolled: Unrolled) -> float:
    """The share of members that satisfy every require.

    A member is drawn with probability 1 / the product of its active decisions' cardinalities, and weighs
    as much as that is small: Knuth's estimate of the size of a tree (Mathematics of Computation 29, 1975).
    """
    rng = np.random.default_rng(0)
    weights: list[float] = []
    holds: list[bool] = []
    for _ in range(walks(unrolled)):
        found = trace(unrolled, [decision.domain.draw(rng) for decision in unrolled.decisions])
        sizes = (unrolled.decisions[index].cardinality or 1 for index in found.active)
        weights.append(sum(map(log, sizes)))
        holds.append(found.violated is None)
    scaled = np.exp(np.array(weights) - max(weights))
    return float((scaled * np.array(holds)).sum() / scaled.sum())


def _percent(share: float) -> str:
    return f"about {share:.0%}" if share >= 0.01 or share == 0 else "less than 1%"
