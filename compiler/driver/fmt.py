"""`protonas fmt SPEC...`: specs in the one style, in place; nothing but their look changes."""

import argparse
import sys
from pathlib import Path

from compiler.driver.console import Console
from compiler.errors import InternalError, RunError, UsageError
from compiler.files import write_text, writing
from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.format import format_text
from searchspace_dsl.parse import parse_text
from searchspace_dsl.reading import MOST_BYTES, decode_spec, read_spec

_STANDARD_INPUT = "-"


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Formats each file in place; with --check only says which would change.

    A file with a mistake stays as it is; the others are formatted all the same, then SpecError is raised.
    RunError under --check where a file would change.
    """
    if _STANDARD_INPUT in arguments.specs:
        _format_standard_input(arguments, console)
        return
    changed: list[str] = []
    mistakes: list[Diagnostic] = []
    for name in dict.fromkeys(arguments.specs):
        try:
            if _format_file(Path(name), check=arguments.check):
                changed.append(name)
                console.line(f"{'would change' if arguments.check else 'formatted'} {name}")
        except SpecError as error:
            mistakes += error.diagnostics
    console.result({"changed": changed})
    if mistakes:
        raise SpecError(tuple(mistakes))
    if arguments.check and changed:
        raise RunError(
            f"{len(changed)} of {len(arguments.specs)} files would change; protonas fmt changes them"
        )


def _format_file(path: Path, *, check: bool) -> bool:
    """Whether the file is, or would be, changed. A link stays one, and permissions stay what they are."""
    formatted = _formatted(read_spec(path), str(path))
    with writing(path):
        if path.read_bytes() == formatted.encode():
            return False
        if not check:
            mode = path.stat().st_mode
            write_text(path.resolve(), formatted)
            path.chmod(mode)
    return True


def _format_standard_input(arguments: argparse.Namespace, console: Console) -> None:
    if len(arguments.specs) > 1:
        raise UsageError("`-` is standard input, which goes with no other file")
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    formatted = _formatted(decode_spec(content, "standard input"), "standard input")
    changed = content != formatted.encode()
    console.result({"changed": ["-"] if changed else [], "text": formatted})
    if arguments.check and changed:
        raise RunError("standard input would change")
    if not arguments.check and not console.json:
        sys.stdout.write(formatted)


def _formatted(text: str, file: str) -> str:
    """`text` in the one style. Raises InternalError rather than give a spec that says anything else."""
    formatted = format_text(text, file)
    if parse_text(formatted, file) != parse_text(text, file):
        raise InternalError(f"formatting {file} would change what it says; it is left as it is")
    return formatted
