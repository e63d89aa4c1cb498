"""`protonas verify OUT`: runs the self-test of generated folders, on the host or on emulated cores."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.measuring import count, counts_as_json, show_counts, stack
from compiler.driver.selftest import HOST, Verdict, cores_with_stand_ins, emulated_cores, verify
from compiler.errors import RunError, UsageError
from compiler.runner import InstructionCounts, StackUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one folder did in one place; measured only where its self-test passed."""

    folder: Path
    verdict: Verdict
    stack: StackUse | None = None
    counts: InstructionCounts | None = None


def run(arguments: argparse.Namespace, console: Console) -> None:
    """RunError where a self-test fails, cannot be counted, or there is no generated model; UsageError for an
    unknown core, or instructions to be counted on the host."""
    places = _places(arguments.on)
    if arguments.count and places == (HOST,):
        raise UsageError(f"--count needs an emulated core: --on all, or one of {', '.join(emulated_cores())}")
    outcomes = []
    for folder in generated_folders(Path(arguments.output)):
        for where in places:
            console.progress(f"{folder.name} on {where}")
            outcomes.append(_verify(folder, where, arguments, console))
    console.progress(f"{len(outcomes)} self-test{'s' if len(outcomes) != 1 else ''}", done=True)
    _show(outcomes, console)
    console.result({"verified": [_as_json(outcome) for outcome in outcomes]})
    _require_passes(outcomes)


def generated_folders(output: Path) -> tuple[Path, ...]:
    """`output` itself where it is a generated folder, else those in it. RunError where there is none."""
    if _is_generated(output):
        return (output,)
    found = tuple(sorted(folder for folder in output.glob("*") if _is_generated(folder)))
    if not found:
        raise RunError(f"{output} holds no generated model (no NAME_report.json beside a Makefile)")
    return found


def _is_generated(folder: Path) -> bool:
    return (folder / "Makefile").is_file() and any(folder.glob("*_report.json"))


def _places(wanted: str) -> tuple[str, ...]:
    if wanted == "all":
        return (HOST, *emulated_cores())
    cores = cores_with_stand_ins()
    if wanted not in (HOST, *cores):
        raise UsageError(f"--on {wanted}: choose host, all, or one of {', '.join(cores)}")
    return (wanted,)


def _verify(folder: Path, where: str, arguments: argparse.Namespace, console: Console) -> Outcome:
    verdict = verify(folder, where, layers=arguments.layers)
    if verdict.state != "passed" or where == HOST:
        return Outcome(folder=folder, verdict=verdict)
    return Outcome(
        folder=folder,
        verdict=verdict,
        stack=_stack(folder, where, console),
        counts=count(folder, where) if arguments.count else None,
    )


def _stack(folder: Path, core: str, console: Console) -> StackUse | None:
    """A self-test that passes does not fail because its stack is not known."""
    try:
        return stack(folder, core)
    except RunError as error:
        console.note(f"{folder.name}: no bound on its stack on {core}: {error}")
        return None


def _show(outcomes: Sequence[Outcome], console: Console) -> None:
    rows = [_words(outcome) for outcome in outcomes]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        console.line("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())
    for folder in dict.fromkeys(outcome.folder for outcome in outcomes):
        counted = [
            (outcome.verdict.where, outcome.counts)
            for outcome in outcomes
            if outcome.folder == folder and outcome.counts is not None
        ]
        if counted:
            show_counts(folder, counted, console)


def _words(outcome: Outcome) -> tuple[str, ...]:
    verdict = outcome.verdict
    stack = f"stack {outcome.stack.bytes} B" if outcome.stack else ""
    return (outcome.folder.name, verdict.place, verdict.state, stack, _last_word(verdict))


def _last_word(verdict: Verdict) -> str:
    """The self-test's own, not make's."""
    lines = verdict.detail.splitlines() or [""]
    said = [line for line in lines if ": PASS: " in line or ": FAIL: " in line]
    said = said or [line for line in lines if not line.startswith("make: ")]
    compared = "" if verdict.layers_compared is None else f", {verdict.layers_compared} layers too"
    return (said or lines)[-1] + (compared if verdict.state == "passed" else "")


def _as_json(outcome: Outcome) -> dict[str, object]:
    verdict = outcome.verdict
    chain = outcome.stack.chain if outcome.stack else ()
    return {
        "folder": str(outcome.folder),
        "on": verdict.where,
        "as": verdict.stand_in or verdict.where,
        "state": verdict.state,
        "detail": verdict.detail,
        "layers_compared": verdict.layers_compared,
        "first_difference": asdict(verdict.difference) if verdict.difference else None,
        "stack_bytes": outcome.stack.bytes if outcome.stack else None,
        "stack": [{"function": name, "bytes": own_bytes} for name, own_bytes in chain],
        "instructions": counts_as_json(outcome.folder, outcome.counts) if outcome.counts else None,
    }


def _require_passes(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        verdict = outcome.verdict
        if verdict.state == "failed":
            said = verdict.difference
            first = f": layer {said.layer} ({said.kernel}) is the first that differs" if said else ""
            where = f"self-test of {outcome.folder} failed on {verdict.place}{first}"
            raise RunError(f"{where}\n{verdict.detail}")
    if all(outcome.verdict.state == "left out" for outcome in outcomes):
        raise RunError(f"no self-test could be run: {outcomes[0].verdict.detail}")
