"""An evaluation as JSON-ready attributes of a recorded trial, and back without loss."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from compiler.ir.plan import MemoryPlan, Placement
from compiler.search.trial import Evaluation
from searchspace_dsl.infeasible import Infeasible


def to_attributes(evaluation: Evaluation) -> dict[str, object]:
    """What there is to tell of an evaluation, one attribute each."""
    attributes: dict[str, object] = {
        "network": evaluation.network,
        "costs": dict(evaluation.costs),
        "scores": dict(evaluation.scores),
        "violations": dict(evaluation.violations),
    }
    if evaluation.infeasible:
        attributes["infeasible"] = [evaluation.infeasible.kind, evaluation.infeasible.reason]
    if evaluation.plan:
        attributes["plan"] = _plan_to_json(evaluation.plan)
    return attributes


def from_attributes(attributes: Mapping[str, Any]) -> Evaluation:
    """The evaluation that `to_attributes` was given. KeyError where an attribute is missing."""
    plan, infeasible = attributes.get("plan"), attributes.get("infeasible")
    return Evaluation(
        network=attributes["network"],
        costs=attributes["costs"],
        scores=attributes["scores"],
        violations=attributes["violations"],
        plan=None if plan is None else _plan_from_json(plan),
        infeasible=None if infeasible is None else Infeasible(*infeasible),
    )


def _plan_to_json(plan: MemoryPlan) -> dict[str, object]:
    return {**asdict(plan), "placements": [list(asdict(place).values()) for place in plan.placements]}


def _plan_from_json(plan: Mapping[str, Any]) -> MemoryPlan:
    names = [field.name for field in fields(Placement)]
    placements = tuple(Placement(**dict(zip(names, place, strict=True))) for place in plan["placements"])
    return MemoryPlan(**{**plan, "placements": placements})
