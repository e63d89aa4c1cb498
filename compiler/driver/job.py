"""What a command works on: a spec with the command line's overrides, its board, backend and data."""

import argparse
import json
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from compiler import plugins
from compiler.backend import Backend
from compiler.driver.input_place import ARENA, OUTSIDE
from compiler.errors import RunError, TargetError, UsageError
from compiler.files import write_text
from compiler.target import Target
from compiler.target_file import load_target
from searchspace_dsl.errors import SpecError
from searchspace_dsl.limits import Limits
from searchspace_dsl.load import load_spec, load_text
from searchspace_dsl.spec import Spec

_RUN_FILE = "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`target_name`: a board's name or the path of a .toml, as given. `data` is None where there is none.
    `inputs_outside`: inputs lie in a block of their own instead of the arena.
    """

    spec: Spec
    target: Target
    target_name: str
    backend: Backend
    data: Path | None
    inputs_outside: bool = False

    @property
    def limits(self) -> Limits:
        """The spec's limits; without a target in the spec, the board's own."""
        return self.spec.target.limits if self.spec.target else Limits()


def job_from_spec(path: Path, arguments: argparse.Namespace) -> Job:
    """Reads a spec and applies what the command line overrides. SpecError, TargetError, UsageError."""
    return job_of_spec(spec_from(path, arguments), arguments)


def spec_from(path: Path, arguments: argparse.Namespace) -> Spec:
    """The spec in a file, with --seed applied; needs no board. SpecError."""
    spec = load_spec(path)
    if arguments.seed is not None:
        spec = replace(spec, search=replace(spec.search, seed=arguments.seed))
    return spec


def job_of_spec(spec: Spec, arguments: argparse.Namespace) -> Job:
    """A spec with --target, --backend, --data and --input applied. TargetError, UsageError."""
    given = getattr(arguments, "data", None)
    written = Path(spec.path).parent / spec.task.data if spec.task.data else None
    backend = getattr(arguments, "backend", "portable")
    job = _job(spec, arguments.target, backend, Path(given) if given else written)
    return replace(job, inputs_outside=getattr(arguments, "input", None) == OUTSIDE)


def job_from_run(run: Path, *, data: str | None) -> Job:
    """What an earlier run worked on; `data` instead of its own where given. RunError where it is no run."""
    file = run / _RUN_FILE
    try:
        content = json.loads(file.read_text())
        spec = load_text(content["spec"], content["path"])
        spec = replace(spec, search=replace(spec.search, seed=content["seed"]))
        used = data or content["data"]
        target, backend = content["target"], content["backend"]
        outside = content.get("input") == OUTSIDE
    except OSError as error:
        raise RunError(f"{run} is not the folder of a run: {file}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, SpecError) as error:
        raise RunError(f"{file} is damaged; search again into a new folder") from error
    return replace(_job(spec, target, backend, Path(used) if used else None), inputs_outside=outside)


def retarget(job: Job, target_name: str | None, place_of_input: str | None = None) -> Job:
    """The same job for another board, or with the input in another place; itself where neither is named. The
    spec's limits go on to hold."""
    if place_of_input is not None:
        job = replace(job, inputs_outside=place_of_input == OUTSIDE)
    if target_name is None or target_name == job.target_name:
        return job
    return replace(job, target=_target(job.spec, target_name), target_name=target_name)


def is_run(folder: Path) -> bool:
    """Whether `folder` is one that a search wrote."""
    return (folder / _RUN_FILE).is_file()


def record(job: Job, run: Path) -> None:
    """Writes down what the run works on, for `train`, `report` and `build RUN`."""
    content = {
        "version": version("protonas"),
        "path": job.spec.path,
        "spec": job.spec.text,
        "seed": job.spec.search.seed,
        "target": job.target_name,
        "backend": job.backend.name,
        "data": str(job.data.resolve()) if job.data else None,
        "input": OUTSIDE if job.inputs_outside else ARENA,
    }
    write_text(run / _RUN_FILE, json.dumps(content, indent=2) + "\n")


def _job(spec: Spec, target_name: str | None, backend: str, data: Path | None) -> Job:
    name = target_name or _target_of_spec(spec)
    if name is None:
        raise UsageError(f"{spec.path} names no target: give one with --target (protonas targets lists them)")
    try:
        target = _target(spec, name)
    except TargetError as error:
        if target_name or spec.target is None or spec.target.span is None:
            raise
        raise TargetError(f"{spec.target.span}: {error}") from error
    return Job(spec=spec, target=target, target_name=name, backend=plugins.backend(backend), data=data)


def _target_of_spec(spec: Spec) -> str | None:
    """The board's name, or the path of its file, which a spec gives relative to itself."""
    if spec.target is None:
        return None
    is_file = spec.target.name.endswith(".toml")
    return str((Path(spec.path).parent / spec.target.name).resolve()) if is_file else spec.target.name


def _target(spec: Spec, name: str) -> Target:
    """The board, once it is known that every limit of the spec can be held on it."""
    target = load_target(name, plugins.target_folders())
    if target.active_milliwatts is None and spec.target and spec.target.limits.energy_uj is not None:
        raise TargetError(
            f"{target.name} has no power figure, so a limit on energy cannot be checked; "
            "drop the limit, or describe the board with its power in a .toml of your own"
        )
    return target
