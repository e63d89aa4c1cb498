"""`protonas search SPEC -o RUN`: the front of a space, and the prototypes chosen from it."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from compiler.driver.console import Console
from compiler.driver.job import Job, is_run, job_from_spec, record
from compiler.errors import NothingFitsError, RunError
from compiler.search.metrics import COSTS, maximized
from compiler.search.run import run_search
from compiler.search.select import select_prototypes
from compiler.search.trial import SearchProgress, SearchResult, Trial


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Searches, or continues the search in RUN, and prints the front."""
    run_folder = Path(arguments.output)
    job = job_from_spec(Path(arguments.spec), arguments)
    refuse_missing_run(run_folder, resume=arguments.resume)
    result, chosen = search(job, run_folder, jobs=arguments.jobs, console=console)
    show_front(result, chosen, console)
    console.result(
        {
            "trials": len(result.trials),
            "front": [trial_as_json(trial) for trial in result.front],
            "prototypes": [trial.number for trial in chosen],
            "infeasible": {reason.kind: reason.count for reason in result.reasons},
        }
    )


def refuse_missing_run(run_folder: Path, *, resume: bool) -> None:
    """--resume promises that there is something to go on with. RunError where there is not."""
    if resume and not is_run(run_folder):
        raise RunError(f"--resume: {run_folder} is not the folder of a run")


def search(
    job: Job, run_folder: Path, *, jobs: int, console: Console
) -> tuple[SearchResult, tuple[Trial, ...]]:
    """The whole search, and the prototypes by rising MACs. NothingFitsError where nothing is feasible."""
    if not is_run(run_folder):
        record(job, run_folder)
    result = run_search(
        job.spec,
        job.backend.name,
        job.target,
        run_folder,
        jobs=jobs,
        progress=lambda progress: _show(progress, console),
        inputs_outside=job.inputs_outside,
    )
    fit = sum(trial.values is not None for trial in result.trials)
    console.progress(
        f"search  {len(result.trials)} trials, {fit} fit, {len(result.front)} on the front", done=True
    )
    if not result.front:
        raise NothingFitsError(_nothing_fits(job, result))
    record(job, run_folder)
    return result, _choose(result, job.spec.search.keep)


def _choose(result: SearchResult, keep: int) -> tuple[Trial, ...]:
    values = np.array([trial.values for trial in result.front])
    indices = select_prototypes(maximized(values, result.objectives), keep)
    chosen = [result.front[index] for index in indices]
    return tuple(sorted(chosen, key=lambda trial: (trial.evaluation.costs["macs"], trial.number)))


def show_front(result: SearchResult, chosen: Sequence[Trial], console: Console) -> None:
    """The front as a table, chosen ones marked; and why the others were rejected."""
    numbers = {trial.number for trial in chosen}
    objectives = [objective.metric for objective in result.objectives]
    extra = [metric for metric in ("macs", "ram", "flash") if metric not in objectives]
    metrics = (*objectives, *extra)
    rows = [
        (
            "*" if trial.number in numbers else "",
            str(trial.number),
            *(format_metric(metric, metric_of(trial, metric, objectives)) for metric in metrics),
        )
        for trial in result.front
    ]
    rejected = "; ".join(f"{reason.kind} {reason.count}" for reason in result.reasons)
    console.table(
        f"front of {len(result.trials)} trials, * = kept" + (f"; rejected: {rejected}" if rejected else ""),
        ("<", "trial", *metrics),
        rows,
    )


def metric_of(trial: Trial, metric: str, objectives: Sequence[str]) -> float:
    """The value of a metric in its own unit: an objective's, else a cost's."""
    assert trial.values is not None, "only trials that fit have values"
    if metric in objectives:
        return trial.values[objectives.index(metric)]
    return trial.evaluation.costs[metric]


def format_metric(metric: str, value: float) -> str:
    """Bytes and counts as whole numbers with separators, scores with three decimals."""
    return f"{value:,.0f}" if metric in COSTS and metric not in ("latency", "energy") else f"{value:.3f}"


def trial_as_json(trial: Trial) -> dict[str, object]:
    """Number, objective values and costs of a feasible trial."""
    return {
        "trial": trial.number,
        "values": list(trial.values or ()),
        "costs": dict(trial.evaluation.costs),
        "scores": dict(trial.evaluation.scores),
    }


def _show(progress: SearchProgress, console: Console) -> None:
    if progress.stage == "reference":
        console.progress(f"search  scoring random networks to compare with: {progress.done}/{progress.total}")
        return
    console.progress(
        f"search  {progress.done}/{progress.total} trials, {progress.feasible} fit, front {progress.front}"
    )


def _nothing_fits(job: Job, result: SearchResult) -> str:
    if not result.reasons:
        return f"{job.spec.path}: no member of the space is a network"
    most = result.reasons[0]
    counts = ", ".join(f"{reason.kind} {reason.count}" for reason in result.reasons)
    return (
        f"{job.spec.path}: none of {len(result.trials)} networks fits {job.target.name} ({counts}); "
        f"for example: {most.example}"
    )
