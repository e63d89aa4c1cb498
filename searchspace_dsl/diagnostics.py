"""One finding about a spec: where, what, and what would be right instead."""

from dataclasses import dataclass

from searchspace_dsl.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """Prints as `file:line:column: error[CODE]: message`, the source line, and a caret with the hint.

    `source_line` is the text of the span's line (without its newline); `notes` are further lines.
    """

    code: str
    message: str
    span: Span
    source_line: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.span}: error[{self.code}]: {self.message}"]
        if self.source_line:
            lines += [f"    {self.source_line}", self._caret()]
        lines += [f"    note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _caret(self) -> str:
        before = "".join("\t" if char == "\t" else " " for char in self.source_line[: self.span.column - 1])
        same_line = self.span.end_line == self.span.line
        width = self.span.end_column - self.span.column if same_line else 1
        return f"    {before}{'^' * max(1, width)} {self.hint}".rstrip()
