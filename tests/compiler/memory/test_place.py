"""Placement as a bare problem: the same peak as trying every offset, and bounds that are bounds."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.memory.bounds import lower_bound
from compiler.memory.exact import search
from compiler.memory.place import greedy, place
from compiler.memory.problem import Item, Problem


@st.composite
def problems(draw: st.DrawFn, max_items: int = 5, max_size: int = 5) -> Problem:
    """A few small items over a few times; leads between those that meet at one time only."""
    items = []
    for _ in range(draw(st.integers(1, max_items))):
        first = draw(st.integers(0, 4))
        last = draw(st.integers(first, min(first + 3, 5)))
        size, alignment = draw(st.integers(0, max_size)), draw(st.sampled_from((1, 1, 1, 2, 4)))
        items.append(Item(size, first, last, alignment))
    pairs = [
        (write, read)
        for write, read in product(range(len(items)), repeat=2)
        if write != read and items[write].first == items[read].last
    ]
    one_way = [pair for pair in pairs if pair[::-1] not in pairs or pair[0] < pair[1]]
    chosen = draw(st.lists(st.sampled_from(one_way), unique=True)) if one_way else []
    return Problem(tuple(items), {pair: draw(st.sampled_from((0, 0, 1, 2))) for pair in chosen})


def is_legal(problem: Problem, offsets: tuple[int, ...]) -> bool:
    items = problem.items
    for one, other in product(range(len(items)), repeat=2):
        if one >= other or items[one].first > items[other].last or items[other].first > items[one].last:
            continue
        apart = any(
            offsets[low] + items[low].size <= offsets[high]
            or offsets[low] + problem.leads.get((low, high), items[low].size) <= offsets[high]
            for low, high in ((one, other), (other, one))
        )
        if not apart and items[one].size and items[other].size:
            return False
    return all(offset % item.alignment == 0 for offset, item in zip(offsets, items, strict=True))


def least_peak(problem: Problem) -> int:
    """By trying every offset of every item under every ceiling."""
    items = problem.items
    ceiling = 0
    while True:
        ranges = [range(0, ceiling - item.size + 1, item.alignment) for item in items]
        if _any_legal(problem, (), ranges):
            return ceiling
        ceiling += 1


def _any_legal(problem: Problem, placed: tuple[int, ...], ranges: list[range]) -> bool:
    count = len(placed)
    part = Problem(
        problem.items[:count],
        {pair: lead for pair, lead in problem.leads.items() if max(pair) < count},
    )
    if not is_legal(part, placed):
        return False
    if count == len(ranges):
        return True
    return any(_any_legal(problem, (*placed, offset), ranges) for offset in ranges[count])


@given(problems())
@settings(max_examples=250, deadline=None)
def test_the_peak_is_that_of_trying_everything(problem: Problem) -> None:
    solution = place(problem, node_budget=10_000)
    least = least_peak(problem)
    assert is_legal(problem, solution.offsets)
    assert solution.peak == solution.lower_bound == least
    assert lower_bound(problem) <= least


@given(problems())
@settings(max_examples=250, deadline=None)
def test_search_alone_finds_the_least_peak_and_proves_it(problem: Problem) -> None:
    ceiling = sum(item.size + item.alignment for item in problem.items) + 1
    outcome = search(problem, ceiling=ceiling, floor=-1, node_budget=100_000)
    assert outcome.exhausted
    assert outcome.offsets is not None or all(item.size == 0 for item in problem.items)
    if outcome.offsets is not None:
        assert is_legal(problem, outcome.offsets)
        assert problem.peak(outcome.offsets) == least_peak(problem)


@given(problems(max_items=12, max_size=60))
@settings(max_examples=200, deadline=None)
def test_every_greedy_order_is_legal_and_above_the_bound(problem: Problem) -> None:
    bound = lower_bound(problem)
    for offsets in greedy(problem, bound):
        assert is_legal(problem, offsets)
        assert problem.peak(offsets) >= bound


@given(problems(max_items=10, max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_spent_budget_still_gives_a_legal_plan_and_claims_nothing(problem: Problem) -> None:
    hurried, patient = place(problem, node_budget=1), place(problem, node_budget=20_000)
    assert is_legal(problem, hurried.offsets)
    assert hurried.lower_bound <= patient.peak <= hurried.peak
