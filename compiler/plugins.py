"""Finds backends, boards and emulators through entry points, so that the compiler imports none of them."""

from importlib.metadata import entry_points
from pathlib import Path

from compiler.backend import Backend
from compiler.errors import UsageError
from compiler.runner import Runner


def _load(group: str) -> dict[str, object]:
    return {point.name: point.load() for point in entry_points(group=group)}


def backend(name: str) -> Backend:
    """The backend called `name`. UsageError lists those there are."""
    points = {point.name: point for point in entry_points(group="protonas.backends")}
    if name not in points:
        raise UsageError(f"no backend is called {name!r}; there are: {', '.join(sorted(points)) or 'none'}")
    loaded: Backend = points[name].load()
    return loaded


def target_folders() -> tuple[Path, ...]:
    """Folders of board files, in the order of their entry points' names."""
    return tuple(Path(str(folder)) for _, folder in sorted(_load("protonas.targets").items()))


def runners() -> tuple[Runner, ...]:
    """Every runner installed, in the order of their entry points' names."""
    return tuple(runner for _, runner in sorted(_load("protonas.runners").items()))  # type: ignore[misc]
