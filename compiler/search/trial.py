"""One proposal and what became of it: the values a search records, resumes from and ends in."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.cost.cost import Cost
from compiler.ir.plan import MemoryPlan
from compiler.proxies.aggregate import Reference
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.spec import Objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What the measurement of one candidate gave.

    `network`: digest of the printed graph, "" where there is none. `costs` and `scores` by metric name, of
    costs only what the target can tell. `violations`: the overshoot of each broken limit, as a share of it.
    `plan` is the memory plan that code generation uses; None for what does not fit.
    """

    network: str = ""
    costs: Mapping[str, float]
    scores: Mapping[str, float]
    violations: Mapping[str, float]
    plan: MemoryPlan | None = None
    infeasible: Infeasible | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`values`: one for each objective of the spec, in its own direction and unit; None if infeasible."""

    number: int
    vector: tuple[float, ...]
    evaluation: Evaluation
    values: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How often a kind of infeasibility was met, and the first sentence that told of it."""

    kind: str
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress:
    """`stage` is "reference" while random networks are scored to compare with, then "trials"."""

    stage: str
    done: int
    total: int
    feasible: int
    front: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """`trials` by number, fewer than asked for where the space has no more; `front` by number, distinct
    networks only; `reasons` most frequent first; `reference` where the aggregate score was wanted.
    """

    objectives: tuple[Objective, ...]
    trials: tuple[Trial, ...]
    front: tuple[Trial, ...]
    reference: Reference | None
    reasons: tuple[Reason, ...]


def costs_by_metric(cost: Cost) -> dict[str, float]:
    """The figures of a cost that a spec can name. Bytes, microseconds and microjoules."""
    figures: dict[str, float] = {
        "macs": cost.macs,
        "ram": cost.ram_bytes,
        "flash": cost.flash_bytes,
        "latency": cost.latency_us,
        "cycles": cost.cycles,
        "parameters": cost.parameters,
    }
    return figures if cost.energy_uj is None else {**figures, "energy": cost.energy_uj}
