"""From a candidate's vector to what it costs and scores. Runs in worker processes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

import numpy as np

from compiler import plugins
from compiler.backend import Backend
from compiler.cost.limits import exceeds, violations
from compiler.cost.measure import Measured, measure
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.ir.print import print_graph
from compiler.proxies.registry import score_graph
from compiler.search.streams import Stream, stream
from compiler.search.trial import Evaluation, costs_by_metric
from compiler.target import Target
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.limits import Limits
from searchspace_dsl.load import load_text
from searchspace_dsl.spec import Spec

_REFERENCE_DRAWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that an evaluation depends on besides the vector. Small: it travels with every task."""

    spec_text: str
    spec_path: str
    backend: str
    target: Target
    limits: Limits
    seed: int
    scores: tuple[str, ...]
    inputs_outside: bool = False


@lru_cache(maxsize=1)
def _load(spec_text: str, spec_path: str, backend: str) -> tuple[Spec, Backend]:
    return load_text(spec_text, spec_path), plugins.backend(backend)


def evaluate(setting: Setting, vector: tuple[float, ...]) -> Evaluation:
    """Elaborates, costs, and only if it fits, scores one candidate. Same setting and vector, same result."""
    candidate = _measure(setting, vector)
    if isinstance(candidate, Evaluation):
        return candidate
    graph, measured, network = candidate
    costs = costs_by_metric(measured.cost)
    if excess := exceeds(measured.cost, setting.limits, setting.target):
        over = violations(measured.cost, setting.limits, setting.target)
        return Evaluation(network=network, costs=costs, scores={}, violations=over, infeasible=excess)
    scores = score_graph(graph, setting.scores, setting.seed) if setting.scores else {}
    if unusable := _unusable(scores):
        return Evaluation(network=network, costs=costs, scores={}, violations={}, infeasible=unusable)
    assert scores is not None, "a disconnected network is unusable"
    return Evaluation(network=network, costs=costs, scores=scores, violations={}, plan=measured.plan)


def score_random_network(setting: Setting, number: int) -> dict[str, float] | None:
    """Scores of the `number`th random network to compare with: of 10 draws the first that fits the target.

    If none does, the smallest by MACs, so that a space with huge members costs no hours; None where none is
    a network at all.
    """
    spec, _ = _load(setting.spec_text, setting.spec_path, setting.backend)
    rng = stream(setting.seed, Stream.REFERENCE, number)
    smallest: tuple[float, Graph] | None = None
    for _ in range(_REFERENCE_DRAWS):
        candidate = _measure(setting, tuple(spec.space.sample(rng).tolist()))
        if isinstance(candidate, Evaluation):
            continue
        graph, measured, _ = candidate
        fits = exceeds(measured.cost, setting.limits, setting.target) is None
        if fits or smallest is None or measured.cost.macs < smallest[0]:
            smallest = (measured.cost.macs, graph)
        if fits:
            break
    scores = score_graph(smallest[1], setting.scores, setting.seed) if smallest else None
    return None if _unusable(scores) else scores


def _measure(setting: Setting, vector: tuple[float, ...]) -> tuple[Graph, Measured, str] | Evaluation:
    """The graph, its measurement and the digest of its printed form, or why there is none."""
    spec, backend = _load(setting.spec_text, setting.spec_path, setting.backend)
    architecture = spec.space.elaborate(np.array(vector, dtype=np.float64))
    if isinstance(architecture, Infeasible):
        return _impossible(architecture)
    graph = graph_from_architecture(
        architecture, name=spec.name, encoding=spec.task.encoding, labels=spec.task.labels
    )
    if isinstance(graph, Infeasible):
        return _impossible(graph)
    measured = measure(graph, backend, setting.target, inputs_outside=setting.inputs_outside)
    if isinstance(measured, Infeasible):
        return _impossible(measured)
    return graph, measured, hashlib.sha256(print_graph(graph).encode()).hexdigest()


def _impossible(infeasible: Infeasible) -> Evaluation:
    return Evaluation(costs={}, scores={}, violations={}, infeasible=infeasible)


def _unusable(scores: Mapping[str, float] | None) -> Infeasible | None:
    if scores is None:
        return Infeasible("disconnected", "the output does not depend on the input")
    wrong = [name for name, score in scores.items() if not isfinite(score)]
    return Infeasible("score", f"{', '.join(wrong)} cannot be computed for this network") if wrong else None
