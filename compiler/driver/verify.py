"""`protonas verify OUT`: runs the self-test of generated folders, on the host or on emulated cores."""

import argparse
from pathlib import Path

from compiler.driver.console import Console
from compiler.driver.selftest import Verdict, emulated_cores, verify
from compiler.errors import RunError, UsageError


def run(arguments: argparse.Namespace, console: Console) -> None:
    """RunError where a self-test fails or there is no generated model; UsageError for an unknown core."""
    folders = generated_folders(Path(arguments.output))
    verdicts = []
    for folder in folders:
        for where in _places(arguments.on):
            console.progress(f"{folder.name} on {where}")
            verdicts.append((folder, verify(folder, where)))
    console.progress(f"{len(verdicts)} self-tests", done=True)
    for folder, verdict in verdicts:
        last = verdict.detail.splitlines()[-1] if verdict.detail else ""
        console.line(f"{folder.name:24} {verdict.where:12} {verdict.state:9} {last}".rstrip())
    console.result({"verified": [_as_json(folder, verdict) for folder, verdict in verdicts]})
    failed = [(folder, verdict) for folder, verdict in verdicts if verdict.state == "failed"]
    if failed:
        folder, verdict = failed[0]
        raise RunError(f"self-test of {folder} failed on {verdict.where}:\n{verdict.detail}")
    if all(verdict.state == "left out" for _, verdict in verdicts):
        raise RunError(f"no self-test could be run: {verdicts[0][1].detail}")


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
    cores = emulated_cores()
    if wanted == "all":
        return ("host", *cores)
    if wanted not in ("host", *cores):
        raise UsageError(f"--on {wanted}: choose host, all, or one of {', '.join(cores)}")
    return (wanted,)


def _as_json(folder: Path, verdict: Verdict) -> dict[str, str]:
    return {"folder": str(folder), "on": verdict.where, "state": verdict.state, "detail": verdict.detail}
