"""Runs a generated folder's self-test on QEMU, through the folder's own Makefile."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backends.emulate.cores import CORES, STAND_INS, emulated
from backends.emulate.count import count_instructions
from backends.emulate.process import make_command, run_bounded
from backends.emulate.stack import stack_use
from compiler.errors import RunError
from compiler.runner import InstructionCounts, RunResult, StackUse

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
    stand_ins: Mapping[str, str] = field(default_factory=lambda: dict(STAND_INS))
    timeout_seconds: int = TIMEOUT_SECONDS

    def unavailable(self, core: str) -> str | None:
        """One line naming a core that is not emulated, or the programs (and packages) that are missing."""
        if core not in self.cores and core not in self.stand_ins:
            return f"QEMU runs no {core} here; there are: {', '.join(self.cores)}"
        missing = [(tool, package) for tool, package in NEEDED if shutil.which(tool) is None]
        if not missing and not _has_newlib():
            missing = [("newlib for arm-none-eabi-gcc", "libnewlib-arm-none-eabi")]
        if not missing:
            return None
        tools = " and ".join(tool for tool, _ in missing)
        verb = "is" if len(missing) == 1 else "are"
        return f"{tools} {verb} not installed (Debian: apt-get install {' '.join(pkg for _, pkg in missing)})"

    def run(self, folder: Path, core: str, *, layers: bool = False) -> RunResult:
        """`make run CORE=core` in the folder; objects go to its build/. Not passed where a tool is missing,
        the build fails, a byte differs, the core faults, or it takes longer than the timeout."""
        if reason := self.unavailable(core):
            return RunResult(passed=False, output=reason)
        words = ("run", f"CORE={emulated(core).name}", *(("LAYERS=1",) if layers else ()))
        done = run_bounded(make_command(folder, *words), self.timeout_seconds)
        if done.status is None:
            text = f"{done.output}{core}: no result after {self.timeout_seconds} s\n"
            return RunResult(passed=False, output=text)
        return RunResult(passed=done.status == 0, output=done.output)

    def count(self, folder: Path, core: str) -> InstructionCounts:
        """See backends.emulate.count."""
        if reason := self.unavailable(core):
            raise RunError(reason)
        return count_instructions(folder, core, self.timeout_seconds)

    def stack(self, folder: Path, core: str) -> StackUse:
        """See backends.emulate.stack."""
        if reason := self.unavailable(core):
            raise RunError(reason)
        return stack_use(folder, emulated(core).name, self.timeout_seconds)


def _has_newlib() -> bool:
    """Whether the cross compiler finds its C library, packaged apart; if not, it echoes the name."""
    command = ["arm-none-eabi-gcc", "-print-file-name=libc.a"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() not in ("", "libc.a")


QEMU = QemuRunner()
