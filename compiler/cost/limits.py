"""What a network may cost at most, and by how much one costs too much."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import nlargest

from compiler.cost.cost import Cost, LayerCost
from compiler.target import Target
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.limits import Limits

BLAMED_LAYERS = 3


@dataclass(frozen=True, slots=True)
class _Rule:
    """One limit: how much is needed, how much there is, how to say either, and which layers to blame."""

    kind: str
    needed: float
    limit: float
    say: Callable[[float], str]
    of: str
    blame: Callable[[LayerCost], float]


def exceeds(cost: Cost, limits: Limits, target: Target) -> Infeasible | None:
    """Every limit that is broken in one sentence, of the first one's kind; None if all hold. Their order is
    ram, flash, latency, macs, energy.

    RAM and flash are limited by the target even where `limits` says nothing. Energy that is not known breaks
    no limit.
    """
    broken = [rule for rule in _rules(cost, limits, target) if rule.needed > rule.limit]
    if not broken:
        return None
    return Infeasible(broken[0].kind, "; it also ".join(_reason(rule, cost.layers) for rule in broken))


def violations(cost: Cost, limits: Limits, target: Target) -> dict[str, float]:
    """Every broken limit by kind, with its overshoot: needed / limit - 1; inf where the limit is 0."""
    return {
        rule.kind: rule.needed / rule.limit - 1 if rule.limit > 0 else float("inf")
        for rule in _rules(cost, limits, target)
        if rule.needed > rule.limit
    }


def _rules(cost: Cost, limits: Limits, target: Target) -> list[_Rule]:
    """Every limit there is, the target's own included."""
    ram = target.ram_bytes if limits.ram_bytes is None else min(limits.ram_bytes, target.ram_bytes)
    flash = target.flash_bytes if limits.flash_bytes is None else min(limits.flash_bytes, target.flash_bytes)
    rules = [
        _Rule("ram", cost.ram_bytes, ram, _bytes, " of RAM", lambda layer: layer.ram_bytes),
        _Rule("flash", cost.flash_bytes, flash, _bytes, " of flash", lambda layer: layer.flash_bytes),
    ]
    if limits.latency_us is not None:
        rules.append(_Rule("latency", cost.latency_us, limits.latency_us, _time, " (estimate)", _cycles_of))
    if limits.macs is not None:
        rules.append(_Rule("macs", cost.macs, limits.macs, _count, " MACs", lambda layer: layer.macs))
    if limits.energy_uj is not None and cost.energy_uj is not None:
        rules.append(_Rule("energy", cost.energy_uj, limits.energy_uj, _energy, " (estimate)", _cycles_of))
    return rules


def _reason(rule: _Rule, layers: tuple[LayerCost, ...]) -> str:
    """Without its subject: what is needed, the limit, and the layers that need most of it."""
    share = rule.say if rule.blame is not _cycles_of else _estimated_cycles
    # a layer of several calls (a concat) is one culprit: its worst call stands for it
    worst: dict[str, float] = {}
    for layer in layers:
        worst[layer.layer] = max(worst.get(layer.layer, 0.0), rule.blame(layer))
    blamed = nlargest(BLAMED_LAYERS, worst, key=worst.__getitem__)
    named = ", ".join(f"{name} ({share(worst[name])})" for name in blamed)
    blame = f"; the largest are {named}" if named else ""
    return f"needs {rule.say(rule.needed)}{rule.of}, the limit is {rule.say(rule.limit)}{blame}"


def _cycles_of(layer: LayerCost) -> float:
    return layer.cycles


def _bytes(value: float) -> str:
    return f"{value:,.0f} B"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _time(value: float) -> str:
    return f"{value / 1e3:,.1f} ms"


def _energy(value: float) -> str:
    return f"{value:,.1f} uJ"


def _estimated_cycles(value: float) -> str:
    return f"{value:,.0f} cycles"
