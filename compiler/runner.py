"""What runs a generated folder's self-test on something other than the host."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """`passed`: built, ran, and every stored vector gave the expected bytes. `output`: what it printed."""

    passed: bool
    output: str


class Runner(Protocol):
    """An emulator or a board."""

    name: str
    cores: tuple[str, ...]

    def unavailable(self, core: str) -> str | None:
        """One line that says what is missing to run on this core; None where nothing is."""
        ...

    def run(self, folder: Path, core: str) -> RunResult:
        """Builds the folder for the core and runs its self-test."""
        ...
