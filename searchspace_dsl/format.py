"""`protonas fmt`: a spec in the one style. Words and comments stay as they are; lines and spaces change."""

from collections.abc import Callable, Sequence

from searchspace_dsl.columns import align, rendered
from searchspace_dsl.concrete import Phrase, Word, read_phrases
from searchspace_dsl.layout import Break, Doc, Fill, Mark, Text, group, join, lay_out, nest
from searchspace_dsl.reading import check_length, check_text
from searchspace_dsl.spacing import (
    Part,
    at_end,
    at_start,
    before,
    before_closing,
    first_word,
    space_between,
    words_of,
)

_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_VALUES = frozenset({"number", "negative", "string"})


def format_text(text: str, file: str) -> str:
    """`text` in the one style: the same words and comments in the same order, so the same syntax tree.

    Only a comma that nothing follows goes. format_text(format_text(text)) == format_text(text). Raises
    SpecError, which names `file`, for a wrong syntax, and where the result would be too long for a spec.
    """
    check_text(text, file)
    whole, ending = read_phrases(text, file)
    docs: list[Doc] = []
    for index, item in enumerate(whole.parts):
        docs += before(item, Break(hard=True), leading=True, blanks=True) if index else at_start(item)
        docs.append(_doc(item))
    docs += at_end(ending, alone=not whole.parts)
    lines = lay_out(join(*docs)) if docs else []
    align(lines)
    formatted = rendered(lines)
    check_length(len(formatted.encode()), file)
    return formatted


def _doc(part: Part) -> Doc:
    if isinstance(part, Word):
        return Text(part.text)
    return _RULES.get(part.rule, _plain)(part)


def _plain(phrase: Phrase) -> Doc:
    return join(*_run(phrase.parts, phrase.rule))


def _aligned(phrase: Phrase) -> Doc:
    """`name = value`, `ram <= 64 KiB`: neighbours are aligned after the name."""
    name, *rest = _run(phrase.parts, phrase.rule)
    return join(name, Mark("="), *rest)


def _chain(phrase: Phrase) -> Doc:
    first, *rest = phrase.parts
    links: list[Doc] = []
    for arrow, element in zip(rest[::2], rest[1::2], strict=True):
        links += [*before(arrow, Break()), _doc(arrow), *before(element, Text(" ")), _doc(element)]
    return group(_doc(first), Mark("->"), nest(*links))


def _binary(phrase: Phrase) -> Doc:
    left, operator, right = phrase.parts
    rest = (*before(operator, Break()), _doc(operator), *before(right, Text(" ")), _doc(right))
    return group(_doc(left), nest(*rest))


_RULES: dict[str, Callable[[Phrase], Doc]] = {
    "binding": _aligned,
    "limit_decl": _aligned,
    "chain": _chain,
    "binary": _binary,
}


def _run(parts: Sequence[Part], rule: str) -> list[Doc]:
    """Parts in a row: words with spaces between, and brackets with what they hold."""
    docs: list[Doc] = []
    index = 0
    while index < len(parts):
        part = parts[index]
        if index:
            docs += _separated(parts[index - 1], part, rule)
        if isinstance(part, Word) and part.text in _CLOSED_BY:
            closing = _CLOSED_BY[part.text]
            end = next(i for i in range(index, len(parts)) if _is_word(parts[i], closing))
            docs.append(_bracketed(parts[index : end + 1]))
            index = end
        else:
            docs.append(_doc(part))
        index += 1
    return docs


def _separated(previous: Part, part: Part, rule: str) -> list[Doc]:
    """What stands between two parts of a phrase. After a comma outside of brackets the line may end."""
    if _is_word(previous, ",") or (isinstance(part, Phrase) and part.rule == "encoding"):
        return [nest(group(*before(part, Break())))]
    return before(part, Text(space_between(previous, part, rule)))


def _bracketed(parts: Sequence[Part]) -> Doc:
    """An opening bracket, what it holds, and the closing one. Braces stay open where the text opened them."""
    opened, *inner, closed = parts
    assert isinstance(opened, Word) and isinstance(closed, Word), "brackets are words"
    if not inner and not closed.gap.comments:
        return Text(opened.text + closed.text)
    braces = opened.text == "{"
    is_list = not braces or opened.rule == "choose_one"
    edge = " " if braces and not (is_list and all(map(_is_value, inner))) else ""
    held = _list(inner, opened.rule, edge) if is_list else _sequence(inner)
    is_sequence = not is_list
    ending, last = before_closing(closed, edge, leading=is_sequence and bool(inner), blanks=is_sequence)
    broken = braces and bool(inner) and first_word(inner[0]).gap.broken
    return group(Text(opened.text), nest(*held, *ending), *last, Text(closed.text), broken=broken)


def _sequence(parts: Sequence[Part]) -> list[Doc]:
    """Statements: one a line, or two spaces between."""
    docs: list[Doc] = []
    for index, part in enumerate(parts):
        space = "  " if index else " "
        docs += [*before(part, Break(flat=space), leading=index > 0, blanks=True), _doc(part)]
    return docs


def _list(parts: Sequence[Part], rule: str, edge: str) -> list[Doc]:
    """Items with commas behind: one a line, or many where all are single words."""
    if all(map(_is_single, parts)) and not any(
        word.gap.comments for part in parts for word in words_of(part)
    ):
        return [Break(flat=edge), Fill(tuple(_texts(parts)))]
    docs: list[Doc] = []
    start = 0
    for end in [i for i, part in enumerate(parts) if _is_word(part, ",")] + [len(parts)]:
        item, comma = parts[start:end], parts[end : end + 1]
        if item:
            docs += [*before(item[0], Break(flat=" " if start else edge)), *_run(item, rule)]
        docs += [doc for word in comma for doc in (*before(word, Text("")), _doc(word))]
        start = end + 1
    return docs


def _texts(parts: Sequence[Part]) -> list[str]:
    """The text of each item, with the comma behind it."""
    texts: list[str] = []
    for part in parts:
        text = "".join(word.text for word in words_of(part))
        if _is_word(part, ","):
            texts[-1] += text
        else:
            texts.append(text)
    return texts


def _is_word(part: Part, text: str) -> bool:
    return isinstance(part, Word) and part.text == text


def _is_value(part: Part) -> bool:
    return _is_word(part, ",") or (isinstance(part, Phrase) and part.rule in _VALUES)


def _is_single(part: Part) -> bool:
    return _is_value(part) or (isinstance(part, Phrase) and part.rule == "name")
