"""Graphs lowered by the CMSIS-NN backend and verified, for the tests of what became of them."""

from backends.cmsis_nn.backend import CMSIS_NN
from compiler.backend import Backend
from compiler.ir.graph import Graph
from compiler.ir.program import KernelCall, Program
from compiler.ir.verify_program import verify_program
from compiler.memory.check_plan import check_plan
from compiler.memory.placement import plan_memory
from compiler.target import Isa

ISAS: tuple[Isa, ...] = ("plain", "dsp", "mve")


def lowered(graph: Graph, isa: Isa, backend: Backend = CMSIS_NN) -> Program:
    program = backend.lower(graph, isa)
    assert isinstance(program, Program), program
    verify_program(program)
    check_plan(program, plan_memory(program))
    return program


def only_call(graph: Graph, isa: Isa, backend: Backend = CMSIS_NN) -> KernelCall:
    (call,) = lowered(graph, isa, backend).calls
    return call


def scratch_bytes(graph: Graph, isa: Isa) -> int:
    return sum(buffer.bytes for buffer in lowered(graph, isa).buffers if buffer.kind == "scratch")
