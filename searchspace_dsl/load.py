"""From a .nas file to a checked Spec: reads, parses, checks, unrolls, and looks for a first member."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from searchspace_dsl.check import check_search, check_target
from searchspace_dsl.check_task import check_task, input_field, sized
from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.expressions import Binding, Require, Syntax
from searchspace_dsl.findings import Findings
from searchspace_dsl.imports import imported
from searchspace_dsl.parse import parse_text
from searchspace_dsl.probe import probe
from searchspace_dsl.reading import check_text, read_spec
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.span import Span
from searchspace_dsl.spec import SearchSettings, Spec, Task
from searchspace_dsl.syntax import Arch, Block, File, Item, SearchDecl, TargetDecl, TaskDecl
from searchspace_dsl.unroll import reserved, unroll

_Declared = TypeVar("_Declared", bound=Syntax)
_Named = TypeVar("_Named", Arch, Block)


def load_spec(path: Path) -> Spec:
    """The checked spec in a file. Raises SpecError, also where the file cannot be read."""
    return load_text(read_spec(path), str(path))


def load_text(text: str, path: str) -> Spec:
    """The checked spec that `text` says; `path` names it in diagnostics, and imports are relative to it.

    Raises SpecError: with one diagnostic for a wrong syntax, else with every mistake found.
    """
    check_text(text, path)
    file = parse_text(text, path)
    if not file.items:
        message = "this spec says nothing; it needs a task and an architecture"
        raise SpecError((Diagnostic(code="NAS030", message=message, span=Span(path, 1, 1, 1, 2)),))
    findings = Findings({path: text})
    spec = _checked(file, text, path, findings)
    findings.raise_any()
    assert spec is not None, "a spec without a finding is whole"
    return spec


def _checked(file: File, text: str, path: str, findings: Findings) -> Spec | None:
    items: list[Item] = [*imported(file, path, findings), *file.items]
    declared, task = _task(items, path, findings)
    field = input_field(declared) if declared else None
    targets = _once([item for item in items if isinstance(item, TargetDecl)], "target", findings)
    searches = _once([item for item in items if isinstance(item, SearchDecl)], "search", findings)
    target = check_target(targets[0], findings) if targets else None
    search = check_search(searches[0], findings) if searches else SearchSettings()
    archs = _unique([item for item in items if isinstance(item, Arch)], findings)
    if not archs:
        message = "the spec has no architecture; write `arch NAME { ... }`"
        findings.add("NAS030", message, Span(path, 1, 1, 1, 2))
    blocks = _unique([item for item in items if isinstance(item, Block)], findings)
    shared = tuple(item for item in items if isinstance(item, Binding | Require))
    by_name = {block.name.name: block for block in reversed(blocks)}
    sides = field.shape if field and task else None
    unrolled = unroll(tuple(archs), by_name, shared, task.classes if task else None, findings, sides)
    if task and field and unrolled.input_shape:
        decided = unrolled.input_decided
        task = sized(task, unrolled.input_shape, decided=decided, field=field, findings=findings)
    findings.raise_any()
    assert task is not None, "a task that is missing was reported"
    space = SearchSpace(input_shape=task.input_shape, classes=task.classes, unrolled=unrolled)
    probe(space, archs[0].name.span, findings)
    return Spec(
        name=Path(path).stem, path=path, text=text, task=task, target=target, search=search, space=space
    )


def _task(items: Iterable[Item], path: str, findings: Findings) -> tuple[TaskDecl | None, Task | None]:
    tasks = _once([item for item in items if isinstance(item, TaskDecl)], "task", findings)
    if not tasks:
        message = "the spec has no task; write `task classification { input [32, 32, 3] uint8  classes 10 }`"
        findings.add("NAS030", message, Span(path, 1, 1, 1, 2))
        return None, None
    return tasks[0], check_task(tasks[0], findings)


def _once(declarations: list[_Declared], what: str, findings: Findings) -> list[_Declared]:
    for again in declarations[1:]:
        findings.add("NAS030", f"a spec has one `{what}`; this is another", again.span)
    return declarations


def _unique(declarations: list[_Named], findings: Findings) -> list[_Named]:
    """Reports names that are taken; all declarations, so that each is checked."""
    words = reserved()
    seen: set[str] = set()
    for declaration in declarations:
        name = declaration.name
        if name.name in words:
            findings.add(
                "NAS011", f"`{name.name}` is a word of the language", name.span, "choose another name"
            )
        elif name.name in seen:
            findings.add("NAS011", f"`{name.name}` is defined already", name.span, "choose another name")
        seen.add(name.name)
    return declarations
