"""A look at a space before any search: how many members fit, what stops the others, how far sizes reach."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from compiler.search.evaluate import Setting, evaluate
from compiler.search.streams import Stream, stream
from searchspace_dsl.spec import Spec

_CHUNK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Of `sampled` random members, `fitting` keep all limits; `rejected` counts the kinds of infeasibility,
    and `examples` has the reason of the first of each.

    `smallest` and `largest` by cost name ("macs", "ram", "flash"), of all that are networks, fitting or not.
    """

    sampled: int
    fitting: int
    rejected: Mapping[str, int]
    examples: Mapping[str, str]
    smallest: Mapping[str, float]
    largest: Mapping[str, float]


def survey(spec: Spec, setting: Setting, samples: int, pool: Executor) -> Survey:
    """Costs `samples` members drawn uniformly over the decision tree; `setting` asks for no scores."""
    assert not setting.scores, "a survey only costs"
    vectors = [
        tuple(spec.space.sample(stream(setting.seed, Stream.SURVEY, number)).tolist())
        for number in range(samples)
    ]
    evaluations = list(pool.map(evaluate, [setting] * samples, vectors, chunksize=_CHUNK))
    costs = [evaluation.costs for evaluation in evaluations if evaluation.costs]
    stopped = [evaluation.infeasible for evaluation in evaluations if evaluation.infeasible]
    kinds = Counter(infeasible.kind for infeasible in stopped)
    metrics = ("macs", "ram", "flash") if costs else ()
    return Survey(
        sampled=samples,
        fitting=samples - kinds.total(),
        rejected=dict(kinds.most_common()),
        examples={infeasible.kind: infeasible.reason for infeasible in reversed(stopped)},
        smallest={metric: min(cost[metric] for cost in costs) for metric in metrics},
        largest={metric: max(cost[metric] for cost in costs) for metric in metrics},
    )
