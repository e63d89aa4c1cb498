"""`protonas train RUN`: trains and quantizes the prototypes of a search, from where it stopped."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.emission import Sized, report_of, size_prototype
from compiler.driver.job import Job, job_from_run
from compiler.driver.making import make_prototypes
from compiler.driver.prototype import Prototype
from compiler.driver.reporting import write_report
from compiler.driver.search import search
from compiler.driver.training import tasks_for, will_train
from compiler.driver.weights import ONNX_FOLDER, tasks_with_weights, write_onnx
from compiler.errors import RunError
from compiler.export.onnx_file import OnnxFile
from compiler.files import write_text
from compiler.search.trial import SearchResult, Trial

_MADE_FILE = "prototypes.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished run: the search, the trials chosen from it, and their prototypes in the same order."""

    result: SearchResult
    chosen: tuple[Trial, ...]
    prototypes: tuple[Prototype, ...]


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Trains what the search of RUN chose. RunError where PyTorch is missing: there is nothing else to do."""
    run_folder = Path(arguments.run)
    job = job_from_run(run_folder, data=arguments.data)
    if not will_train(job, untrained=False, console=console):
        raise RunError("training needs PyTorch")
    made = make(job, run_folder, train=True, jobs=arguments.jobs, console=console)
    sized = size(job, job, made)
    write_onnx(made.prototypes, run_folder / ONNX_FOLDER)
    show_prototypes(job, sized, console)
    console.line(f"report: {write_report(job, made.result, sized, run_folder)}")
    console.result({"prototypes": [report_of(job, item) for item in sized]})


def make(
    job: Job,
    run_folder: Path,
    *,
    train: bool,
    jobs: int,
    console: Console,
    weights: Sequence[OnnxFile] = (),
) -> Made:
    """Searches, chooses and makes the prototypes; each part goes on where it stopped.

    With `weights`, trained elsewhere, only the prototypes that these belong to. ModelError where one belongs
    to none.
    """
    result, chosen = search(job, run_folder, jobs=jobs, console=console)
    tasks = tasks_for(job, chosen, run_folder, train=train)
    if weights:
        tasks = tasks_with_weights(tasks, weights)
        trials = {task.trial for task in tasks}
        chosen = tuple(trial for trial in chosen if trial.number in trials)
        return Made(
            result=result, chosen=chosen, prototypes=make_prototypes(tasks, jobs=jobs, console=console)
        )
    prototypes = make_prototypes(tasks, jobs=jobs, console=console)
    write_text(
        run_folder / _MADE_FILE, json.dumps({"trained": train, "names": [task.name for task in tasks]})
    )
    return Made(result=result, chosen=chosen, prototypes=prototypes)


def made_before(run_folder: Path) -> bool | None:
    """Whether the run's prototypes were trained; None where they were not made yet. RunError if damaged."""
    file = run_folder / _MADE_FILE
    if not file.is_file():
        return None
    try:
        return bool(json.loads(file.read_text())["trained"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{file} is damaged; remove it and train again") from error


def size(job: Job, searched: Job, made: Made) -> tuple[Sized, ...]:
    """What each prototype takes on the job's target, held against what the search counted on its own."""
    same = (job.target, job.inputs_outside) == (searched.target, searched.inputs_outside)
    return tuple(
        size_prototype(job, prototype, round(trial.evaluation.costs["ram"]) if same else None)
        for trial, prototype in zip(made.chosen, made.prototypes, strict=True)
    )


def show_prototypes(job: Job, sized: Sequence[Sized], console: Console) -> None:
    """The table a build ends with: sizes, estimates, accuracies, and where the C is."""
    best = best_on_validation([item.prototype for item in sized])
    console.table(
        f"{job.spec.name} on {job.target.name}, {job.target.core} at {job.target.clock_hz / 1e6:g} MHz",
        ("<prototype", "RAM B", "flash B", "MACs", "cycles est.", "ms est.", "float acc.", "int8 acc.", "<C"),
        [_row(item, marked=item.prototype is best) for item in sized],
    )
    for item in sized:
        cost = item.measured.cost
        if cost.macs_left < cost.macs:
            left = f"{cost.macs_left:,} of {cost.macs:,} MACs are left"
            console.line(f"{item.prototype.name}: {left}: what never varies is taken out")
    if best is not None:
        console.line("* best on validation; accuracies are of the test data")
    elif any(item.prototype.random_weights for item in sized):
        console.line("random weights: no accuracies; good for measuring memory and speed only")
    else:
        console.line("no accuracies: there is no labelled data to score on (--data FILE)")


def best_on_validation(prototypes: Sequence[Prototype]) -> Prototype | None:
    """The prototype whose integer network does best on validation, of equals the smallest; None untrained."""
    scored = [(p.scores.mark, -p.macs, p) for p in prototypes if p.scores is not None]
    return max(scored, key=lambda item: item[:2])[2] if scored else None


def _row(item: Sized, *, marked: bool) -> tuple[str, ...]:
    cost, scores = item.measured.cost, item.prototype.scores
    return (
        item.prototype.name + (" *" if marked else ""),
        f"{cost.ram_bytes:,}",
        f"{cost.flash_bytes:,}",
        f"{cost.macs:,}",
        f"{cost.cycles:,}",
        f"{cost.latency_us / 1000:.2f}",
        f"{scores.test_float.accuracy:.2%}" if scores else "-",
        f"{scores.test_integer.accuracy:.2%}" if scores else "-",
        str(item.folder or "-"),
    )
