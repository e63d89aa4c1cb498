"""Work on a generated folder in child processes, with a time limit: whatever they started ends with them."""

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.errors import RunError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """`output`: stdout and stderr as they came; `status` is None where the time ran out."""

    status: int | None
    output: str


def run_bounded(command: Sequence[str], timeout_seconds: float) -> Finished:
    """Runs a command with nothing on stdin. OSError where it cannot be started."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        env=_environment(),
    )
    try:
        output, _ = process.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return Finished(status=None, output=output)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return Finished(status=process.returncode, output=output)


def make_command(folder: Path, *words: str) -> list[str]:
    """A make in a generated folder."""
    return ["make", "--no-print-directory", "-C", str(folder), *words]


def model_name(folder: Path) -> str:
    """What the public names of a folder's model start with. RunError where it is no generated folder."""
    reports = sorted(folder.glob("*_report.json"))
    if len(reports) != 1:
        raise RunError(f"{folder} is not the folder of one generated model")
    return reports[0].name.removesuffix("_report.json")


def _environment() -> dict[str, str]:
    """Ours without what a calling make passes on: its flags and job server are not for this build."""
    return {
        key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }
