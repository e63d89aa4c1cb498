"""Writing files whole or not at all, and telling the user in one line when that fails."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.errors import RunError

_MANIFEST = ".protonas-files"
_LISTED = re.compile(r"([0-9a-f]{64})  (.+)")
_MOST_NAMED = 3


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
        handle, staged = tempfile.mkstemp(dir=path.parent, prefix=".new-")
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
    """As write_folders, one folder."""
    write_folders({folder: files})


def write_folders(folders: Mapping[Path, Mapping[str, str]]) -> None:
    """Puts files (relative path -> text) into folders: into all of them, or into none.

    New files and copies of the old ones are staged first, so a full disk changes nothing; a failure later on
    puts the old files back. Files of an earlier call that are not given now go; anything else in a folder is
    the user's and stays. RunError, which names the folder, where writing fails, and before anything is
    written where a file of an earlier call would go or change that was edited since, or a file of the user's
    would change.
    """
    for folder, files in folders.items():
        _refuse_to_lose(folder, files)
    with ExitStack() as stack:
        changes = [stack.enter_context(_staged(folder, files)) for folder, files in folders.items()]
        done: list[_Change] = []
        try:
            for change in changes:
                done.append(change)
                with writing(change.folder):
                    change.apply()
        except BaseException:
            for change in reversed(done):
                change.revert()
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """`new` and `old` hold the files to come and copies of those they replace, by the same relative names.

    The list of files in `new` names what was written before, too. It comes first, and gives way to the one at
    `listed` in the end: whatever is killed in between, no file of ours is left that is not listed.
    """

    folder: Path
    new: Path
    old: Path
    listed: Path
    coming: tuple[str, ...]
    going: tuple[str, ...]

    def apply(self) -> None:
        for name in self.coming:
            (self.new / name).replace(self.folder / name)
        for name in self.going:
            (self.folder / name).unlink(missing_ok=True)
        self.listed.replace(self.folder / _MANIFEST)

    def revert(self) -> None:
        for name in (*self.coming, *self.going):
            if (self.old / name).exists():
                (self.old / name).replace(self.folder / name)
            elif not (self.new / name).exists():
                (self.folder / name).unlink(missing_ok=True)


@contextmanager
def _staged(folder: Path, files: Mapping[str, str]) -> Iterator[_Change]:
    """Everything that needs room on the disk, done inside the folder; nothing is left of it afterwards."""
    made: list[Path] = []
    try:
        with writing(folder):
            _make_folder(folder, made)
            staging = Path(tempfile.mkdtemp(dir=folder, prefix=".new-"))
    except BaseException:
        _remove_empty(made)
        raise
    try:
        with writing(folder):
            change = _fill(folder, staging, files, made)
        yield change
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        _remove_empty(made)


def _fill(folder: Path, staging: Path, files: Mapping[str, str], made: list[Path]) -> _Change:
    before = written_before(folder)
    listed = {name: frozenset({_digest(text.encode())}) for name, text in files.items()}
    both = {
        name: before.get(name, frozenset()) | listed.get(name, frozenset()) for name in {*before, *listed}
    }
    change = _Change(
        folder=folder,
        new=staging / "new",
        old=staging / "old",
        listed=staging / "listed",
        coming=(_MANIFEST, *files),
        going=tuple(name for name in sorted(before.keys() - set(files)) if (folder / name).is_file()),
    )
    for name, text in {_MANIFEST: _manifest(both), **files}.items():
        (change.new / name).parent.mkdir(parents=True, exist_ok=True)
        (change.new / name).write_bytes(text.encode())
        _make_folder((folder / name).parent, made)
    change.listed.write_bytes(_manifest(listed).encode())
    for name in (*change.coming, *change.going):
        if (folder / name).is_file():
            (change.old / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, change.old / name)
    return change


def _manifest(listed: Mapping[str, frozenset[str]]) -> str:
    return "".join(f"{digest}  {name}\n" for name in sorted(listed) for digest in sorted(listed[name]))


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Makes a folder and those above it, and notes which there were not."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    made.extend(reversed(missing))


def _remove_empty(folders: Iterable[Path]) -> None:
    """Of folders made for files that never came, nothing stays."""
    for folder in reversed(tuple(folders)):
        with suppress(OSError):
            folder.rmdir()


def written_before(folder: Path) -> dict[str, frozenset[str]]:
    """Relative path -> SHA-256 of what an earlier call wrote into a folder: of either text where a call was
    killed that would have changed one. RunError where the list cannot be read; lines that are none of ours
    count for nothing."""
    with writing(folder):
        manifest = folder / _MANIFEST
        text = manifest.read_text(encoding="utf-8", errors="replace") if manifest.is_file() else ""
    found: dict[str, frozenset[str]] = {}
    for line in filter(None, map(_LISTED.fullmatch, text.splitlines())):
        digest, name = line.groups()
        if not Path(name).is_absolute() and ".." not in Path(name).parts:
            found[name] = found.get(name, frozenset()) | {digest}
    return found


def _refuse_to_lose(folder: Path, files: Mapping[str, str]) -> None:
    before = written_before(folder)
    edited: list[str] = []
    foreign: list[str] = []
    for name in sorted({*before, *files}):
        path = folder / name
        ours = before.get(name, frozenset())
        if name in files:
            ours |= {_digest(files[name].encode())}
        with writing(path):
            held = _digest(path.read_bytes()) if path.is_file() else None
        # a folder or a dangling link is in the way of a file to come, and only there
        if held not in ours and (held is not None or (name in files and os.path.lexists(path))):
            (edited if name in before else foreign).append(str(path))
    if edited:
        raise RunError(
            f"edited since protonas wrote it: {_first(edited)}; "
            "so that no edit is lost, move it away or give another folder"
        )
    if foreign:
        raise RunError(f"not written by protonas: {_first(foreign)}; move it away or give another folder")


def _first(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return ", ".join(paths[:_MOST_NAMED]) + more


def _digest(content: bytes) -> str:
    """SHA-256, whichever way lines end: version control may change that."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
