"""Fills in what the HTML report shows: the one place that knows both the run and the report."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from compiler.driver.emission import Sized
from compiler.driver.job import Job
from compiler.driver.search import metric_of
from compiler.files import write_text
from compiler.report import view
from compiler.report.report import render_report
from compiler.search.trial import SearchResult

_QUANTITIES: dict[str, view.Quantity] = {
    "macs": "count",
    "parameters": "count",
    "cycles": "count",
    "ram": "bytes",
    "flash": "bytes",
    "latency": "microseconds",
    "energy": "microjoules",
}


def write_report(job: Job, result: SearchResult, sized: Sequence[Sized], folder: Path) -> Path:
    """Writes FOLDER/report.html and returns its path. RunError where it cannot be written."""
    report = view.RunReport(
        title=job.spec.name,
        version=version("protonas"),
        facts=(*_facts(job), *_weights(sized)),
        trials=len(result.trials),
        front=_front(result, {item.prototype.trial: item.prototype.name for item in sized}),
        rejections=tuple(view.Rejection(reason=r.kind, count=r.count) for r in result.reasons),
        prototypes=tuple(_prototype(item) for item in sized),
    )
    path = folder / "report.html"
    write_text(path, render_report(report))
    return path


def _facts(job: Job) -> Iterator[view.Fact]:
    target, limits, search = job.target, job.limits, job.spec.search
    yield view.Fact(label="target", value=f"{target.name}: {target.description}")
    yield view.Fact(label="core", value=f"{target.core} at {target.clock_hz / 1e6:g} MHz")
    for label, value, unit in (
        ("RAM at most", limits.ram_bytes, "B"),
        ("flash at most", limits.flash_bytes, "B"),
        ("MACs at most", limits.macs, ""),
        ("latency at most", limits.latency_us, "µs (estimate)"),
        ("energy at most", limits.energy_uj, "µJ (estimate)"),
    ):
        if value is not None:
            yield view.Fact(label=label, value=f"{value:,g} {unit}".strip())
    yield view.Fact(label="backend", value=job.backend.name)
    yield view.Fact(label="data", value=job.data.name if job.data else "none")
    yield view.Fact(label="seed", value=str(search.seed))


def _weights(sized: Sequence[Sized]) -> Iterator[view.Fact]:
    """Where weights came from, if not from here."""
    for prototype in (item.prototype for item in sized):
        if not prototype.random_weights and not prototype.history:
            yield view.Fact(label=f"weights of {prototype.name}", value=prototype.weights_from)


def _front(result: SearchResult, names: dict[int, str]) -> view.Front | None:
    """The first two objectives; one objective alone is drawn over MACs."""
    metrics = [(objective.metric, objective.direction == "maximize") for objective in result.objectives]
    (first, first_up), (second, second_up) = ([*metrics, ("macs", False)])[:2]
    if first == second:
        return None
    objectives = [objective.metric for objective in result.objectives]
    members = {trial.number for trial in result.front}
    candidates = []
    for trial in result.trials:
        if trial.values is None:
            continue
        kind = "prototype" if trial.number in names else "front" if trial.number in members else "dominated"
        candidates.append(
            view.Candidate(
                name=names.get(trial.number, f"trial {trial.number}"),
                x=metric_of(trial, second, objectives),
                y=metric_of(trial, first, objectives),
                kind=kind,  # type: ignore[arg-type]  # one of three literals
            )
        )
    return view.Front(x=_axis(second, second_up), y=_axis(first, first_up), candidates=tuple(candidates))


def _axis(metric: str, maximize: bool) -> view.Axis:
    return view.Axis(label=metric, quantity=_QUANTITIES.get(metric, "number"), maximize=maximize)


def _prototype(item: Sized) -> view.Prototype:
    prototype, cost, scores = item.prototype, item.measured.cost, item.prototype.scores
    calls = item.measured.program.calls
    return view.Prototype(
        name=prototype.name,
        ram_bytes=cost.ram_bytes,
        flash_bytes=cost.flash_bytes,
        macs=cost.macs,
        macs_left=cost.macs_left,
        parameters=cost.parameters,
        cycles=cost.cycles,
        latency_us=cost.latency_us,
        energy_uj=cost.energy_uj,
        float_accuracy=scores.test_float.accuracy if scores else None,
        integer_accuracy=scores.test_integer.accuracy if scores else None,
        balanced_accuracy=scores.test_integer.balanced_accuracy if scores else None,
        random_weights=prototype.random_weights,
        code_path=str(item.folder or ""),
        decisions=tuple(
            view.Fact(label=name, value=_decided(value)) for name, value in prototype.decisions.items()
        ),
        layers=_layers(item),
        memory=view.Memory(plan=item.measured.plan, calls=tuple(call.layer for call in calls)),
        confusion=view.Confusion(labels=scores.labels, counts=scores.test_integer.confusion)
        if scores
        else None,
        training=_training(item),
    )


def _decided(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _layers(item: Sized) -> tuple[view.LayerRow, ...]:
    graph = item.measured.graph
    shapes = {node.name: graph.tensors[node.outputs[0]].shape for node in graph.nodes}
    return tuple(
        view.LayerRow(
            name=layer.layer,
            kernel=layer.kernel,
            shape=shapes.get(layer.layer, ()),
            macs=layer.macs,
            ram_bytes=layer.ram_bytes,
            flash_bytes=layer.flash_bytes,
            cycles=layer.cycles,
        )
        for layer in item.measured.cost.layers
    )


def _training(item: Sized) -> view.Training | None:
    if not item.prototype.history:
        return None
    return view.Training(
        epochs=tuple(
            view.EpochPoint(
                epoch=epoch.epoch,
                train_loss=epoch.train_loss,
                train_accuracy=epoch.train_accuracy,
                validation_loss=epoch.validation_loss,
                validation_accuracy=epoch.validation_accuracy,
            )
            for epoch in item.prototype.history
        ),
        best_epoch=item.prototype.best_epoch,
    )
