"""What emulated cores tell of generated C beside whether it is right: instructions by layer, and stack."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.selftest import runner_for
from compiler.errors import RunError
from compiler.runner import InstructionCounts, StackUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A kernel call as the folder's report names it; `macs` is None where it has no such call."""

    layer: str
    kernel: str
    macs: int | None


def count(folder: Path, core: str) -> InstructionCounts:
    """Instructions of one inference. RunError, in one line, where they cannot be counted."""
    runner = runner_for(core)
    if isinstance(runner, str):
        raise RunError(runner)
    return runner.count(folder, core)


def stack(folder: Path, core: str) -> StackUse:
    """The bound on the stack of NAME_run. RunError where there is none."""
    runner = runner_for(core)
    if isinstance(runner, str):
        raise RunError(runner)
    return runner.stack(folder, core)


def calls_of(folder: Path, count: int) -> tuple[Call, ...]:
    """The `count` kernel calls in order, as NAME_report.json names them, or by number where it does not."""
    named = _reported_layers(folder)
    if len(named) == count:
        return tuple(
            Call(layer=str(item["layer"]), kernel=str(item["kernel"]), macs=_integer(item.get("macs")))
            for item in named
        )
    return tuple(Call(layer=f"call {index}", kernel="", macs=None) for index in range(count))


def show_counts(folder: Path, counts: Sequence[tuple[str, InstructionCounts]], console: Console) -> None:
    """A table: a line for each layer, a column for each core."""
    calls = calls_of(folder, len(counts[0][1].calls))
    columns = ["<layer", "<kernel", "MACs", *(core for core, _ in counts)]
    rows = [
        [call.layer, call.kernel, _grouped(call.macs), *(f"{on.calls[index]:,}" for _, on in counts)]
        for index, call in enumerate(calls)
    ]
    macs = sum(call.macs or 0 for call in calls)
    rows.append(["all, with entry", "", _grouped(macs or None), *(f"{on.total:,}" for _, on in counts)])
    console.table(f"{folder.name}: executed instructions of one inference", columns, rows)


def counts_as_json(folder: Path, counts: InstructionCounts) -> dict[str, object]:
    """`total`, `entry` and `layers`, each with its instructions."""
    calls = calls_of(folder, len(counts.calls))
    return {
        "total": counts.total,
        "entry": counts.entry,
        "layers": [
            {"layer": call.layer, "kernel": call.kernel, "instructions": instructions}
            for call, instructions in zip(calls, counts.calls, strict=True)
        ],
    }


def _reported_layers(folder: Path) -> list[dict[str, object]]:
    for path in sorted(folder.glob("*_report.json")):
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"cannot read {path}: {error}") from error
        layers = report.get("layers") if isinstance(report, dict) else None
        if isinstance(layers, list) and all(
            isinstance(item, dict) and {"layer", "kernel"} <= set(item) for item in layers
        ):
            return layers
    return []


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _grouped(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
