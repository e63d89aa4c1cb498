"""The arena over time in characters: every buffer is where the plan puts it."""

from hypothesis import given
from hypothesis import strategies as st

from compiler.ir.plan import MemoryPlan, Placement
from compiler.report.memory_text import ROWS, memory_lines


def plan(*blocks: tuple[int, int, int, int]) -> MemoryPlan:
    """Blocks as (offset, bytes, first, last)."""
    placements = tuple(
        Placement(buffer=f"b{index}", region="arena", offset=at, bytes=size, first=first, last=last)
        for index, (at, size, first, last) in enumerate(blocks)
    )
    end = max((at + size for at, size, _, _ in blocks), default=0)
    return MemoryPlan(placements=placements, arena_bytes=end, state_bytes=0, lower_bound_bytes=end)


def picture(lines: tuple[str, ...]) -> list[str]:
    return [line.split("\N{BOX DRAWINGS LIGHT VERTICAL}")[1] for line in lines[:-2]]


def test_two_buffers_that_meet_look_different() -> None:
    rows = picture(memory_lines(plan((0, 16, -1, 0), (16, 16, 0, 1)), 1, 60))
    assert len(rows) == ROWS
    upper, lower = rows[0], rows[-1]
    assert lower == "\N{FULL BLOCK}" * 8
    assert upper == " " * 4 + "\N{DARK SHADE}" * 8


def test_nothing_is_drawn_of_no_bytes() -> None:
    assert memory_lines(plan(), 3, 80) == ("the arena is empty",)


blocks = st.tuples(st.integers(0, 500), st.integers(1, 300), st.integers(-1, 30), st.integers(0, 9))


@given(st.lists(blocks, min_size=1, max_size=12), st.integers(40, 120))
def test_lines_are_no_wider_than_asked(found: list[tuple[int, int, int, int]], width: int) -> None:
    made = plan(*((at, size, first, min(31, first + length)) for at, size, first, length in found))
    lines = memory_lines(made, 31, width)
    assert all(len(line) <= max(width, 90) for line in lines)
    assert all(len(line) <= width for line in lines[:-1])
