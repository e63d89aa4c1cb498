"""Decides, before any search, whether the prototypes will be trained, and describes the work for each."""

from collections.abc import Sequence
from pathlib import Path

from compiler.data.dataset import load_dataset
from compiler.driver.console import Console
from compiler.driver.job import Job
from compiler.driver.prototype import PrototypeTask
from compiler.errors import DataError
from compiler.search.trial import Trial
from compiler.train.availability import torch_available

_CHECKPOINTS = "checkpoints"


def will_train(job: Job, *, untrained: bool, console: Console) -> bool:
    """Whether there will be training. Reads the data now, so that what is wrong shows before a search.

    DataError where training is wanted and the data is missing or wrong.
    """
    if untrained:
        return False
    if not torch_available():
        console.note("PyTorch is not installed (pip install 'protonas[train]'): the C gets random weights")
        return False
    if job.spec.task.kind != "classification":
        cannot = f"a {job.spec.task.kind} cannot be trained yet"
        raise DataError(f"{job.spec.path}: {cannot}; --untrained gives random weights")
    if job.data is None:
        raise DataError(
            f"{job.spec.path} names no data to train on: give --data FILE, or --untrained for random weights"
        )
    load_dataset(job.data, job.spec.task)
    return True


def tasks_for(
    job: Job, chosen: Sequence[Trial], run_folder: Path, *, train: bool
) -> tuple[PrototypeTask, ...]:
    """One task for each chosen trial, named after the spec and numbered from 1."""
    data = job.data if job.spec.task.kind == "classification" else None
    if data is not None and not train and not data.exists():
        data = None
    return tuple(
        PrototypeTask(
            name=f"{job.spec.name}_{index}",
            trial=trial.number,
            vector=trial.vector,
            spec_text=job.spec.text,
            spec_path=job.spec.path,
            seed=job.spec.search.seed,
            data=data,
            train=train,
            checkpoint=run_folder / _CHECKPOINTS / f"trial_{trial.number}.npz",
        )
        for index, trial in enumerate(chosen, start=1)
    )
