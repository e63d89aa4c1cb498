"""A spec word by word: the parse tree with every token and comment, which the syntax tree leaves out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

from lark import Lark, Token, Tree

from searchspace_dsl.comments import Gap, Place, merged, read_gap, settled
from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.parse import line_of, parse_text
from searchspace_dsl.span import Span

DEEPEST_PHRASE = 150
_CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})
_BROKEN_BEFORE = frozenset({"chain", "binary"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One token: `kind` is its terminal in grammar.lark, `rule` what it is part of, `gap` what is before."""

    kind: str
    text: str
    rule: str
    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What one rule of grammar.lark matched. Never empty, unless the whole file is."""

    rule: str
    parts: tuple["Word | Phrase", ...]


def read_phrases(text: str, file: str) -> tuple[Phrase, Gap]:
    """The concrete tree of `text`, and the gap that ends it. Raises SpecError as parse_text does.

    Lines can be broken after commas and before `->` and arithmetic: comments that stand on the other side of
    one move there, past nothing but it. A comma before a closing bracket is left out.
    """
    parse_text(text, file)
    tree = _grammar().parse(text)
    found = _tokens(tree, text, file)
    words = []
    start = 0
    for token, rule in found:
        offset = int(token.start_pos or 0)
        gap = read_gap(text, start, offset, last=False)
        words.append(Word(kind=token.type, text=str(token), rule=rule, gap=gap))
        start = offset + len(token)
    ending = read_gap(text, start, len(text), last=True)
    dropped = {i for i, (word, after) in enumerate(pairwise(words)) if _idle(word, after)}
    arranged = enumerate(_arranged(words, dropped))
    phrase = _phrase(tree, (None if index in dropped else word for index, word in arranged))
    return phrase, ending


@cache
def _grammar() -> Lark:
    text = files("searchspace_dsl").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True, keep_all_tokens=True)


def _tokens(tree: Tree[Token], text: str, file: str) -> list[tuple[Token, str]]:
    """Every token in order, with the rule it is part of. Raises SpecError where brackets nest too deeply."""
    found: list[tuple[Token, str]] = []
    waiting: list[tuple[Tree[Token] | Token | None, str, int]] = [(tree, "", 1)]
    while waiting:
        node, rule, depth = waiting.pop()
        if isinstance(node, Token):
            found.append((node, rule))
        elif node is not None:
            if depth > DEEPEST_PHRASE:
                raise _too_deep(node, text, file)
            waiting.extend((child, str(node.data), depth + 1) for child in reversed(node.children))
    return found


def _too_deep(node: Tree[Token], text: str, file: str) -> SpecError:
    line, column = node.meta.line, node.meta.column
    span = Span(file, line, column, line, column + 1)
    message = "nested too deeply to format; name the inner parts"
    source_line = line_of(text, line)
    return SpecError((Diagnostic(code="NAS003", message=message, span=span, source_line=source_line),))


def _idle(word: Word, after: Word) -> bool:
    return word.kind == "COMMA" and after.kind in _CLOSING


def _arranged(words: Sequence[Word], dropped: set[int]) -> list[Word]:
    """The words with comments moved to the side of a comma or operator where a line may end."""
    gaps = [word.gap for word in words]
    for index, word in enumerate(words[:-1]):
        if index in dropped or (word.kind == "COMMA" and gaps[index].breaks):
            gaps[index + 1] = merged(gaps[index], gaps[index + 1])
            gaps[index] = Gap()
        elif word.rule in _BROKEN_BEFORE and gaps[index + 1].breaks:
            after = gaps[index + 1]
            moving = tuple(c for c in after.comments if c.place is not Place.INLINE)
            staying = tuple(c for c in after.comments if c.place is Place.INLINE)
            gaps[index] = replace(gaps[index], comments=settled((*gaps[index].comments, *moving)))
            gaps[index + 1] = replace(after, comments=staying)
    return [replace(word, gap=gap) for word, gap in zip(words, gaps, strict=True)]


def _phrase(tree: Tree[Token], words: Iterator[Word | None]) -> Phrase:
    parts: list[Word | Phrase] = []
    for child in tree.children:
        if isinstance(child, Tree):
            parts.append(_phrase(child, words))
        elif child is not None and (word := next(words)) is not None:
            parts.append(word)
    return Phrase(rule=str(tree.data), parts=tuple(parts))
