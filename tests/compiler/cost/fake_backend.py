"""A backend with round numbers for costs, so that sums can be checked by hand."""

from collections.abc import Mapping

from compiler.backend import FirmwareRequest
from compiler.ir.graph import Graph
from compiler.ir.program import KernelCall, Program
from compiler.target import Isa
from searchspace_dsl.infeasible import Infeasible


class FakeBackend:
    """Knows one program, handed to it, or that there is no kernel."""

    name = "fake"

    def __init__(self, lowered: Program | Infeasible | None = None) -> None:
        self.lowered = lowered
        self.isas: list[Isa] = []

    def lower(self, graph: Graph, isa: Isa) -> Program | Infeasible:
        assert self.lowered is not None
        self.isas.append(isa)
        return self.lowered

    def cycles(self, call: KernelCall, core: str) -> int:
        return 1000 * len(call.reads) + len(core)

    def kernel_bytes(self, program: Program, core: str) -> Mapping[str, int]:
        return {f"{call.kernel}.c": 300 for call in program.calls}

    def call_bytes(self, call: KernelCall, core: str) -> int:
        return 40

    def stack_bytes(self, program: Program, core: str) -> int:
        return 100

    def emit(self, request: FirmwareRequest) -> Mapping[str, str]:
        raise AssertionError("costing prints nothing")
