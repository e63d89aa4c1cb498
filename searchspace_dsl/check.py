"""What a spec says of the target and the search. Reports every mistake."""

from typing import Literal

from searchspace_dsl.expressions import Name, Number
from searchspace_dsl.findings import Findings, nearest
from searchspace_dsl.limits import Limits
from searchspace_dsl.printing import expression_text
from searchspace_dsl.spec import Objective, SearchSettings, TargetRequest
from searchspace_dsl.syntax import LimitDecl, SearchDecl, SettingDecl, TargetDecl
from searchspace_dsl.units import factor, unit_hint, units_of

LIMITS = {"ram": "memory", "flash": "memory", "latency": "time", "macs": "count", "energy": "energy"}
COUNTS = {"trials": 1_000_000, "seed": 2**32 - 1, "keep": 1_000}


def check_target(target: TargetDecl, findings: Findings) -> TargetRequest:
    """The board asked for and its limits; wrong limits are reported and left out."""
    found: dict[str, float] = {}
    for limit in target.limits:
        if limit.name.name in found:
            findings.add("NAS030", f"`{limit.name.name}` is limited twice", limit.name.span)
        value = _limit(limit, findings)
        if value is not None:
            found[limit.name.name] = value
    whole = {name: int(found[name]) if name in found else None for name in ("ram", "flash", "macs")}
    limits = Limits(
        ram_bytes=whole["ram"],
        flash_bytes=whole["flash"],
        latency_us=found.get("latency"),
        macs=whole["macs"],
        energy_uj=found.get("energy"),
    )
    name = target.name.name if isinstance(target.name, Name) else target.name.value
    return TargetRequest(name=name, limits=limits, span=target.name.span)


def check_search(search: SearchDecl, findings: Findings) -> SearchSettings:
    """The search settings; what is not given keeps its default."""
    objectives: list[Objective] = []
    numbers: dict[str, int] = {}
    for setting in search.settings:
        key = setting.key.name
        if key in ("maximize", "minimize"):
            objective = _objective(setting, objectives, findings)
            objectives += [] if objective is None else [objective]
        elif key in COUNTS:
            if key in numbers:
                findings.add("NAS030", f"`{key}` is given twice", setting.key.span)
            numbers[key] = _count(setting, findings)
        else:
            known = ["maximize", "minimize", *COUNTS]
            findings.add("NAS031", f"unknown setting `{key}`", setting.key.span, nearest(key, known))
    defaults = SearchSettings()
    return SearchSettings(
        objectives=tuple(objectives) or defaults.objectives,
        trials=numbers.get("trials", defaults.trials),
        seed=numbers.get("seed", defaults.seed),
        keep=numbers.get("keep", defaults.keep),
    )


def _limit(limit: LimitDecl, findings: Findings) -> float | None:
    name = limit.name.name
    dimension = LIMITS.get(name)
    if dimension is None:
        findings.add("NAS031", f"unknown limit `{name}`", limit.name.span, nearest(name, LIMITS))
        return None
    if limit.comparison != "<=":
        findings.add("NAS031", f"a limit is an upper bound: `{name} <= ...`", limit.span)
        return None
    unit = limit.unit.name if limit.unit else None
    scale = factor(unit, dimension)
    if scale is None:
        if limit.unit is None:
            message = f"`{name}` needs a unit"
            findings.add("NAS032", message, limit.value.span, f"permitted: {', '.join(units_of(dimension))}")
        else:
            message = f"`{limit.unit.name}` is no unit of {name}"
            findings.add("NAS032", message, limit.unit.span, unit_hint(limit.unit.name, dimension))
        return None
    return limit.value.value * scale


def _objective(setting: SettingDecl, earlier: list[Objective], findings: Findings) -> Objective | None:
    if not isinstance(setting.value, Name):
        message = (
            f"{setting.key.name} takes the name of a score or cost, not {expression_text(setting.value)}"
        )
        findings.add("NAS031", message, setting.value.span, "for example `maximize score`, `minimize macs`")
        return None
    metric = setting.value.name
    if any(objective.metric == metric for objective in earlier):
        findings.add("NAS030", f"`{metric}` is an objective already", setting.value.span)
        return None
    direction: Literal["maximize", "minimize"] = "maximize" if setting.key.name == "maximize" else "minimize"
    return Objective(metric=metric, direction=direction, span=setting.value.span)


def _count(setting: SettingDecl, findings: Findings) -> int:
    key, value = setting.key.name, setting.value
    least = 0 if key == "seed" else 1
    if isinstance(value, Number) and isinstance(value.value, int) and least <= value.value <= COUNTS[key]:
        return value.value
    message = f"{key} cannot be {expression_text(value)}"
    findings.add("NAS031", message, value.span, f"a whole number from {least} to {COUNTS[key]}")
    return 1
