"""`protonas check SPEC`: what a spec says, how large its space is, and how much of it fits."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from textwrap import wrap

from compiler.driver.console import Console
from compiler.driver.decisions import WIDTH, decision_lines
from compiler.driver.job import Job, job_of_spec, spec_from
from compiler.errors import UsageError
from compiler.search.metrics import check_objectives
from searchspace_dsl.spec import Spec

SAMPLES = 1000
_COSTS = {"macs": ("MACs", ""), "ram": ("RAM", " B"), "flash": ("flash", " B")}


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Prints decisions and size; costs 1,000 random members unless --no-sample, which needs no target."""
    spec = spec_from(Path(arguments.spec), arguments)
    job = None
    if arguments.target or spec.target:
        job = job_of_spec(spec, arguments)
    elif not arguments.no_sample:
        raise UsageError(
            f"{spec.path} names no target to fit: write `target BOARD {{ }}` in it or give --target BOARD "
            "(protonas targets lists the boards); --no-sample needs none"
        )
    check_objectives(spec, job.target if job else None)
    size = spec.space.size()
    answer: dict[str, object] = {
        "name": spec.name,
        "target": job.target.name if job else None,
        "size": size.count,
        "size_is_exact": size.exact,
        "satisfying": size.satisfying,
        "real_decisions": size.reals,
        "decisions": [
            {"name": decision.name, "values": decision.cardinality, "domain": str(decision.domain)}
            for decision in spec.space.decisions
        ],
    }
    _show_space(spec, str(size), job, console)
    if job and not arguments.no_sample:
        answer["survey"] = _survey(job, arguments.jobs, console)
    console.result(answer)


def _show_space(spec: Spec, size: str, job: Job | None, console: Console) -> None:
    count = len(spec.space.decisions)
    board = f", for {job.target.name}" if job else ""
    title = f"{spec.name}: {size}; {count} decision{'s' if count != 1 else ''}{board}"
    for line in wrap(title, WIDTH, subsequent_indent="  "):
        console.line(line)
    console.line()
    for line in decision_lines(spec.space.decisions):
        console.line(line)
    if spec.space.decisions:
        console.line()


def _survey(job: Job, jobs: int, console: Console) -> Mapping[str, object]:
    from compiler.search.run import setting_of
    from compiler.search.survey import survey
    from compiler.workers import process_pool

    setting = setting_of(job.spec, job.backend.name, job.target, inputs_outside=job.inputs_outside)
    with process_pool(jobs) as pool:
        found = survey(job.spec, replace(setting, scores=()), SAMPLES, pool)
    console.line(f"{found.fitting / found.sampled:.1%} of {found.sampled:,} random networks fit")
    for kind, count in found.rejected.items():
        line = f"  {count / found.sampled:6.1%} stopped by {kind}; for example: {found.examples[kind]}"
        for wrapped in wrap(line, WIDTH, subsequent_indent=" " * 9):
            console.line(wrapped)
    if found.smallest:
        console.line()
        console.line(f"  {'':5}  {'smallest':>15}  {'largest':>15}")
    for metric, least in found.smallest.items():
        name, unit = _COSTS[metric]
        console.line(f"  {name:5}  {least:15,.0f}  {found.largest[metric]:15,.0f}{unit}")
    return asdict(found)
