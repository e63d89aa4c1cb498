"""Which class has which number, where data names its classes in words: folders and CSV files."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from compiler.data.raw import one_line
from compiler.errors import DataError
from searchspace_dsl.spec import Task


def order_classes(found: Collection[str], task: Task, path: Path) -> tuple[str, ...]:
    """The names in the order of the task's labels; without those, numbers by value, then text by code point.

    DataError where the task has other classes, or another number of them.
    """
    for name in found:
        if not name or not name.isprintable():
            raise DataError(f"{one_line(path)}: the class name {name!a} must be printable text")
    if task.labels:
        return _as_labelled(found, task.labels, path)
    if len(found) != task.classes:
        listed = ", ".join(sorted(found, key=_by_number)[:12])
        raise DataError(f"{one_line(path)} has {len(found)} classes ({listed}), the task has {task.classes}")
    return tuple(sorted(found, key=_by_number))


def _as_labelled(found: Collection[str], labels: tuple[str, ...], path: Path) -> tuple[str, ...]:
    for name in sorted(found):
        if name not in labels:
            near = get_close_matches(name, labels, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise DataError(
                f"{one_line(path)} has the class {name!r}, the task {', '.join(map(repr, labels[:12]))}{hint}"
            )
    absent = [name for name in labels if name not in found]
    if absent:
        raise DataError(f"{one_line(path)} has no sample of class {labels.index(absent[0])} ({absent[0]})")
    return labels


def _by_number(name: str) -> tuple[bool, int, str]:
    number = name.isascii() and name.isdecimal() and len(name) < 19
    return (not number, int(name) if number else 0, name)
