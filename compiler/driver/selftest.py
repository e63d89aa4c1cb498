"""Runs the self-test of a generated folder, on the host or on a core that some runner emulates."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiler import plugins

_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`where` is "host" or a core; `detail` says why a test was left out, or what it printed."""

    where: str
    state: Literal["passed", "failed", "left out"]
    detail: str


def verify(folder: Path, where: str) -> Verdict:
    """Builds and runs the self-test of one generated folder. Never raises for a test that fails."""
    return _on_host(folder) if where == "host" else _on_core(folder, where)


def emulated_cores() -> tuple[str, ...]:
    """Every core some installed runner emulates, sorted."""
    return tuple(sorted({core for runner in plugins.runners() for core in runner.cores}))


def _on_host(folder: Path) -> Verdict:
    for tool in ("make", "cc"):
        if shutil.which(tool) is None:
            return Verdict(where="host", state="left out", detail=f"{tool} is not installed")
    command = ["make", "--no-print-directory", "-C", str(folder), "test", "CC=cc"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(where="host", state="failed", detail=f"no result within {_TIMEOUT_S} s")
    state: Literal["passed", "failed"] = "passed" if done.returncode == 0 else "failed"
    return Verdict(where="host", state=state, detail=(done.stdout + done.stderr).strip())


def _on_core(folder: Path, core: str) -> Verdict:
    reasons = []
    for runner in plugins.runners():
        if core not in runner.cores:
            continue
        reason = runner.unavailable(core)
        if reason is None:
            result = runner.run(folder, core)
            state: Literal["passed", "failed"] = "passed" if result.passed else "failed"
            return Verdict(where=core, state=state, detail=result.output.strip())
        reasons.append(reason)
    return Verdict(
        where=core, state="left out", detail="; ".join(reasons) or f"nothing here emulates a {core}"
    )
