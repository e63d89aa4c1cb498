"""Collects what is wrong with a spec, so that one run reports everything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from searchspace_dsl.codes import CODES
from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.parse import line_of
from searchspace_dsl.span import Span

MOST_REPORTED = 50


@dataclass(slots=True)
class Findings:
    """Diagnostics in the order found, one for each code and place. `sources`: text by file name."""

    sources: dict[str, str]
    _found: dict[tuple[str, Span], Diagnostic] = field(default_factory=dict)

    def add(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Notes one mistake."""
        assert code in CODES, f"{code} is not in the table"
        line = line_of(self.sources[span.file], span.line) if span.file in self.sources else ""
        finding = Diagnostic(code=code, message=message, span=span, source_line=line, hint=hint)
        self._found.setdefault((code, span), finding)

    def raise_any(self) -> None:
        """Raises SpecError with everything found, in the order of the text, if there is anything."""
        if self._found:
            ordered = sorted(self._found.values(), key=lambda finding: finding.span)
            raise SpecError(tuple(ordered[:MOST_REPORTED]))


def nearest(word: str, known: Iterable[str], listed: Iterable[str] | None = None) -> str:
    """A hint that names the known word most like `word`; where none is near it lists them, or `listed`."""
    words = sorted(known)
    close = get_close_matches(word, words, 1, 0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    words = words if listed is None else sorted(listed)
    return f"known: {', '.join(words)}" if words else ""
