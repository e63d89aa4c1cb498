"""Runs a generated folder's self-test on QEMU, through the folder's own Makefile."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from backends.emulate.cores import CORES
from compiler.runner import RunResult

TIMEOUT_SECONDS = 300
NEEDED = (
    ("make", "make"),
    ("arm-none-eabi-gcc", "gcc-arm-none-eabi libnewlib-arm-none-eabi"),
    ("qemu-system-arm", "qemu-system-arm"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QemuRunner:
    """Implements compiler.runner.Runner with qemu-system-arm's boards and arm-none-eabi-gcc."""

    name: str = "qemu"
    cores: tuple[str, ...] = tuple(core.name for core in CORES)
    timeout_seconds: int = TIMEOUT_SECONDS

    def unavailable(self, core: str) -> str | None:
        """One line naming a core that is not emulated, or the programs (and packages) that are missing."""
        if core not in self.cores:
            return f"QEMU runs no {core} here; there are: {', '.join(self.cores)}"
        missing = [(tool, package) for tool, package in NEEDED if shutil.which(tool) is None]
        if not missing and not _has_newlib():
            missing = [("newlib for arm-none-eabi-gcc", "libnewlib-arm-none-eabi")]
        if not missing:
            return None
        tools = " and ".join(tool for tool, _ in missing)
        verb = "is" if len(missing) == 1 else "are"
        return f"{tools} {verb} not installed (Debian: apt-get install {' '.join(pkg for _, pkg in missing)})"

    def run(self, folder: Path, core: str) -> RunResult:
        """`make run CORE=core` in the folder; objects go to its build/. Not passed where a tool is missing,
        the build fails, a byte differs, the core faults, or it takes longer than the timeout."""
        if reason := self.unavailable(core):
            return RunResult(passed=False, output=reason)
        command = ["make", "--no-print-directory", "-C", str(folder), "run", f"CORE={core}"]
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
            output, _ = process.communicate(timeout=self.timeout_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return RunResult(
                passed=False, output=f"{output}{core}: no result after {self.timeout_seconds} s\n"
            )
        return RunResult(passed=process.returncode == 0, output=output)


def _has_newlib() -> bool:
    """Whether the cross compiler finds its C library, packaged apart; if not, it echoes the name."""
    command = ["arm-none-eabi-gcc", "-print-file-name=libc.a"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() not in ("", "libc.a")


def _environment() -> dict[str, str]:
    """Ours without what a calling make passes on: its flags and job server are not for this build."""
    return {
        key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }


QEMU = QemuRunner()
