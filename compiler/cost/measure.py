"""From a network to what it costs, on the path that code generation takes: there is no second estimate."""

from dataclasses import dataclass

from compiler.backend import Backend
from compiler.cost.cost import Cost
from compiler.cost.estimate import estimate
from compiler.ir.count import count_macs, count_parameters
from compiler.ir.graph import Graph
from compiler.ir.plan import MemoryPlan
from compiler.ir.program import Program
from compiler.memory.move_inputs import move_inputs
from compiler.memory.placement import plan_memory
from compiler.memory.schedule import schedule
from compiler.passes.assume_int8 import assume_int8
from compiler.passes.pipeline import run_passes
from compiler.target import Target
from searchspace_dsl.infeasible import Infeasible


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Multiplies and parameters of the network as designed, before batch norm is folded away."""

    macs: int
    parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`graph` is typed int8; `program` has its final order of calls; `plan` and `cost` are for it."""

    graph: Graph
    program: Program
    plan: MemoryPlan
    cost: Cost


def measure(
    graph: Graph, backend: Backend, target: Target, *, inputs_outside: bool = False
) -> Measured | Infeasible:
    """The cost of a float graph, before any pass and with or without weights, as if quantized to int8.

    Infeasible where the backend has no kernel.
    """
    typed = assume_int8(run_passes(graph))
    return measure_quantized(counts_of(graph), typed, backend, target, inputs_outside=inputs_outside)


def measure_quantized(
    counts: Counts, graph: Graph, backend: Backend, target: Target, *, inputs_outside: bool = False
) -> Measured | Infeasible:
    """The cost of a graph that is int8 already; `counts` are those of the network it was made from.

    For a model that arrives quantized they are `counts_of` that model itself. `inputs_outside`: inputs have a
    block of their own. Infeasible where the backend has no kernel.
    """
    lowered = backend.lower(graph, target.isa)
    if inputs_outside and not isinstance(lowered, Infeasible):
        lowered = move_inputs(lowered)
    if isinstance(lowered, Infeasible):
        return lowered
    program = schedule(lowered)
    plan = plan_memory(program)
    cost = estimate(program, plan, target, backend, macs=counts.macs, parameters=counts.parameters)
    return Measured(graph=graph, program=program, plan=plan, cost=cost)


def counts_of(graph: Graph) -> Counts:
    """What is counted on a network before any pass changes it."""
    return Counts(macs=count_macs(graph), parameters=count_parameters(graph))
