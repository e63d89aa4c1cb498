"""Runs the self-test of a generated folder, on the host or on a core that some runner emulates."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiler import plugins
from compiler.runner import Runner

HOST = "host"
_TIMEOUT_S = 600
_DIFFERENCE = re.compile(
    r": FAIL: vector (\d+), call (\d+): layer (.*) \((\w+)\) is the first that differs$", re.M
)
_COMPARED = re.compile(r": layers: (\d+) of \d+ calls compared$", re.MULTILINE)
_TOO_LARGE = re.compile(r"region `\w+' overflowed by \d+ bytes")
_OTHER_CORES = re.compile(r'#error "generated for (cores with .*?), compiled for others')
State = Literal["passed", "failed", "left out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first kernel call that left other bytes than the reference, in the first vector where one did."""

    vector: int
    call: int
    layer: str
    kernel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`where` is "host" or a core, `stand_in` the core that ran its code where it is another; `detail` says
    why a test was left out, or what it printed. `layers_compared`: kernel calls that --layers held against
    the reference; None without it."""

    where: str
    state: State
    detail: str
    stand_in: str = ""
    difference: Difference | None = None
    layers_compared: int | None = None

    @property
    def place(self) -> str:
        """Where it ran, in words."""
        return f"{self.where}, as {self.stand_in}" if self.stand_in else self.where


def verify(folder: Path, where: str, *, layers: bool = False) -> Verdict:
    """Builds and runs the self-test of one generated folder, with `layers` comparing each of them. Never
    raises for a test that fails."""
    return _on_host(folder, layers=layers) if where == HOST else _on_core(folder, where, layers=layers)


def emulated_cores() -> tuple[str, ...]:
    """Every core some installed runner emulates, in the runners' order."""
    return tuple(dict.fromkeys(core for runner in plugins.runners() for core in runner.cores))


def cores_with_stand_ins() -> tuple[str, ...]:
    """Those, and then every core that one of them stands for."""
    stood_for = [core for runner in plugins.runners() for core in runner.stand_ins]
    return tuple(dict.fromkeys((*emulated_cores(), *stood_for)))


def runner_for(core: str) -> Runner | str:
    """What can run code of a core here, or the reasons why nothing can. One that emulates the core itself
    goes before one that has a stand-in."""
    known = [runner for runner in plugins.runners() if core in (*runner.cores, *runner.stand_ins)]
    reasons = []
    for runner in sorted(known, key=lambda runner: core not in runner.cores):
        reason = runner.unavailable(core)
        if reason is None:
            return runner
        reasons.append(reason)
    return "; ".join(reasons) or f"nothing here emulates a {core}"


def _on_host(folder: Path, *, layers: bool) -> Verdict:
    for tool in ("make", "cc"):
        if shutil.which(tool) is None:
            return Verdict(where=HOST, state="left out", detail=f"{tool} is not installed")
    command = ["make", "--no-print-directory", "-C", str(folder), "test", "CC=cc"]
    command += ["LAYERS=1"] if layers else []
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(where=HOST, state="failed", detail=f"no result within {_TIMEOUT_S} s")
    return _verdict(HOST, passed=done.returncode == 0, output=done.stdout + done.stderr)


def _on_core(folder: Path, core: str, *, layers: bool) -> Verdict:
    runner = runner_for(core)
    if isinstance(runner, str):
        return Verdict(where=core, state="left out", detail=runner)
    result = runner.run(folder, core, layers=layers)
    if not result.passed and (overflow := _TOO_LARGE.search(result.output)):
        reason = f"larger than the board that is emulated: {overflow[0]}"
        return Verdict(where=core, state="left out", detail=reason)
    stand_in = "" if core in runner.cores else runner.stand_ins[core]
    return _verdict(core, passed=result.passed, output=result.output, stand_in=stand_in)


def _verdict(where: str, *, passed: bool, output: str, stand_in: str = "") -> Verdict:
    if not passed and (foreign := _OTHER_CORES.search(output)):
        return Verdict(where=where, state="left out", detail=f"generated for {foreign[1]}", stand_in=stand_in)
    found = _DIFFERENCE.search(output)
    compared = _COMPARED.search(output)
    return Verdict(
        where=where,
        state="passed" if passed else "failed",
        detail=output.strip(),
        stand_in=stand_in,
        difference=found
        and Difference(vector=int(found[1]), call=int(found[2]), layer=found[3], kernel=found[4]),
        layers_compared=int(compared[1]) if compared else None,
    )
