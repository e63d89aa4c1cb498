"""The picture of an arena over time in characters, for a terminal: calls to the right, offsets upwards."""

from collections.abc import Sequence

from compiler.ir.plan import MemoryPlan, Placement

ROWS = 16
_MOST_CALL_WIDTH = 4
_SHADES = "\N{FULL BLOCK}\N{DARK SHADE}\N{MEDIUM SHADE}\N{LIGHT SHADE}"
_LABEL_WIDTH = 11


def memory_lines(plan: MemoryPlan, calls: int, width: int) -> tuple[str, ...]:
    """Lines of at most `width` characters (40 at least).

    The first column is the time before the first call, the last the time after the last. A cell shows the
    buffer that has most of it; buffers that meet in time have shades of their own.
    """
    placed = [item for item in plan.placements if item.region == "arena" and item.bytes]
    if not placed:
        return ("the arena is empty",)
    room = max(40, width) - _LABEL_WIDTH - 2
    moments = calls + 2
    per_cell = -(-moments // room)
    cells = -(-moments // per_cell)
    call_width = max(1, min(_MOST_CALL_WIDTH, room // cells))
    rows = min(ROWS, plan.arena_bytes)
    shades = _shades(placed)
    lines = []
    for row in reversed(range(rows)):
        band = (plan.arena_bytes * row // rows, plan.arena_bytes * (row + 1) // rows)
        drawn = (_cell(placed, shades, band, (cell * per_cell - 1, per_cell)) for cell in range(cells))
        text = "".join(shade * call_width for shade in drawn)
        lines.append(f"{band[1]:>{_LABEL_WIDTH - 2},} B \N{BOX DRAWINGS LIGHT VERTICAL}{text}".rstrip())
    ruler = "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * (cells * call_width)
    lines.append(f"{'0 B':>{_LABEL_WIDTH}} \N{BOX DRAWINGS LIGHT UP AND RIGHT}{ruler}")
    unit = "one call" if per_cell == 1 else f"{per_cell} calls"
    columns = "a column" if call_width == 1 else f"{call_width} columns"
    lines.append(f"{'':{_LABEL_WIDTH}}  {columns}: {unit}, in the order they run; shades: single buffers")
    return tuple(lines)


def _cell(
    placed: Sequence[Placement], shades: Sequence[str], band: tuple[int, int], time: tuple[int, int]
) -> str:
    """The shade of whoever holds most of the bytes band[0]..band[1] in time[1] calls from time[0] on."""
    best, shade = 0, " "
    for item, own in zip(placed, shades, strict=True):
        height = min(band[1], item.offset + item.bytes) - max(band[0], item.offset)
        length = min(time[0] + time[1], item.last + 1) - max(time[0], item.first)
        if height > 0 and length > 0 and height * length > best:
            best, shade = height * length, own
    return shade


def _shades(placed: Sequence[Placement]) -> list[str]:
    """For each buffer the shade that was given longest ago among those no buffer beside it in time has."""
    chosen: dict[int, int] = {}
    used = dict.fromkeys(range(len(_SHADES)), -1)
    for turn, index in enumerate(
        sorted(range(len(placed)), key=lambda i: (placed[i].first, placed[i].offset))
    ):
        item = placed[index]
        near = {
            shade
            for other, shade in chosen.items()
            if placed[other].last + 1 >= item.first and item.last + 1 >= placed[other].first
        }
        free = [shade for shade in used if shade not in near] or list(used)
        shade = min(free, key=lambda shade: (used[shade], shade))
        chosen[index], used[shade] = shade, turn
    return [_SHADES[chosen[index]] for index in range(len(placed))]
