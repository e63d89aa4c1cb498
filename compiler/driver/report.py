"""`protonas report RUN`: the report of a run again, with as much as the run has come to."""

import argparse
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.job import job_from_run
from compiler.driver.reporting import write_report
from compiler.driver.search import search
from compiler.driver.train import made_before, make, size
from compiler.errors import RunError
from compiler.train.availability import torch_available


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Writes RUN/report.html. Finishes a search that was stopped, but trains nothing."""
    run_folder = Path(arguments.run)
    job = job_from_run(run_folder, data=None)
    trained = made_before(run_folder)
    if trained is None:
        result, _ = search(job, run_folder, jobs=arguments.jobs, console=console)
        path = write_report(job, result, (), run_folder)
    else:
        if trained and not torch_available():
            raise RunError("this run was trained: its report needs PyTorch (pip install 'protonas[train]')")
        made = make(job, run_folder, train=trained, jobs=arguments.jobs, console=console)
        path = write_report(job, made.result, size(job, job, made), run_folder)
    console.line(f"report: {path}")
    console.result({"report": str(path)})
