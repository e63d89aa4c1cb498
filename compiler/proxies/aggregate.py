"""`score`: three scores in one number, each measured against random networks of the user's own space.

Log-quantiles need no weights between terms of different units, and one bad term vetoes a network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, log

import numpy as np

SCORE = "score"
TERMS = ("naswot", "block_rank", "stage_rank")
REFERENCE_NETWORKS = 200
_LEAST_SPREAD = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Scores of random networks: one tuple of values a term, ascending. `values[i]` belongs to `TERMS[i]`."""

    values: tuple[tuple[float, ...], ...]


def make_reference(networks: list[Mapping[str, float]]) -> Reference:
    """The distribution of each term over `networks`."""
    return Reference(values=tuple(tuple(sorted(network[term] for network in networks)) for term in TERMS))


def aggregate(scores: Mapping[str, float], reference: Reference) -> float:
    """The sum over the terms of ln(quantile): at most 0, minus infinity if a term is not finite."""
    total = 0.0
    for term, values in zip(TERMS, reference.values, strict=True):
        share = quantile(scores[term], values)
        total += log(share) if share > 0 else -inf
    return total


def quantile(value: float, ascending: tuple[float, ...]) -> float:
    """Where `value` stands in a sample of n: (rank + 1/2) / (n + 1), rank counting ties by half.

    Between two sample values it is interpolated, beyond the ends it tends to 0 and 1 on the scale of the
    sample's spread, so that a better value always has a higher quantile, even above all of the sample.
    0 for a value that is not finite; 1/2 against an empty sample.
    """
    if not isfinite(value):
        return 0.0
    sample = np.array(ascending, dtype=np.float64)
    below = int(np.sum(~np.isfinite(sample)))
    sample, n = sample[below:], len(ascending)
    if len(sample) == 0:
        return (below + 0.5) / (n + 1)
    knots, counts = np.unique(sample, return_counts=True)
    ranks = below + np.cumsum(counts) - counts / 2
    shares = (ranks + 0.5) / (n + 1)
    low, high = float(knots[0]), float(knots[-1])
    spread = high - low if high - low > _LEAST_SPREAD else 1.0
    if value > high:
        return 1 - (1 - float(shares[-1])) * spread / (spread + value - high)
    if value < low:
        return float(shares[0]) * spread / (spread + low - value)
    return float(np.interp(value, knots, shares))
