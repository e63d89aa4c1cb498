"""`protonas check SPEC`: what a spec says, how large its space is, and how much of it fits."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.job import Job, job_from_spec
from compiler.driver.search import format_metric

SAMPLES = 1000
_UNITS = {"macs": "", "ram": " B", "flash": " B"}


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Prints decisions and size; costs 1,000 random members unless --no-sample."""
    job = job_from_spec(Path(arguments.spec), arguments)
    space = job.spec.space
    size = space.size()
    console.table(
        f"{job.spec.name}: {size} of {len(space.decisions)} decisions, for {job.target.name}",
        ("<decision", "values", "<domain"),
        [
            (decision.name, str(decision.cardinality or "real"), str(decision.domain))
            for decision in space.decisions
        ],
    )
    answer: dict[str, object] = {"name": job.spec.name, "target": job.target.name, "size": size.count}
    answer |= {"size_is_exact": size.exact, "real_decisions": size.reals}
    if not arguments.no_sample:
        answer["survey"] = _survey(job, arguments.jobs, console)
    console.result(answer)


def _survey(job: Job, jobs: int, console: Console) -> Mapping[str, object]:
    from compiler.search.run import setting_of
    from compiler.search.survey import survey
    from compiler.workers import process_pool

    setting = replace(setting_of(job.spec, job.backend.name, job.target), scores=())
    with process_pool(jobs) as pool:
        found = survey(job.spec, setting, SAMPLES, pool)
    console.line(f"{found.fitting / found.sampled:.1%} of {found.sampled:,} random networks fit")
    for kind, count in found.rejected.items():
        console.line(f"  {count / found.sampled:6.1%} stopped by {kind}")
    for metric, least in found.smallest.items():
        low, high = (format_metric(metric, value) for value in (least, found.largest[metric]))
        console.line(f"  {metric:5} {low} to {high}{_UNITS[metric]}")
    return asdict(found)
