"""A spec's bytes to text: everything that can be wrong with a file before a single word is parsed."""

from pathlib import Path

from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.span import Span

MOST_BYTES = 65_536


def read_spec(path: Path) -> str:
    """The text of a spec file, UTF-8. Raises SpecError with one diagnostic where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "the path is not valid"
        raise _unreadable(str(path), f"cannot read the file: {why}") from None
    return decode_spec(content, str(path))


def decode_spec(content: bytes, file: str) -> str:
    """The text that `content` is in UTF-8, lines ended by line feeds. Raises SpecError, naming `file`."""
    check_length(len(content), file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _unreadable(file, message, line, _column(content, error.start)) from None
    return text.replace("\r\n", "\n")


def check_length(length: int, file: str) -> None:
    """Raises SpecError for a text longer than any spec."""
    if length > MOST_BYTES:
        raise _unreadable(file, f"longer than {MOST_BYTES // 1024} KiB, so this is no spec")


def check_text(text: str, file: str) -> None:
    """Raises SpecError for a text that holds what no editor writes, or is too long."""
    check_length(len(text), file)
    for offset, char in enumerate(text):
        if char < " " and char not in "\t\n\r\f":
            line = text.count("\n", 0, offset) + 1
            column = offset - (text.rfind("\n", 0, offset) + 1) + 1
            message = f"holds the control character U+{ord(char):04X}, so this is no text"
            raise _unreadable(file, message, line, column)


def _column(content: bytes, offset: int) -> int:
    """Column of a byte, in characters of the valid text before it."""
    start = content.rfind(b"\n", 0, offset) + 1
    return len(content[start:offset].decode("utf-8", errors="replace")) + 1


def _unreadable(file: str, message: str, line: int = 1, column: int = 1) -> SpecError:
    span = Span(file, line, column, line, column + 1)
    return SpecError((Diagnostic(code="NAS001", message=message, span=span),))
