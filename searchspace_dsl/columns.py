"""What stands in columns: neighbouring lines that say alike, and the comments behind lines."""

from collections.abc import Iterator

from searchspace_dsl.layout import WIDTH, Line

_WIDEST_PADDING = 16
_COMMENT_DISTANCE = 2


def align(lines: list[Line]) -> None:
    """Pads `lines` in place.

    `=` of neighbouring bindings, comparisons of neighbouring limits, and the first `->` of neighbouring
    chains that go on with the same words stand below each other, unless that takes more than 16 spaces or
    makes a line too long. Comments behind the lines of one declaration share a column, the furthest at which
    none of them gets too long for it; lines that reach further keep theirs to themselves.
    """
    for run in _runs(lines):
        _align_run(run)
    for section in _sections(lines):
        _align_comments(section)


def rendered(lines: list[Line]) -> str:
    """The text of `lines`, each ended."""
    return "".join(("\n" if line.blank else "") + _text(line) + "\n" for line in lines)


def _text(line: Line) -> str:
    code = " " * line.indent + line.code if line.code else ""
    return code + " " * line.padding + line.comment if line.comment else code


def _runs(lines: list[Line]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in lines:
        if run and (line.blank or _alignment(line) != _alignment(run[0])):
            yield run
            run = []
        if _alignment(line) is not None:
            run.append(line)
    yield run


def _alignment(line: Line) -> tuple[int, str, str] | None:
    """Lines with the same one are aligned: indent, kind, and for a chain how it goes on."""
    if not line.marks:
        return None
    kind, offset = line.marks[0]
    rest = line.code[offset:]
    return (line.indent, kind, rest if kind == "->" else "") if rest else None


def _align_run(run: list[Line]) -> None:
    if len(run) < 2:
        return
    offsets = [line.marks[0][1] for line in run]
    furthest = max(offsets)
    too_wide = any(line.width + furthest - offset > WIDTH for line, offset in zip(run, offsets, strict=True))
    if too_wide or furthest - min(offsets) > _WIDEST_PADDING:
        return
    for line, offset in zip(run, offsets, strict=True):
        line.code = line.code[:offset] + " " * (furthest - offset) + line.code[offset:]


def _sections(lines: list[Line]) -> Iterator[list[Line]]:
    """Declarations: each begins after an empty line, without indent."""
    section: list[Line] = []
    for line in lines:
        if line.blank and line.indent == 0:
            yield section
            section = []
        section.append(line)
    yield section


def _align_comments(section: list[Line]) -> None:
    commented = [line for line in section if line.comment and line.code]
    widths = sorted({line.width for line in commented}, reverse=True)
    column = next((width for width in widths if _all_fit(commented, width)), 0)
    for line in commented:
        line.padding = max(0, column - line.width) + _COMMENT_DISTANCE


def _all_fit(commented: list[Line], column: int) -> bool:
    """Whether no comment gets too long by standing behind `column`, of the lines that end before it."""
    room = WIDTH - column - _COMMENT_DISTANCE
    moved = [line for line in commented if line.width < column]
    return all(len(line.comment) <= room or len(line.comment) > room + column - line.width for line in moved)
