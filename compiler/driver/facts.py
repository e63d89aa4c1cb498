"""What a measured network takes, as NAME_report.json and --json say it."""

from dataclasses import asdict

from compiler.backend import Backend
from compiler.cost.measure import Measured
from compiler.target import Target


def cost_facts(measured: Measured, backend: Backend, target: Target) -> dict[str, object]:
    """What any network takes, and which of it is estimated: keys of NAME_report.json and --json."""
    cost = measured.cost
    return {
        "core": target.core,
        "backend": backend.name,
        "ram_bytes": cost.ram_bytes,
        "arena_bytes": cost.arena_bytes,
        "state_bytes": cost.state_bytes,
        "input_bytes": cost.input_bytes,
        "flash_bytes": cost.flash_bytes,
        "flash": asdict(cost.flash),
        "stack_bytes": backend.stack_bytes(measured.program, target.core),
        "macs": cost.macs,
        "macs_left": cost.macs_left,
        "parameters": cost.parameters,
        "cycles": cost.cycles,
        "latency_us": cost.latency_us,
        "energy_uj": cost.energy_uj,
        "estimates": ["flash_bytes", "stack_bytes", "cycles", "latency_us", "energy_uj"],
    }


def layer_facts(measured: Measured) -> list[dict[str, object]]:
    """One entry for each kernel call, in order."""
    return [asdict(layer) for layer in measured.cost.layers]
