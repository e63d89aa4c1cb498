"""The CMSIS-NN backend: Arm's kernels where they are exact, portable ones elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from backends.cmsis_nn.kernel_files import is_adapter, kernel_files, sources_of
from backends.cmsis_nn.lower import lower
from backends.cmsis_nn.tables import figures, struct_bytes
from backends.cmsis_nn.work import work_of
from backends.firmware.sides import SIDES_BYTES, shared_sides
from backends.portable.backend import PORTABLE
from backends.portable.tables import core_code, core_cycles, core_stack
from compiler.backend import FirmwareRequest
from compiler.ir.graph import Graph, Rounding
from compiler.ir.program import KernelCall, Program
from compiler.target import CORE_ISA, Isa
from searchspace_dsl.infeasible import Infeasible


@dataclass(frozen=True, slots=True)
class CmsisNnBackend:
    """Implements compiler.backend.Backend. `rounding`: what the user's build of the library does;
    "single" is a build with CMSIS_NN_USE_SINGLE_ROUNDING."""

    name: str = "cmsis-nn"
    rounding: Rounding = "double"

    def lower(self, graph: Graph, isa: Isa) -> Program | Infeasible:
        """See backends.cmsis_nn.lower."""
        return lower(graph, isa, self.name, self.rounding)

    def cycles(self, call: KernelCall, core: str) -> int:
        """Instructions, linear in what the kernel does, times the core's mean cycles: see PORTABLE."""
        if not is_adapter(call.kernel):
            return PORTABLE.cycles(call, core)
        weights: dict[str, float] = figures(call.kernel, "instructions", core)
        turns = work_of(call, CORE_ISA[core])
        instructions = sum(weights.get(loop, 0) * count for loop, count in turns.items())
        return ceil(instructions * core_cycles(core).per_instruction)

    def kernel_bytes(self, program: Program, core: str) -> Mapping[str, int]:
        """Bytes by C source, by member of libraries (Arm's too) that sources need, and "model", with the
        sides that calls share."""
        calls = tuple(call for call in program.calls if not is_adapter(call.kernel))
        found = dict(PORTABLE.kernel_bytes(replace(program, calls=calls), core))
        found["model"] += SIDES_BYTES * len(shared_sides(program.calls))
        for kernel in sorted({call.kernel for call in program.calls if is_adapter(call.kernel)}):
            for source in sources_of(kernel):
                code = figures(Path(source).stem, "code", core)
                found |= {source: code["bytes"], **code["library"]}
        return found

    def call_bytes(self, call: KernelCall, core: str) -> int:
        """Parameter struct, and the instructions and literals that hand it and the buffers over."""
        if not is_adapter(call.kernel):
            return PORTABLE.call_bytes(call, core)
        table = core_code(core)
        buffers = len(call.reads) + len(call.writes) + len(call.scratch)
        return struct_bytes(call.kernel) + table.call + table.argument * buffers

    def stack_bytes(self, program: Program, core: str) -> int:
        """Of the kernel that takes most, and the largest frame seen of NAME_run."""
        calls = tuple(call for call in program.calls if not is_adapter(call.kernel))
        table = core_stack(core)
        kernels = {call.kernel for call in program.calls if is_adapter(call.kernel)}
        ours = max((figures(kernel, "stack", core) for kernel in sorted(kernels)), default=0)
        return max(table.entry + ours, PORTABLE.stack_bytes(replace(program, calls=calls), core))

    def emit(self, request: FirmwareRequest) -> Mapping[str, str]:
        """The generated folder, with adapters and the portable kernels that the program uses."""
        from backends.firmware.emit import emit_folder

        sources = {source for call in request.program.calls for source in call.sources}
        return emit_folder(request, kernel_files(sorted(sources), request.program.isa))


CMSIS_NN = CmsisNnBackend()
CMSIS_NN_SINGLE_ROUNDING = CmsisNnBackend(name="cmsis-nn-single-rounding", rounding="single")
"""For a library built with CMSIS_NN_USE_SINGLE_ROUNDING."""
