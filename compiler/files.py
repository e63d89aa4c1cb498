"""Writing files whole or not at all, and telling the user in one line when that fails."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from compiler.errors import RunError

_MANIFEST = ".protonas-files"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an OSError met inside into a RunError that names `path`."""
    try:
        yield
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces `path` in one step, making its folder where needed. RunError where that fails."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, staged = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(staged).chmod(0o644)
            Path(staged).replace(path)
        except BaseException:
            Path(staged).unlink(missing_ok=True)
            raise


def write_text(path: Path, text: str) -> None:
    """As write_bytes, UTF-8."""
    write_bytes(path, text.encode())


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Puts `files` (relative path -> text) into `folder`.

    All are staged first, so a full disk leaves the old files as they were. Files of an earlier call that are
    not in `files` go; anything else in the folder is the user's and stays. RunError where writing fails.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as staging:
            staged = Path(staging)
            for name, text in files.items():
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                (staged / name).write_bytes(text.encode())
            (staged / _MANIFEST).write_bytes("".join(f"{name}\n" for name in sorted(files)).encode())
            stale = _written_before(folder) - set(files)
            for name in (*files, _MANIFEST):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (staged / name).replace(folder / name)
            for name in sorted(stale):
                (folder / name).unlink(missing_ok=True)


def _written_before(folder: Path) -> set[str]:
    manifest = folder / _MANIFEST
    names = manifest.read_text().splitlines() if manifest.exists() else []
    return {name for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts}
