"""What runs a generated folder's self-test on something other than the host, and measures it there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """`passed`: built, ran, and every stored vector gave the expected bytes. `output`: what it printed."""

    passed: bool
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionCounts:
    """Executed instructions of one inference: of each kernel call with its arguments, and of `entry`, what
    NAME_run does before the first."""

    calls: tuple[int, ...]
    entry: int

    @property
    def total(self) -> int:
        """All that one run executes, but for its return."""
        return self.entry + sum(self.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class StackUse:
    """The most stack that a function of the model takes, its callees included; `chain`: function and bytes.

    Without what the caller has pushed, interrupts, and the few bytes that align the stack.
    """

    bytes: int
    chain: tuple[tuple[str, int], ...]


class Runner(Protocol):
    """An emulator or a board. `stand_ins`: cores that it lacks, and one of `cores` that runs their code."""

    name: str
    cores: tuple[str, ...]
    stand_ins: Mapping[str, str]

    def unavailable(self, core: str) -> str | None:
        """One line that says what is missing to run on this core; None where nothing is."""
        ...

    def run(self, folder: Path, core: str, *, layers: bool = False) -> RunResult:
        """Builds the folder for the core and runs its self-test; with `layers`, every layer is compared."""
        ...

    def count(self, folder: Path, core: str) -> InstructionCounts:
        """Counts the instructions of the first stored vector. RunError where that cannot be done."""
        ...

    def stack(self, folder: Path, core: str) -> StackUse:
        """The bound that the compiler's own figures give. RunError where there is none."""
        ...
