"""Between a placement and its lower bound: prove that there is nothing, or find what is there.

A placement of a problem is one of every part of it, so the least peak of the few items around the most
crowded time is a lower bound too, and often the least peak of the whole. Small parts cost few nodes.
"""

from compiler.memory.bounds import bytes_by_time
from compiler.memory.exact import search
from compiler.memory.problem import Problem, Solution

CENTRES = 2


def close_gap(problem: Problem, known: Solution, *, node_budget: int) -> Solution:
    """A solution with peak and lower bound no further apart than those of `known`.

    Parts grow, around each of the most crowded times in turn, until one proves the peak, the whole has been
    searched, or the nodes are spent.
    """
    bound = known.lower_bound
    starts = bytes_by_time(problem)
    times = sorted(starts)
    centres = sorted(times, key=lambda time: (-starts[time], time))[:CENTRES]
    radius = 1
    while node_budget > 0:
        for position in map(times.index, centres):
            first, last = times[max(0, position - radius)], times[min(len(times) - 1, position + radius)]
            part = part_of(problem, first, last)
            whole = len(part.items) == len(problem.items)
            outcome = search(part, ceiling=known.peak, floor=bound, node_budget=node_budget)
            node_budget -= outcome.nodes
            reached = known.peak if outcome.offsets is None else part.peak(outcome.offsets)
            if outcome.exhausted:
                bound = max(bound, reached)
            if whole and outcome.offsets is not None:
                known = Solution(outcome.offsets, reached, bound)
            if bound == known.peak or whole or node_budget <= 0:
                return Solution(known.offsets, known.peak, bound)
        radius *= 2
    return Solution(known.offsets, known.peak, bound)


def part_of(problem: Problem, first: int, last: int) -> Problem:
    """The items that are live at some time in first..last, in their order."""
    kept = [index for index, item in enumerate(problem.items) if item.first <= last and item.last >= first]
    number = {index: position for position, index in enumerate(kept)}
    return Problem(
        tuple(problem.items[index] for index in kept),
        {
            (number[write], number[read]): lead
            for (write, read), lead in problem.leads.items()
            if write in number and read in number
        },
    )
