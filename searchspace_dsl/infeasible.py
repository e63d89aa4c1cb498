"""A candidate that cannot be: a value, not an exception, because a search meets thousands of them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """A node that stops a network: `why`, and the `nearest` form that would not."""

    operator: str
    node: str
    why: str
    nearest: str

    def __str__(self) -> str:
        return f"{self.operator} {self.node!r} ({self.why})"


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why a member of a space is not a network, or does not fit.

    `kind` groups reasons for statistics: "shape", "require", "ram", "flash", "latency", "macs",
    "energy", "no kernel". `reason` is one sentence for a person. `culprits`: where single nodes are to blame,
    each of them.
    """

    kind: str
    reason: str
    culprits: tuple[Culprit, ...] = field(default=(), compare=False)
