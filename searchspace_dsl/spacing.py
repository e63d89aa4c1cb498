"""What stands between the words of a formatted spec: spaces, line ends, and the comments found there."""

from searchspace_dsl.comments import Comment, Gap, Place
from searchspace_dsl.concrete import Phrase, Word
from searchspace_dsl.layout import Break, Doc, Note, Text, nest

Part = Word | Phrase


def first_word(part: Part) -> Word:
    """The word that `part` begins with."""
    while isinstance(part, Phrase):
        part = part.parts[0]
    return part


def words_of(part: Part) -> list[Word]:
    """All words of `part` in order."""
    if isinstance(part, Word):
        return [part]
    return [word for inner in part.parts for word in words_of(inner)]


def space_between(previous: Part, part: Part, rule: str) -> str:
    """Whether two neighbours in a phrase that matched `rule` stand apart."""
    word = first_word(part)
    if isinstance(previous, Word) and (
        previous.text == ".." or (previous.text == "-" and rule in ("unary", "negative"))
    ):
        return ""
    called = word.text == "(" and isinstance(previous, Phrase)
    percent = word.text == "%" and word.rule == "unit"
    indexed = word.text == "[" and rule == "index"
    return "" if called or percent or indexed or word.text in (",", "..") else " "


def before(part: Part, separator: Break | Text, *, leading: bool = False, blanks: bool = False) -> list[Doc]:
    """`separator`, with the comments between `part` and what precedes it; the line ends where these need it.

    `blanks`: empty lines are kept among the comments; `leading`: also where the gap begins.
    """
    word = first_word(part)
    own = _at(word.gap, Place.OWN)
    trailing: list[Doc] = [Note(comment) for comment in _at(word.gap, Place.TRAILING)]
    inline = _inline(word, separator)
    if not own and not trailing:
        if isinstance(separator, Text):
            return [separator, *inline]
        blank = leading and word.gap.blank
        return [Break(flat=separator.flat, hard=separator.hard, blank=blank), *inline]
    ends = [*trailing, *_own_lines(own, leading=leading, blanks=blanks)]
    last = Break(hard=True, blank=word.gap.blank and (blanks if own else leading))
    return [*ends, last, *inline] if isinstance(separator, Break) else [nest(*ends, last), *inline]


def at_start(part: Part) -> list[Doc]:
    """The comments that a file begins with, before its first item."""
    return before(part, Break(hard=True), blanks=True)[1:]


def at_end(ending: Gap, *, alone: bool) -> list[Doc]:
    """The comments that a file ends with; `alone`: it holds nothing else."""
    trailing = [Note(comment) for comment in _at(ending, Place.TRAILING)]
    lines = _own_lines(_at(ending, Place.OWN), leading=not alone, blanks=True)
    return [*trailing, *(lines[1:] if alone else lines)]


def before_closing(word: Word, edge: str, *, leading: bool, blanks: bool) -> tuple[list[Doc], list[Doc]]:
    """Comments before a closing bracket that stand within it, and what stands right before it."""
    trailing = [Note(comment) for comment in _at(word.gap, Place.TRAILING)]
    inside = [*trailing, *_own_lines(_at(word.gap, Place.OWN), leading=leading, blanks=blanks)]
    inline = _inline(word, Break())
    return inside, [Break(flat=" " if inline else edge, hard=bool(inside)), *inline]


def _own_lines(comments: list[Comment], *, leading: bool, blanks: bool) -> list[Doc]:
    lines: list[Doc] = []
    for index, comment in enumerate(comments):
        blank = comment.blank and (blanks if index else leading)
        lines += [Break(hard=True, blank=blank), Note(comment)]
    return lines


def _inline(word: Word, separator: Break | Text) -> list[Doc]:
    docs: list[Doc] = []
    for comment in _at(word.gap, Place.INLINE):
        docs += [Note(comment), Text(" ")]
    if docs and isinstance(separator, Text) and not separator.text:
        docs = [Text(" "), *(docs[:-1] if word.text == "," else docs)]
    return docs


def _at(gap: Gap, place: Place) -> list[Comment]:
    return [comment for comment in gap.comments if comment.place is place]
