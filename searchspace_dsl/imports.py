"""Follows `import`: the blocks and names of other files, each file once."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from searchspace_dsl.errors import SpecError
from searchspace_dsl.expressions import Binding, Require
from searchspace_dsl.findings import Findings, nearest
from searchspace_dsl.parse import parse_text
from searchspace_dsl.reading import check_text, read_spec
from searchspace_dsl.syntax import Block, File, Import

MOST_FILES = 50
STANDARD = "std/"
LIBRARY = Path(__file__).parent / "library"


def standard_files() -> tuple[str, ...]:
    """File names of the standard library, each imported as `std/NAME`."""
    return tuple(sorted(path.name for path in LIBRARY.glob("*.nas")))


@cache
def standard_blocks() -> dict[str, str]:
    """The file of the standard library that each of its blocks is in, by the block's name."""
    parsed = ((name, parse_text(read_spec(LIBRARY / name), name)) for name in standard_files())
    return {item.name.name: name for name, file in parsed for item in file.items if isinstance(item, Block)}


@dataclass(slots=True)
class _Importer:
    findings: Findings
    items: list[Block | Binding | Require] = field(default_factory=list)
    done: set[Path] = field(default_factory=set)

    def follow(self, file: File, path: Path, chain: tuple[Path, ...]) -> None:
        for item in file.items:
            if isinstance(item, Import):
                self._one(item, path, chain)

    def _one(self, item: Import, importer: Path, chain: tuple[Path, ...]) -> None:
        path = self._path(item, importer)
        if path is None:
            return
        name = path.resolve() if "\0" not in item.path.value else path
        if name in chain:
            loop = " -> ".join(step.name for step in (*chain[chain.index(name) :], name))
            self.findings.add("NAS050", f"files import each other: {loop}", item.path.span)
            return
        if name in self.done:
            return
        self.done.add(name)
        if len(self.done) > MOST_FILES:
            self.findings.add("NAS050", f"more than {MOST_FILES} files are imported", item.path.span)
            return
        file = self._parsed(item, path)
        if file is not None:
            self.follow(file, path, (*chain, name))
            self.items += [found for found in file.items if isinstance(found, Block | Binding | Require)]

    def _path(self, item: Import, importer: Path) -> Path | None:
        written = item.path.value
        if not written.startswith(STANDARD):
            return importer.parent / written
        name = written.removeprefix(STANDARD)
        known = standard_files()
        if name in known:
            return LIBRARY / name
        self.findings.add(
            "NAS050", f"the standard library has no `{name}`", item.path.span, nearest(name, known)
        )
        return None

    def _parsed(self, item: Import, path: Path) -> File | None:
        try:
            text = read_spec(path)
            shown = f"{STANDARD}{path.name}" if path.parent == LIBRARY else str(path)
            self.findings.sources[shown] = text
            check_text(text, shown)
            return parse_text(text, shown)
        except SpecError as error:
            first = error.diagnostics[0]
            self.findings.add(
                "NAS050", f"cannot import {item.path.value}", item.path.span, f"{first.span}: {first.message}"
            )
            return None


def imported(file: File, path: str, findings: Findings) -> list[Block | Binding | Require]:
    """Blocks, names and requires of every file that `file`, at `path`, imports, those of the innermost first.

    Tasks, targets and architectures of imported files are left alone.
    """
    importer = _Importer(findings)
    start = Path(path)
    importer.follow(file, start, (start.resolve(),))
    return importer.items
