"""A candidate that cannot be: a value, not an exception, because a search meets thousands of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why a member of a space is not a network, or does not fit.

    `kind` groups reasons for statistics: "shape", "require", "ram", "flash", "latency", "macs",
    "energy", "no kernel". `reason` is one sentence for a person.
    """

    kind: str
    reason: str
