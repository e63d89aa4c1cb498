"""Text to syntax tree. The only module that knows Lark; a wrong text leaves it as one friendly diagnostic."""

import re
from collections import deque
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternStr

from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.span import Span
from searchspace_dsl.syntax import File
from searchspace_dsl.tree import build_file

DEEPEST_TREE = 120
LONGEST_SHOWN_LINE = 200

_STATEMENT = frozenset({"NAME", "CHOOSE", "REPEAT", "RESIDUAL", "WITH"})
_VALUE = frozenset({"NUMBER", "NAME", "LPAR", "CHOOSE"})
_CONTINUES = frozenset(
    {
        "PLUS",
        "MINUS",
        "TIMES",
        "DIVIDE",
        "MODULO",
        "COMPARE",
        "AND",
        "OR",
        "NOT",
        "LPAR",
        "LSQB",
        "ARROW",
        "AS",
    }
    | {"STEP", "TIED", "REQUIRE", "EQUAL", "PERCENT", "DOTS", "REPEAT", "RESIDUAL", "WITH", "CHOOSE"}
)
_SOFT_KEYWORDS = frozenset({"INPUT", "RESIZE", "CLASSES", "DATA", "RANGE", "MEAN", "STD"})
_DECLARATIONS = frozenset({"TASK", "TARGET", "SEARCH", "BLOCK", "ARCH", "IMPORT"})
_CALLED = {
    "NAME": "a name",
    "NUMBER": "a number",
    "QUANTITY": "a number",
    "STRING": "a string",
    "UNIT": "a unit",
    "COMPARE": "a comparison",
    "$END": "the end of the file",
}


def parse_text(text: str, file: str) -> File:
    """The syntax tree of `text`; spans name `file`. Raises SpecError with one diagnostic."""
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise SpecError((_syntax_error(error, text, file),)) from None
    deep = _too_deep(tree)
    if deep is not None:
        span = _span_of_offset(text, deep, 1, file)
        message = "nested too deeply for anyone to read; name the inner parts as blocks"
        raise SpecError((_diagnostic("NAS003", message, span, text, ""),))
    try:
        return build_file(tree, file)
    except SpecError as error:
        shown = (replace(found, source_line=line_of(text, found.span.line)) for found in error.diagnostics)
        raise SpecError(tuple(shown)) from None


def keywords() -> tuple[str, ...]:
    """Every word the grammar itself uses, sorted."""
    found = [
        terminal.pattern.value
        for terminal in _grammar().terminals
        if isinstance(terminal.pattern, PatternStr)
    ]
    return tuple(sorted(word for word in found if word.isalpha()))


@cache
def _grammar() -> Lark:
    text = files("searchspace_dsl").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True, maybe_placeholders=True)


def line_of(text: str, line: int) -> str:
    """Line number `line` as a diagnostic shows it: without its end; empty where it is too long to read."""
    found = text.split("\n", line)[line - 1].rstrip("\r")
    return found if len(found) <= LONGEST_SHOWN_LINE else ""


def _too_deep(tree: Tree[Token]) -> int | None:
    """Offset of the first piece deeper than any pass may recurse, or None."""
    waiting: deque[tuple[Tree[Token], int]] = deque([(tree, 1)])
    while waiting:
        node, depth = waiting.popleft()
        if depth > DEEPEST_TREE:
            return int(node.meta.start_pos) if not node.meta.empty else 0
        waiting.extend((child, depth + 1) for child in node.children if isinstance(child, Tree))
    return None


def _syntax_error(error: UnexpectedInput, text: str, file: str) -> Diagnostic:
    offset = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    if isinstance(error, UnexpectedCharacters):
        span = _span_of_offset(text, offset, 1, file)
        return _diagnostic("NAS002", f"{_character(text, offset)} has no meaning here", span, text, "")
    assert isinstance(error, UnexpectedToken)
    ended = error.token.type == "$END"
    if ended:
        offset = len(text.rstrip())
    expected = _expected(error)
    found = "the file ends" if ended else f"found `{_shortened(str(error.token))}`"
    span = _span_of_offset(text, offset, 1 if ended else len(str(error.token)), file)
    hint = _meant(error, text[:offset])
    return _diagnostic("NAS002", f"expected {expected}, but {found}", span, text, hint)


def _character(text: str, offset: int) -> str:
    char = text[offset]
    if char == '"':
        return "a string that does not end on its line"
    if char.isdigit():
        return f"`{_shortened(re.split(r'[^0-9A-Za-z_.]', text[offset : offset + 60])[0])}`"
    return f"`{char}`" if char.isprintable() else f"the character U+{ord(char):04X}"


def _expected(error: UnexpectedToken) -> str:
    accepted = _accepted(error)
    if "NAME" in accepted:
        accepted -= _SOFT_KEYWORDS
    words: list[str] = []
    if accepted >= _DECLARATIONS:
        words.append("a declaration (`task`, `target`, `search`, `block`, `arch`)")
        accepted -= _DECLARATIONS | {"NAME", "TIED", "REQUIRE", "$END"}
    elif accepted >= _VALUE:
        words.append("a value")
        accepted -= _VALUE | {"STRING", "LSQB", "LBRACE", "MINUS"}
    elif accepted >= _STATEMENT:
        words.append("an operator")
        accepted -= _STATEMENT | {"REQUIRE"}
    rest = accepted - _CONTINUES or (accepted if not words else set())
    words = [*sorted(_shown(name) for name in rest), *words]
    return _either(words)


def _accepted(error: UnexpectedToken) -> set[str]:
    parser: Any = error.interactive_parser  # lark's accepts() has no annotations
    return set(parser.accepts()) if parser is not None else set()


def _shown(terminal: str) -> str:
    if terminal in _CALLED:
        return _CALLED[terminal]
    pattern = _grammar().get_terminal(terminal).pattern
    return f"`{pattern.value}`" if isinstance(pattern, PatternStr) else terminal.lower()


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _meant(error: UnexpectedToken, before: str) -> str:
    """What to write instead: a comparison, no comma, or a keyword like this word or the one before."""
    accepted = _accepted(error)
    if error.token.type == "EQUAL" and "COMPARE" in accepted:
        return "a limit is written `<=`" if accepted == {"COMPARE"} else "to compare write `==`"
    if error.token.type == "COMMA" and "RBRACE" in accepted:
        return "no commas here: a space or a new line separates"
    allowed = [_shown(name).strip("`") for name in sorted(accepted)]
    close = get_close_matches(str(error.token), [word for word in allowed if word.isalpha()], 1, 0.7)
    if not close:
        previous = re.search(r"([A-Za-z_]+)\s*$", before)
        close = (
            get_close_matches(previous[1], keywords(), 1, 0.7)
            if previous and previous[1] not in keywords()
            else []
        )
    return f"did you mean `{close[0]}`?" if close else ""


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _span_of_offset(text: str, offset: int, width: int, file: str) -> Span:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Span(file, line, column, line, column + max(1, width))


def _diagnostic(code: str, message: str, span: Span, text: str, hint: str) -> Diagnostic:
    source_line = line_of(text, span.line)
    return Diagnostic(code=code, message=message, span=span, source_line=source_line, hint=hint)
