"""What the user sees: progress and messages on stderr, results on stdout, JSON alone there when asked for."""

import json
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence

from compiler.errors import InternalError
from searchspace_dsl.errors import NasError, SpecError

_REPORT_BUG = "this is a bug in protonas: please report it with the command and the files it was given"
_SECONDS_BETWEEN_LINES = 5.0
_UNLIMITED = 1_000_000
_LEAST_WORD = 6
_SHORT = 8
_RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"


class Console:
    """One for each run of the command."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self._live = sys.stderr.isatty()
        self._last_line = 0.0
        self._shown = 0

    def note(self, text: str) -> None:
        """One line on stderr."""
        self._clear()
        print(f"protonas: {text}", file=sys.stderr, flush=True)

    def error(self, error: NasError) -> None:
        """A diagnostic on stderr: as it is for specs, one line with `error:` for the rest."""
        self._clear()
        text = str(error) if isinstance(error, SpecError) else f"protonas: error: {error}"
        print(text, file=sys.stderr)
        if isinstance(error, InternalError):
            print(f"protonas: {_REPORT_BUG}", file=sys.stderr, flush=True)

    def progress(self, text: str, *, done: bool = False) -> None:
        """Rewrites one line on a terminal; elsewhere prints a line every few seconds, and the last one."""
        if self._live:
            self._clear()
            # a line that wraps could not be taken back
            shown = text if done else text[: shutil.get_terminal_size().columns - 1]
            print(shown, end="\n" if done else "", file=sys.stderr, flush=True)
            self._shown = 0 if done else len(shown)
            return
        now = time.monotonic()
        if done or now - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = now
            print(text, file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self._shown:
            print("\r\x1b[2K", end="", file=sys.stderr)
            self._shown = 0

    def result(self, content: Mapping[str, object]) -> None:
        """The one JSON object of --json; nothing otherwise."""
        if self.json:
            print(json.dumps(content, indent=2, allow_nan=False))

    def line(self, text: str = "") -> None:
        """A line of a result on stdout; nothing under --json."""
        if not self.json:
            self._clear()
            print(text)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table on stdout; columns whose header starts with "<" are aligned left, the others right.

        On a narrow terminal columns stand closer and words on the left go on in further lines. Nothing is
        cut: where numbers alone are too wide, the terminal wraps.
        """
        if self.json:
            return
        from rich import box
        from rich.console import Console as RichConsole
        from rich.table import Table
        from rich.text import Text

        space = shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNLIMITED
        texts = [list(row) for row in rows]
        needed = _needed(columns, texts)
        padding = 1 if sum(needed) + _borders(len(needed), 1) - 1 <= space else 0
        widths = _fitted(columns, needed, space - _borders(len(needed), padding) + 1)
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, padding))
        for column, width in zip(columns, widths, strict=True):
            left = column.startswith("<")
            header = column.removeprefix("<")
            table.add_column(
                header, justify="left" if left else "right", width=width, no_wrap=not left, overflow="fold"
            )
        for row in texts:
            table.add_row(*map(Text, row))
        self._clear()
        shown = RichConsole(width=sum(widths) + _borders(len(widths), padding), highlight=False)
        with shown.capture() as captured:
            shown.print(table)
        # cells end in a border of spaces, the rule in one more dash
        lines = (line.rstrip().removesuffix(_RULE) for line in captured.get().split("\n"))
        print("\n".join(lines), end="")


def _borders(columns: int, padding: int) -> int:
    """What rich puts around and between the cells of a row; the last of it is a space at a line's end."""
    return (1 + 2 * padding) * columns + 1


def _needed(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column that holds its cells in one line."""
    return [
        max(len(header.removeprefix("<")), *(len(row[place]) for row in rows), 0)
        for place, header in enumerate(columns)
    ]


def _fitted(columns: Sequence[str], needed: Sequence[int], space: int) -> list[int]:
    """The width of each column in `space` for all: what it needs, words on the left less where they must."""
    widths = list(needed)
    words = (place for place, header in enumerate(columns) if header.startswith("<"))
    least = {place: max(_LEAST_WORD, len(columns[place]) - 1) for place in words if widths[place] > _SHORT}
    for _ in range(max(0, sum(widths) - space)):
        longest = max(least, key=lambda place: widths[place] - least[place], default=None)
        if longest is None or widths[longest] <= least[longest]:
            break
        widths[longest] -= 1
    return widths
