"""What a spec may maximize or minimize: costs, zero-shot scores, and their aggregate."""

from collections.abc import Iterable
from difflib import get_close_matches

import numpy as np

from compiler.proxies.aggregate import SCORE, TERMS, Reference, aggregate
from compiler.proxies.registry import find_proxy, proxies
from compiler.search.trial import Evaluation
from compiler.target import Target
from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.span import Span
from searchspace_dsl.spec import Objective, Spec

COSTS = ("macs", "ram", "flash", "latency", "energy", "cycles", "parameters")


def check_objectives(spec: Spec, target: Target | None) -> None:
    """SpecError: NAS201 for a metric nobody knows, NAS202 for energy on a board whose power is unknown,
    NAS203 for a metric named twice.
    """
    objectives = spec.search.objectives
    assert objectives, "a spec that names no objective has the default ones"
    found = [_problem(spec, objective, target) for objective in objectives]
    seen: set[str] = set()
    for objective in objectives:
        metric = _canonical(objective.metric)
        if metric in seen:
            found.append(_diagnostic(spec, objective, "NAS203", f"{objective.metric} is named twice"))
        seen.add(metric)
    if diagnostics := tuple(filter(None, found)):
        raise SpecError(diagnostics)


def needed_scores(objectives: Iterable[Objective]) -> tuple[str, ...]:
    """Names of the scores that the objectives are made of, sorted."""
    names: set[str] = set()
    for objective in objectives:
        metric = _canonical(objective.metric)
        names.update(TERMS if metric == SCORE else {metric} - set(COSTS))
    return tuple(sorted(names))


def wants_aggregate(objectives: Iterable[Objective]) -> bool:
    """Whether random networks to compare with are needed."""
    return any(objective.metric == SCORE for objective in objectives)


def objective_values(
    evaluation: Evaluation, objectives: Iterable[Objective], reference: Reference | None
) -> tuple[float, ...]:
    """One number for each objective, in its own unit and direction. For feasible evaluations."""
    return tuple(
        float(_value(evaluation, _canonical(objective.metric), reference)) for objective in objectives
    )


def maximized(values: np.ndarray, objectives: tuple[Objective, ...]) -> np.ndarray:
    """(n, m) objective values with the sign of those to be minimized turned: larger is better."""
    signs = np.array([1.0 if objective.direction == "maximize" else -1.0 for objective in objectives])
    signed: np.ndarray = values.reshape(-1, len(objectives)) * signs
    return signed


def _value(evaluation: Evaluation, metric: str, reference: Reference | None) -> float:
    if metric == SCORE:
        assert reference is not None, "the aggregate was asked for, so its reference was made"
        return aggregate(evaluation.scores, reference)
    return evaluation.scores[metric] if metric in evaluation.scores else evaluation.costs[metric]


def _canonical(metric: str) -> str:
    proxy = find_proxy(metric)
    return proxy.name if proxy else metric


def _problem(spec: Spec, objective: Objective, target: Target | None) -> Diagnostic | None:
    known = (SCORE, *COSTS, *proxies())
    metric = _canonical(objective.metric)
    if metric not in known:
        near = get_close_matches(objective.metric, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(known)}"
        return _diagnostic(spec, objective, "NAS201", f"no metric is called {objective.metric}", hint)
    if metric == "energy" and target and target.active_milliwatts is None:
        message = f"energy is unknown on {target.name}, whose description gives no power"
        return _diagnostic(spec, objective, "NAS202", message)
    return None


def _diagnostic(spec: Spec, objective: Objective, code: str, message: str, hint: str = "") -> Diagnostic:
    span = objective.span or Span(file=spec.path, line=1, column=1, end_line=1, end_column=1)
    lines = spec.text.splitlines()
    source_line = lines[span.line - 1] if span.line <= len(lines) else ""
    return Diagnostic(code=code, message=message, span=span, source_line=source_line, hint=hint)
