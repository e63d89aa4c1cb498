"""`protonas build SPEC|RUN -o OUT`: from a spec, or from an earlier run, to C that was seen to run."""

import argparse
import errno
import os
from collections.abc import Sequence
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.emission import Sized, emit_prototypes, report_of
from compiler.driver.job import Job, is_run, job_from_run, job_from_spec, retarget
from compiler.driver.reporting import write_report
from compiler.driver.search import refuse_missing_run
from compiler.driver.selftest import Verdict, verify
from compiler.driver.train import made_before, make, show_prototypes, size
from compiler.driver.training import will_train
from compiler.driver.weights import ONNX_FOLDER, read_weights, write_onnx
from compiler.errors import InternalError, RunError, UsageError


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Builds into OUT; the run itself stays in OUT/run (or where it was, for `build RUN`)."""
    source, output = Path(arguments.source), Path(arguments.output)
    from_run = is_run(source)
    run_folder = source if from_run else output / "run"
    if from_run:
        searched = _job_of_run(source, arguments)
    else:
        refuse_missing_run(run_folder, resume=arguments.resume)
        searched = job_from_spec(source, arguments)
    job = retarget(searched, arguments.target, arguments.input)
    weights = read_weights(arguments, searched)
    untrained = arguments.untrained or (from_run and made_before(run_folder) is False)
    train = not weights and will_train(searched, untrained=untrained, console=console)
    made = make(searched, run_folder, train=train, jobs=arguments.jobs, console=console, weights=weights)
    sized = emit_prototypes(job, size(job, searched, made), output)
    write_onnx(made.prototypes, output / "run" / ONNX_FOLDER, keep=arguments.weights)
    verdicts = _self_tests(job, sized, console)
    report = write_report(job, made.result, sized, output)
    show_prototypes(job, sized, console)
    console.line(f"report: {report}")
    console.result({"prototypes": [{**report_of(job, item), "path": str(item.folder)} for item in sized]})
    _require_passes(verdicts)


def _job_of_run(run: Path, arguments: argparse.Namespace) -> Job:
    if arguments.seed is not None:
        raise UsageError("--seed belongs to a search; this run has its own")
    return job_from_run(run, data=arguments.data)


def _self_tests(job: Job, sized: Sequence[Sized], console: Console) -> list[Verdict]:
    """On the host and on the target's core; a test that cannot be run here is said to be left out."""
    verdicts = []
    left_out: dict[str, str] = {}
    for item in sized:
        assert item.folder is not None, "only printed prototypes are tested"
        for where in ("host", job.target.core):
            console.progress(f"verify  {item.prototype.name} on {where}")
            verdict = verify(item.folder, where)
            verdicts.append(verdict)
            if verdict.state == "left out":
                left_out[where] = verdict.detail
    passed = sum(verdict.state == "passed" for verdict in verdicts)
    tested = dict.fromkeys(verdict.place for verdict in verdicts if verdict.state != "left out")
    total = sum(verdict.state != "left out" for verdict in verdicts)
    places = f" ({', '.join(tested)})" if tested else ""
    console.progress(f"verify  {passed} of {total} self-tests passed{places}", done=True)
    for where, reason in left_out.items():
        console.note(f"self-test on {where} left out: {reason}")
    return verdicts


def _require_passes(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.state == "failed":
            if os.strerror(errno.ENOSPC) in verdict.detail:
                raise RunError(
                    f"a self-test could not be built on {verdict.where}: {os.strerror(errno.ENOSPC)}"
                )
            raise InternalError(f"a self-test failed on {verdict.place}:\n{verdict.detail}")
