"""Documents and their layout in lines (P. Wadler, "A prettier printer", 2003): where lines of a spec end.

A group stands on one line where it fits and nothing in it needs a line of its own; else all its breaks do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from searchspace_dsl.comments import Comment, Place

WIDTH = 100
INDENT = 4


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stay together."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A line's end, or `flat` in a group on one line. `hard`: always one. `blank`: an empty line too."""

    flat: str = " "
    hard: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A comment: behind the line so far when it is trailing, else a text. Lines of it keep their shape."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class Mark:
    """No text: here neighbouring lines with the same `kind` of mark may be aligned."""

    kind: str


@dataclass(frozen=True, slots=True)
class Join:
    """One after another."""

    parts: tuple["Doc", ...]
    hard: bool


@dataclass(frozen=True, slots=True)
class Nest:
    """Lines that begin within stand one step further in."""

    part: "Doc"
    hard: bool


@dataclass(frozen=True, slots=True)
class Group:
    """All breaks in it, or none."""

    part: "Doc"
    hard: bool


@dataclass(frozen=True, slots=True)
class Fill:
    """Short texts with spaces between, as many on a line as fit."""

    texts: tuple[str, ...]


Doc = Text | Break | Note | Mark | Join | Nest | Group | Fill


def join(*parts: Doc) -> Join:
    """`parts` in order."""
    return Join(parts, any(map(_hard, parts)))


def nest(*parts: Doc) -> Nest:
    """`parts` in order, one step further in."""
    inner = join(*parts)
    return Nest(inner, inner.hard)


def group(*parts: Doc, broken: bool = False) -> Group:
    """`parts` on one line where they fit, unless `broken`."""
    inner = join(*parts)
    return Group(inner, broken or inner.hard)


def _hard(doc: Doc) -> bool:
    match doc:
        case Text() | Mark() | Fill():
            return False
        case Note(comment=comment):
            return comment.ends_line or "\n" in comment.text
        case _:
            return doc.hard


@dataclass(slots=True, kw_only=True)
class Line:
    """One line: `code` without its indent, and `padding` spaces behind it the trailing `comment`.

    `blank`: an empty line stands before.

    `marks`: kind and offset in `code`, of statements that begin with this line.
    """

    indent: int = 0
    code: str = ""
    comment: str = ""
    padding: int = 0
    blank: bool = False
    marks: list[tuple[str, int]] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Characters up to the trailing comment."""
        return self.indent + len(self.code)


_Piece = tuple[int, bool, Doc]


def lay_out(doc: Doc) -> list[Line]:
    """The lines of `doc`."""
    lines = [Line()]
    waiting: list[_Piece] = [(0, False, doc)]
    while waiting:
        indent, flat, doc = waiting.pop()
        match doc:
            case Text(text=text):
                lines[-1].code += text
            case Mark(kind=kind):
                if indent == lines[-1].indent:
                    lines[-1].marks.append((kind, len(lines[-1].code)))
            case Note(comment=comment):
                _note(comment, lines)
            case Break() if flat and not doc.hard:
                lines[-1].code += doc.flat
            case Break(blank=blank):
                lines.append(Line(indent=indent, blank=blank))
            case Fill(texts=texts):
                _fill(texts, indent, flat, lines)
            case Nest(part=part):
                waiting.append((indent + INDENT, flat, part))
            case Join(parts=parts):
                waiting.extend((indent, flat, part) for part in reversed(parts))
            case Group(part=part, hard=hard):
                fits = flat or (not hard and _fits(part, WIDTH - lines[-1].width, waiting))
                waiting.append((indent, fits, part))
    return lines


def _fits(part: Doc, room: int, rest: list[_Piece]) -> bool:
    """Whether `part` on one line, and what follows up to the next break, take at most `room` characters."""
    waiting: list[tuple[bool, Doc]] = [(True, part)]
    following = len(rest)
    while room >= 0:
        if not waiting:
            if following == 0:
                return True
            following -= 1
            waiting.append(rest[following][1:])
            continue
        flat, doc = waiting.pop()
        match doc:
            case Text(text=text):
                room -= len(text)
            case Note(comment=comment):
                room -= len(comment.text) if not comment.ends_line else 0
            case Break(flat=text, hard=hard):
                if hard or not flat:
                    return True
                room -= len(text)
            case Fill(texts=texts):
                room -= sum(map(len, texts)) + len(texts) - 1
            case Nest(part=inner):
                waiting.append((flat, inner))
            case Group(part=inner, hard=hard):
                waiting.append((flat and not hard, inner))
            case Join(parts=parts):
                waiting.extend((flat, inner) for inner in reversed(parts))
    return False


def _fill(texts: Iterable[str], indent: int, flat: bool, lines: list[Line]) -> None:
    for index, text in enumerate(texts):
        line = lines[-1]
        if index and not flat and line.width + 1 + len(text) > WIDTH:
            lines.append(Line(indent=indent, code=text))
        else:
            line.code += f" {text}" if index else text


def _note(comment: Comment, lines: list[Line]) -> None:
    line = lines[-1]
    if comment.place is Place.TRAILING:
        line.comment += f" {comment.text}" if line.comment else comment.text
        return
    # only a comment on lines of its own moves as a whole: before code, its column depends on what is aligned
    shift = line.width - comment.column if comment.place is Place.OWN else 0
    first, *others = comment.text.split("\n")
    line.code += first
    for other in others:
        code = other.lstrip()
        indent = len(other[: len(other) - len(code)].expandtabs(INDENT))
        lines.append(Line(indent=max(0, indent + shift), code=code))
