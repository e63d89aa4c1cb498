"""Reorder independent calls so that less is live at once."""

from dataclasses import replace
from heapq import heappop, heappush

from compiler.ir.program import Program
from compiler.memory.footprint import Footprint, Step, footprint_of
from compiler.memory.placement import plan_memory
from compiler.memory.precedence import indices, predecessors, stretches

NODE_BUDGET = 1_000


def schedule(program: Program, *, node_budget: int = NODE_BUDGET) -> Program:
    """The program with its calls in an order that needs no more RAM than the given one, often less.

    Chains come back at once. Between points that every order passes, the order that needs the fewest live
    bytes is found by best-first search over sets of finished calls, of at most `node_budget` sets in all; a
    stretch that would take more is finished greedily. The new order is kept only if its plan is smaller.
    """
    order = _best_order(program, node_budget)
    if order == tuple(range(len(program.calls))):
        return program
    reordered = replace(program, calls=tuple(program.calls[index] for index in order))
    return reordered if _is_smaller(reordered, program) else program


def _is_smaller(reordered: Program, program: Program) -> bool:
    """Whether its plan is. That the given order has more live at once settles it without a second plan."""
    arena_bytes = plan_memory(reordered).arena_bytes
    footprint = footprint_of(program)
    live_bytes = _needed(footprint, 0, footprint.first_step(), tuple(range(len(program.calls))))
    return arena_bytes < live_bytes or arena_bytes < plan_memory(program).arena_bytes


def _best_order(program: Program, node_budget: int) -> tuple[int, ...]:
    """The calls' indices, stretch by stretch; a stretch that needs no more than some call alone stays."""
    before = predecessors(program)
    runs = stretches(before)
    if all(len(run) == 1 for run in runs):
        return tuple(range(len(before)))
    footprint = footprint_of(program)
    floor = max(footprint.alone(call) for call in range(len(before)))
    order: list[int] = []
    step, done = footprint.first_step(), 0
    for run in runs:
        chosen = run
        if len(run) > 1 and _needed(footprint, done, step, run) > floor:
            chosen, spent = _search(footprint, before, done, step, run, floor, node_budget)
            node_budget -= spent
        for call in chosen:
            step = footprint.step(done, step, call)
            done |= 1 << call
        order += chosen
    return tuple(order)


def _needed(footprint: Footprint, done: int, step: Step, order: tuple[int, ...]) -> int:
    """The most bytes live at once while `order` runs."""
    needed = 0
    for call in order:
        step = footprint.step(done, step, call)
        needed = max(needed, step.needed_bytes)
        done |= 1 << call
    return needed


def _search(
    footprint: Footprint,
    before: tuple[int, ...],
    done: int,
    step: Step,
    run: tuple[int, ...],
    floor: int,
    node_budget: int,
) -> tuple[tuple[int, ...], int]:
    """The order of a run whose peak is least, and the sets of finished calls that were looked at.

    What is live depends on the set of finished calls alone, so the first time the whole run is finished at
    the head of a queue ordered by peak, that peak is the least (a bottleneck shortest path). Peaks below
    `floor` are as good as `floor`. Once the budget is spent, the head of the queue is followed greedily.
    """
    whole = done | sum(1 << call for call in run)
    queue: list[tuple[int, int, int, tuple[int, ...], int, Step]] = [(floor, 0, 0, (), done, step)]
    seen: set[int] = set()
    while True:
        peak, _, _, order, done, step = heappop(queue)
        if done == whole:
            return order, len(seen)
        if len(seen) >= node_budget:
            queue.clear()
        elif done in seen:
            continue
        seen.add(done)
        for call in indices(whole & ~done):
            if before[call] & ~done:
                continue
            after = footprint.step(done, step, call)
            needed = max(peak, after.needed_bytes)
            entry = (needed, -len(order) - 1, after.live_bytes, (*order, call), done | 1 << call, after)
            heappush(queue, entry)
