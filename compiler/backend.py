"""What a backend must be able to do, and what it is given to print."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from compiler.cost.cost import Cost
from compiler.ir.graph import Graph
from compiler.ir.plan import MemoryPlan
from compiler.ir.program import KernelCall, Program
from compiler.target import Isa, Target
from searchspace_dsl.infeasible import Infeasible


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Stored self-test: raw bytes of inputs (n, input_bytes) and expected outputs (n, output_bytes), int8.

    `checksums`: what compiler.reference.checksums gives for the program, (n, calls); without columns where
    layers are not to be compared. `sequence`: how many vectors are given one after the other to one state,
    which begins anew with the next; n is a multiple of it.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    checksums: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    sequence: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareRequest:
    """All that goes into a generated folder. `program` carries constant data; `graph` is the quantized
    network it came from. `report` is JSON-ready and printed as NAME_report.json. `random_weights` is set
    when nothing was trained: every file then says so.
    """

    program: Program
    plan: MemoryPlan
    graph: Graph
    cost: Cost
    target: Target
    vectors: Vectors
    report: Mapping[str, object]
    random_weights: bool = False


class Backend(Protocol):
    """Lowers, prints, and knows what its kernels cost."""

    name: str

    def lower(self, graph: Graph, isa: Isa) -> Program | Infeasible:
        """An int8 graph (with or without weights) as kernel calls. Infeasible("no kernel", ...) names
        every operator there is no kernel for."""
        ...

    def cycles(self, call: KernelCall, core: str) -> int:
        """Estimated cycles of one call on a core, memory without wait states."""
        ...

    def kernel_bytes(self, program: Program, core: str) -> Mapping[str, int]:
        """Code bytes by C source file, each counted once, library members they pull in included."""
        ...

    def call_bytes(self, call: KernelCall, core: str) -> int:
        """Flash bytes of one call: its parameter struct and the instructions that make the call."""
        ...

    def stack_bytes(self, program: Program, core: str) -> int:
        """Estimated stack of one inference, without what the caller has pushed and without interrupts."""
        ...

    def emit(self, request: FirmwareRequest) -> Mapping[str, str]:
        """The generated folder: relative path -> text. Pure; writes nothing."""
        ...
