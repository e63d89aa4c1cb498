"""A quantized prototype as a folder of C: lowered, planned, held against the limits, printed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from compiler.backend import FirmwareRequest
from compiler.cost.cost import Cost
from compiler.cost.limits import exceeds
from compiler.cost.measure import Counts, Measured, measure_quantized
from compiler.driver.facts import cost_facts, layer_facts
from compiler.driver.job import Job
from compiler.driver.prototype import Prototype, Scores
from compiler.errors import InternalError, NothingFitsError
from compiler.files import write_folders
from compiler.ir.graph import Graph
from compiler.memory.check_plan import check_plan
from compiler.passes.compile_pipeline import optimize
from compiler.reference.checksums import call_checksums
from searchspace_dsl.infeasible import Infeasible


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A prototype and what it exactly takes on the job's target; `folder` holds its C, once printed."""

    prototype: Prototype
    measured: Measured
    folder: Path | None = None


def size_prototype(job: Job, prototype: Prototype, searched_ram_bytes: int | None) -> Sized:
    """Lowers, plans and costs, without what never varies in it.

    `searched_ram_bytes`: what the search counted for this network on this target, None for another target.
    NothingFitsError where the network exceeds the limits, InternalError where it needs more RAM than counted.
    """
    measured = _measured(job, prototype)
    if isinstance(measured, Infeasible):
        raise NothingFitsError(f"{prototype.name}: {measured.reason}")
    check_plan(measured.program, measured.plan)
    cost = measured.cost
    if searched_ram_bytes is not None and cost.ram_bytes > searched_ram_bytes:
        raise InternalError(
            f"{prototype.name} needs {cost.ram_bytes} B of RAM, but the search counted {searched_ram_bytes} B"
        )
    excess = exceeds(cost, job.limits, job.target)
    if excess is not None:
        raise NothingFitsError(f"{prototype.name} on {job.target.name}: {excess.reason}")
    return Sized(prototype=prototype, measured=measured)


def _measured(job: Job, prototype: Prototype) -> Measured | Infeasible:
    """Training leaves channels that never vary. They go where RAM, flash and cycles are then no more than
    with them: a kernel may be slower by fewer channels. A network of random weights stays whole: it is there
    to measure what was designed.
    """
    whole = _measured_graph(job, prototype, prototype.graph)
    if prototype.random_weights or isinstance(whole, Infeasible):
        return whole
    lean = _measured_graph(job, prototype, optimize(prototype.graph))
    return whole if isinstance(lean, Infeasible) or _costs_more(lean.cost, whole.cost) else lean


def _measured_graph(job: Job, prototype: Prototype, graph: Graph) -> Measured | Infeasible:
    counts = Counts(macs=prototype.macs, parameters=prototype.parameters)
    return measure_quantized(counts, graph, job.backend, job.target, inputs_outside=job.inputs_outside)


def _costs_more(one: Cost, other: Cost) -> bool:
    """In any of what a limit may be set to."""
    return one.ram_bytes > other.ram_bytes or one.flash_bytes > other.flash_bytes or one.cycles > other.cycles


def emit_prototypes(job: Job, sized: Sequence[Sized], output: Path) -> list[Sized]:
    """Writes OUTPUT/NAME for each: all of them, or none where one cannot be written, which is a RunError."""
    printed = [replace(item, folder=output / item.prototype.name) for item in sized]
    write_folders({output / item.prototype.name: job.backend.emit(_request(job, item)) for item in sized})
    return printed


def _request(job: Job, sized: Sized) -> FirmwareRequest:
    prototype, measured = sized.prototype, sized.measured
    checksums = call_checksums(measured.graph, measured.program, prototype.vectors.inputs)
    return FirmwareRequest(
        program=measured.program,
        plan=measured.plan,
        graph=measured.graph,
        cost=measured.cost,
        target=job.target,
        vectors=replace(prototype.vectors, checksums=checksums),
        report=report_of(job, sized),
        random_weights=prototype.random_weights,
    )


def report_of(job: Job, sized: Sized) -> dict[str, object]:
    """What NAME_report.json and --json say of one prototype."""
    prototype = sized.prototype
    return {
        "name": prototype.name,
        "protonas": version("protonas"),
        "spec": job.spec.name,
        "seed": job.spec.search.seed,
        "trial": prototype.trial,
        "target": job.target.name,
        **cost_facts(sized.measured, job.backend, job.target),
        "random_weights": prototype.random_weights,
        "weights_from": prototype.weights_from,
        **_accuracies(prototype.scores),
        "decisions": prototype.decisions,
        "layers": layer_facts(sized.measured),
    }


def _accuracies(scores: Scores | None) -> dict[str, object]:
    if scores is None:
        return {"float_accuracy": None, "integer_accuracy": None}
    return {
        "validation_accuracy": scores.validation.accuracy,
        "float_accuracy": scores.test_float.accuracy,
        "integer_accuracy": scores.test_integer.accuracy,
        "balanced_accuracy": scores.test_integer.balanced_accuracy,
        "confusion": [list(row) for row in scores.test_integer.confusion],
    }
