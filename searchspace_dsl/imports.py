"""Follows `import`: the blocks and names of other files, each file once."""

from dataclasses import dataclass, field
from pathlib import Path

from searchspace_dsl.errors import SpecError
from searchspace_dsl.findings import Findings
from searchspace_dsl.parse import parse_text
from searchspace_dsl.reading import check_text, read_spec
from searchspace_dsl.syntax import Binding, Block, File, Import, Require

MOST_FILES = 50


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
        path = importer.parent / item.path.value
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

    def _parsed(self, item: Import, path: Path) -> File | None:
        try:
            text = read_spec(path)
            self.findings.sources[str(path)] = text
            check_text(text, str(path))
            return parse_text(text, str(path))
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
