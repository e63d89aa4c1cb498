"""Text from specs, models and data on its way into C, make and Markdown: filters that make it harmless."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from backends.firmware.reserved_words import C_WORDS, HEADER_STEMS

IDENT_LENGTH = 48
STRING_BYTES = 1000
_INT32_MIN = -(2**31)
_OURS = re.compile(r"^arm_nn|_(weights|kernels|[0-9a-f]{8})$")
"""Endings that we give: kws_weights.h of a model kws must not be the header of a model kws_weights. And how
CMSIS-NN's headers start."""


def _ascii(text: str) -> str:
    """Letters without their accents; what has no ASCII form becomes a question mark."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "".join(char if char.isascii() else "?" for char in plain)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in _ascii(text))


def c_ident(text: str) -> str:
    """A lower-case identifier of C and C++ that resembles `text`; never reserved, at most 48 characters."""
    ident = re.sub(r"[^a-z0-9]+", "_", _ascii(text).lower()).strip("_")[:IDENT_LENGTH].rstrip("_")
    if not ident:
        return "unnamed"
    if ident[0].isdigit() or ident in C_WORDS or ident.endswith("_t") or ident.startswith("protonas"):
        return f"nn_{ident}"
    return ident


def unique_idents(names: Sequence[str], reserved: Collection[str] = (), prefix: str = "") -> dict[str, str]:
    """Each name's identifier, `prefix` in front; names that collide, or meet `reserved`, get _2, _3, ..."""
    taken = {word.lower() for word in reserved}
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        ident = prefix + c_ident(name)
        candidate, count = ident, 1
        while candidate.lower() in taken:
            count += 1
            candidate = f"{ident}_{count}"
        taken.add(candidate.lower())
        found[name] = candidate
    return found


def model_prefix(name: str) -> str:
    """What a model's files and public names start with. Every name but a plain lower-case identifier carries
    eight digits of its hash, so that no two models meet: not `a-b` and `a_b`, nor `class` and `nn_class`."""
    ident = c_ident(name)
    if ident == name and len(name) < IDENT_LENGTH and not _OURS.search(name) and name not in HEADER_STEMS:
        return ident
    ident = f"nn_{ident}" if ident in HEADER_STEMS else ident
    return f"{ident}_{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def c_int(value: int) -> str:
    """An integer as a C expression of its own value, the most negative ones included."""
    value = int(value)
    if value == _INT32_MIN:
        return "(-2147483647 - 1)"
    if value == -(2**63):
        return "(-9223372036854775807LL - 1)"
    if -(2**31) < value < 2**31:
        return str(value)
    if -(2**63) < value < 2**63:
        return f"{value}LL"
    raise ValueError(f"{value} does not fit 64 bits")


def c_float(value: float) -> str:
    """A float32 constant with the nine digits that give its exact value back."""
    text = f"{value:.9g}"
    return f"{text}f" if any(char in text for char in ".e") else f"{text}.0f"


def c_floats(values: Iterable[float]) -> tuple[str, ...]:
    """Each value through c_float."""
    return tuple(c_float(value) for value in values)


def c_array(items: Iterable[object], indent: int = 4, width: int = 100) -> str:
    """Initialisers in lines of at most `width` columns, a comma after every one. No item holds a comma."""
    return _lines("".join(f"{item}, " for item in items), " " * indent, width)


def c_table(numbers: np.ndarray, indent: int = 4, width: int = 100) -> str:
    """As c_array of c_int or c_float of each number, fast for the millions of a network's weights."""
    flat = numbers.reshape(-1)
    if flat.dtype.kind == "f":
        return c_array(c_floats(flat.tolist()), indent, width)
    if flat.dtype.itemsize < 8 and (flat.dtype != np.int32 or not (flat == _INT32_MIN).any()):
        return _lines(str(flat.tolist())[1:-1] + ", ", " " * indent, width) if flat.size else ""
    return c_array(map(c_int, flat.tolist()), indent, width)


def _lines(text: str, indent: str, width: int) -> str:
    """Breaks `a, b, c, ` after commas; an item that is too long has a line of its own."""
    lines = []
    start, room = 0, width - len(indent)
    while start < len(text):
        comma = text.rfind(", ", start, start + room)
        comma = text.find(", ", start) if comma < 0 else comma
        lines.append(f"{indent}{text[start : comma + 1]}")
        start = comma + 2
    return "\n".join(lines)


def c_comment(text: str) -> str:
    """Text that cannot end a comment, open another, or hold a trigraph: printable ASCII on one line."""
    plain = _printable(text).replace("\\", "/")
    for pair, split in (("*/", "* /"), ("/*", "/ *"), ("??", "? ?")):
        while pair in plain:
            plain = plain.replace(pair, split)
    return plain


def c_string(text: str) -> str:
    """A string literal with these characters in UTF-8, cut after 1000 bytes; the source is ASCII."""
    data = text.encode("utf-8", "replace")
    if len(data) > STRING_BYTES:
        data = data[:STRING_BYTES].decode("utf-8", "ignore").encode("utf-8")
    return '"' + "".join(_string_char(byte) for byte in data) + '"'


def _string_char(byte: int) -> str:
    char = chr(byte)
    if char in '"\\?':
        return f"\\{char}"
    return char if 32 <= byte < 127 else f"\\{byte:03o}"


def make_text(text: str) -> str:
    """Text for a comment in a make file: no newline, `$`, `#` or backslash survives."""
    return c_comment(text).translate(str.maketrans("$#", "??"))


def md_text(text: str) -> str:
    """Text that Markdown shows as it stands: markup escaped, one line."""
    line = "".join(char if char.isprintable() else " " for char in text)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:])", r"\\\1", line)
