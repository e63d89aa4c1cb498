"""Give every buffer of a program its bytes: the plan that the search counts and the generated C uses."""

from collections.abc import Mapping, Sequence

from compiler.ir.plan import MemoryPlan, Placement
from compiler.ir.program import OWN_REGIONS, Buffer, Program, Region
from compiler.memory.lifetimes import Lifetimes, lifetimes
from compiler.memory.overlaps import permitted
from compiler.memory.place import place
from compiler.memory.problem import Item, Problem

NODE_BUDGET = 1_000
REGIONS: tuple[Region, ...] = ("arena", "state", "input")


def plan_memory(program: Program, *, node_budget: int = NODE_BUDGET) -> MemoryPlan:
    """Places inputs, outputs, values and scratch in the arena, states and inputs outside in blocks of their
    own; offsets in bytes.

    Offsets are relative to a block that is aligned to the largest alignment in it. The search spends at most
    `node_budget` nodes when the cheap orders miss the lower bound. Buffers that nothing uses are left out.
    """
    live = lifetimes(program)
    arena, state, outside = (_in_region(program, live, region) for region in REGIONS)
    in_arena = place(_problem(arena, live, permitted(program, live)), node_budget=node_budget)
    in_state = place(_problem(state, live, {}), node_budget=node_budget)
    in_input = place(_problem(outside, live, {}), node_budget=node_budget)
    return MemoryPlan(
        placements=(
            *_placements(arena, live, in_arena.offsets, "arena"),
            *_placements(state, live, in_state.offsets, "state"),
            *_placements(outside, live, in_input.offsets, "input"),
        ),
        arena_bytes=in_arena.peak,
        state_bytes=in_state.peak,
        lower_bound_bytes=in_arena.lower_bound,
        input_bytes=in_input.peak,
    )


def _in_region(program: Program, live: Lifetimes, region: Region) -> list[Buffer]:
    """The buffers that hold something at some time and lie there, in the program's order."""
    return [
        buffer
        for buffer in program.buffers
        if buffer.name in live.of and OWN_REGIONS.get(buffer.kind, "arena") == region
    ]


def _problem(buffers: Sequence[Buffer], live: Lifetimes, leads: Mapping[tuple[str, str], int]) -> Problem:
    """The buffers, in their order, as a placement problem."""
    index = {buffer.name: position for position, buffer in enumerate(buffers)}
    return Problem(
        tuple(
            Item(buffer.bytes, live.of[buffer.name].first, live.of[buffer.name].last, buffer.alignment)
            for buffer in buffers
        ),
        {(index[write], index[read]): lead for (write, read), lead in leads.items()},
    )


def _placements(
    buffers: Sequence[Buffer], live: Lifetimes, offsets: Sequence[int], region: Region
) -> tuple[Placement, ...]:
    """The buffers at their offsets."""
    return tuple(
        Placement(
            buffer=buffer.name,
            region=region,
            offset=offset,
            bytes=buffer.bytes,
            first=live.of[buffer.name].first,
            last=live.of[buffer.name].last,
        )
        for buffer, offset in zip(buffers, offsets, strict=True)
    )
