"""A whole search: proposes generations, has them evaluated by worker processes, records them in order."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from compiler.errors import RunError
from compiler.proxies.aggregate import REFERENCE_NETWORKS, Reference, make_reference
from compiler.search.evaluate import Setting, evaluate, score_random_network
from compiler.search.metrics import (
    check_objectives,
    maximized,
    needed_scores,
    objective_values,
    wants_aggregate,
)
from compiler.search.pareto import nondominated
from compiler.search.sampler import Population, population_size, propose, survive
from compiler.search.study import Record, open_record
from compiler.search.trial import Reason, SearchProgress, SearchResult, Trial
from compiler.target import Target
from compiler.workers import process_pool
from searchspace_dsl.limits import Limits
from searchspace_dsl.spec import Objective, Spec

Progress = Callable[[SearchProgress], None]


def run_search(
    spec: Spec,
    backend_name: str,
    target: Target,
    run_folder: Path,
    *,
    jobs: int,
    progress: Progress | None = None,
    executor: Executor | None = None,
    inputs_outside: bool = False,
) -> SearchResult:
    """Searches the space of `spec` and records it in `run_folder`; goes on where an earlier run stopped.

    Same spec, seed and version, same result, whatever `jobs` (worker processes, also for one job, so that
    BLAS has one thread in any case) and however often it was interrupted. `executor` replaces the processes.
    `inputs_outside`: every network's input has a block of its own.
    Raises SpecError for unknown objectives, RunError for a folder of another search or one not writable.
    """
    check_objectives(spec, target)
    setting = setting_of(spec, backend_name, target, inputs_outside=inputs_outside)
    report = progress or (lambda _: None)
    with open_record(run_folder, spec, setting) as record, _executor(jobs, executor) as pool:
        if wants_aggregate(spec.search.objectives) and record.reference is None:
            record.keep_reference(_score_reference(setting, pool, report))
        trials: list[Trial] = []
        front: tuple[Trial, ...] = ()
        for trial in _trials(spec, setting, record, pool):
            trials.append(trial)
            front = front_of((*front, trial), spec.search.objectives)
            report(_progress(trials, front, spec.search.trials))
    return SearchResult(
        objectives=spec.search.objectives,
        trials=tuple(trials),
        front=front,
        reference=record.reference,
        reasons=_reasons(trials),
    )


def front_of(trials: Sequence[Trial], objectives: tuple[Objective, ...]) -> tuple[Trial, ...]:
    """Feasible trials that none dominates, by number; of trials that are the same network the first."""
    first = {trial.evaluation.network: trial for trial in reversed(trials) if trial.values is not None}
    feasible = sorted(first.values(), key=lambda trial: trial.number)
    if not feasible:
        return ()
    best = nondominated(maximized(np.array([trial.values for trial in feasible]), objectives))
    return tuple(trial for trial, keep in zip(feasible, best, strict=True) if keep)


def setting_of(spec: Spec, backend_name: str, target: Target, *, inputs_outside: bool = False) -> Setting:
    """What the evaluations of a search depend on: the limits and scores that `spec` asks for."""
    return Setting(
        spec_text=spec.text,
        spec_path=spec.path,
        backend=backend_name,
        target=target,
        limits=spec.target.limits if spec.target else Limits(),
        seed=spec.search.seed,
        scores=needed_scores(spec.search.objectives),
        inputs_outside=inputs_outside,
    )


@contextmanager
def _executor(jobs: int, given: Executor | None) -> Iterator[Executor]:
    if given is not None:
        yield given
        return
    with process_pool(jobs) as pool:
        yield pool


def _progress(trials: Sequence[Trial], front: Sequence[Trial], total: int) -> SearchProgress:
    feasible = sum(trial.values is not None for trial in trials)
    return SearchProgress(stage="trials", done=len(trials), total=total, feasible=feasible, front=len(front))


def _score_reference(setting: Setting, pool: Executor, report: Progress) -> Reference:
    futures = [pool.submit(score_random_network, setting, number) for number in range(REFERENCE_NETWORKS)]
    networks: list[Mapping[str, float]] = []
    for done, future in enumerate(futures, start=1):
        scores = future.result()
        if scores is not None:
            networks.append(scores)
        report(SearchProgress(stage="reference", done=done, total=len(futures), feasible=0, front=0))
    return make_reference(networks)


def _trials(spec: Spec, setting: Setting, record: Record, pool: Executor) -> Iterator[Trial]:
    """All trials in order, a generation at a time; those of the record are not evaluated again."""
    search = spec.search
    size = population_size(search.trials)
    population, seen = Population(), set[bytes]()
    for start in range(0, search.trials, size):
        numbers = range(start, min(start + size, search.trials))
        vectors = propose(spec.space, population, seen, search.seed, numbers)
        generation: list[Trial] = []
        for trial in _generation(spec, setting, record, pool, start, vectors):
            generation.append(trial)
            yield trial
        population = survive((*population.trials, *generation), search.objectives, size)
        if len(vectors) < len(numbers):
            return


def _generation(
    spec: Spec,
    setting: Setting,
    record: Record,
    pool: Executor,
    start: int,
    vectors: tuple[tuple[float, ...], ...],
) -> Iterator[Trial]:
    known = record.trials[start : start + len(vectors)]
    if any(trial.vector != vector for trial, vector in zip(known, vectors, strict=False)):
        raise RunError("the record of the search does not continue as it began; search again in a new folder")
    yield from known
    futures = [pool.submit(evaluate, setting, vector) for vector in vectors[len(known) :]]
    for number, (vector, future) in enumerate(
        zip(vectors[len(known) :], futures, strict=True), start=start + len(known)
    ):
        evaluation = future.result()
        fits = evaluation.infeasible is None
        values = objective_values(evaluation, spec.search.objectives, record.reference) if fits else None
        trial = Trial(number=number, vector=vector, evaluation=evaluation, values=values)
        record.add(trial)
        yield trial


def _reasons(trials: Sequence[Trial]) -> tuple[Reason, ...]:
    met = [trial.evaluation.infeasible for trial in trials if trial.evaluation.infeasible]
    examples = {infeasible.kind: infeasible.reason for infeasible in reversed(met)}
    counts = Counter(infeasible.kind for infeasible in met)
    return tuple(
        Reason(kind=kind, count=count, example=examples[kind]) for kind, count in counts.most_common()
    )
