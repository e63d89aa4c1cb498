"""The portable backend: plain C11 for every core, its costs from tables measured on emulated ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from backends.portable.kernel_files import kernel_files
from backends.portable.lower import lower
from backends.portable.tables import core_code, core_cycles, core_stack, struct_bytes
from backends.portable.work import work_of
from compiler.backend import FirmwareRequest
from compiler.ir.graph import Graph
from compiler.ir.program import KernelCall, Program
from compiler.target import Isa
from searchspace_dsl.infeasible import Infeasible


@dataclass(frozen=True, slots=True)
class PortableBackend:
    """Implements compiler.backend.Backend."""

    name: str = "portable"

    def lower(self, graph: Graph, isa: Isa) -> Program | Infeasible:
        """See backends.portable.lower."""
        return lower(graph, isa)

    def cycles(self, call: KernelCall, core: str) -> int:
        """Executed instructions, linear in the turns of the kernel's loops, times the core's mean cycles."""
        table = core_cycles(core)
        turns = work_of(call)
        weights = table.instructions[call.kernel]
        instructions = sum(weights[loop] * count for loop, count in turns.items())
        return ceil(instructions * table.per_instruction)

    def kernel_bytes(self, program: Program, core: str) -> Mapping[str, int]:
        """Bytes by C source, by library member that sources need, and "model": the code around the calls."""
        table = core_code(core)
        sources = sorted({source for call in program.calls for source in call.sources})
        members = sorted({member for source in sources for member in table.library.get(source, ())})
        return {
            "model": table.model,
            **{source: table.sources[source] for source in sources},
            **{member: table.members[member] for member in members},
        }

    def call_bytes(self, call: KernelCall, core: str) -> int:
        """Parameter struct, and the instructions and literals that hand it and the buffers over."""
        table = core_code(core)
        buffers = len(call.reads) + len(call.writes) + len(call.scratch)
        return struct_bytes(call.kernel) + table.call + table.argument * buffers

    def stack_bytes(self, program: Program, core: str) -> int:
        """Of the kernel that takes most, and the largest frame seen of NAME_run, which no table can know."""
        table = core_stack(core)
        sources = {source for call in program.calls for source in call.sources}
        return table.entry + max((table.kernels[source] for source in sorted(sources)), default=0)

    def emit(self, request: FirmwareRequest) -> Mapping[str, str]:
        """The generated folder, with the kernels the program uses."""
        from backends.firmware.emit import emit_folder

        sources = {source for call in request.program.calls for source in call.sources}
        return emit_folder(request, kernel_files(sources))


PORTABLE = PortableBackend()
