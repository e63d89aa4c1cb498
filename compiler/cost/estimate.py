"""Add up what a planned program costs on a target. The figures of single calls come from the backend."""

from collections.abc import Sequence
from itertools import accumulate
from operator import add

from compiler.backend import Backend
from compiler.cost.cost import Cost, FlashCost, LayerCost
from compiler.ir.plan import MemoryPlan, Placement
from compiler.ir.program import Constant, KernelCall, Program
from compiler.target import Target


def estimate(
    program: Program, plan: MemoryPlan, target: Target, backend: Backend, *, macs: int, parameters: int
) -> Cost:
    """The cost of `program` placed by `plan`; `macs` and `parameters` are counted before batch-norm folding.

    Latency in us is cycles over the clock, energy in uJ the latency times the active power, None where the
    target doesn't know its power. A constant is charged to the first call that uses it; one that no call uses
    is not linked.
    """
    kept_bytes = plan.state_bytes + plan.input_bytes
    ram_bytes = [live + kept_bytes for live in bytes_in_use(plan, len(program.calls))]
    constants_bytes = _constants_by_call(program)
    calls_bytes = [backend.call_bytes(call, target.core) for call in program.calls]
    flash_bytes = map(add, constants_bytes, calls_bytes)
    cycles = [backend.cycles(call, target.core) for call in program.calls]
    latency_us = sum(cycles) / target.clock_hz * 1e6
    return Cost(
        arena_bytes=plan.arena_bytes,
        state_bytes=plan.state_bytes,
        flash=FlashCost(
            constants_bytes=sum(constants_bytes),
            kernels_bytes=sum(backend.kernel_bytes(program, target.core).values()),
            calls_bytes=sum(calls_bytes),
        ),
        macs=macs,
        parameters=parameters,
        cycles=sum(cycles),
        latency_us=latency_us,
        energy_uj=None if target.active_milliwatts is None else latency_us * target.active_milliwatts / 1e3,
        layers=tuple(map(_layer, program.calls, ram_bytes, flash_bytes, cycles)),
        input_bytes=plan.input_bytes,
    )


def _layer(call: KernelCall, ram_bytes: int, flash_bytes: int, cycles: int) -> LayerCost:
    return LayerCost(
        layer=call.layer,
        kernel=call.kernel,
        macs=call.macs,
        ram_bytes=ram_bytes,
        flash_bytes=flash_bytes,
        cycles=cycles,
        fallback=call.fallback,
    )


def bytes_in_use(plan: MemoryPlan, calls: int) -> tuple[int, ...]:
    """For each call the bytes of the arena that hold something live; a shared byte counts once."""
    live: list[list[Placement]] = [[] for _ in range(calls)]
    for placement in sorted(plan.placements, key=lambda placement: placement.offset):
        if placement.region == "arena":
            for call in range(max(placement.first, 0), min(placement.last + 1, calls)):
                live[call].append(placement)
    return tuple(map(_covered, live))


def _covered(ascending: Sequence[Placement]) -> int:
    """The bytes that at least one of the placements covers; they come by ascending offset."""
    ends = accumulate((placement.offset + placement.bytes for placement in ascending), max, initial=0)
    return sum(
        max(0, placement.offset + placement.bytes - max(end, placement.offset))
        for placement, end in zip(ascending, ends, strict=False)
    )


def _constants_by_call(program: Program) -> tuple[int, ...]:
    """Bytes of the constants that each call is the first to use, padded to their alignment."""
    constants = {constant.name: constant for constant in program.constants}

    def first_used(call: KernelCall) -> int:
        names = dict.fromkeys(name for _, name in call.constants)
        return sum(_linked_bytes(constants.pop(name)) for name in names if name in constants)

    return tuple(first_used(call) for call in program.calls)


def _linked_bytes(constant: Constant) -> int:
    """What a constant takes in flash, padding before the next one included."""
    return -(-constant.bytes // constant.alignment) * constant.alignment
