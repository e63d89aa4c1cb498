"""What a model takes on a board, before any code is written; `compile` and `plan` share it."""

import argparse
from dataclasses import dataclass

from compiler import plugins
from compiler.backend import Backend
from compiler.cost.limits import exceeds
from compiler.cost.measure import Measured, counts_of, measure, measure_quantized
from compiler.driver.input_place import OUTSIDE
from compiler.errors import ModelError, NothingFitsError, UsageError
from compiler.frontends.unsupported import Unsupported, UnsupportedError
from compiler.ir.graph import Graph, Node, Origin
from compiler.memory.check_plan import check_plan
from compiler.passes.compile_pipeline import optimize
from compiler.target import Target
from compiler.target_file import load_target
from searchspace_dsl.infeasible import Culprit, Infeasible
from searchspace_dsl.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """For what is compiled: a board, whose kernels are called on it, and whether inputs lie in the arena."""

    target: Target
    backend: Backend
    inputs_outside: bool = False


def board_from(arguments: argparse.Namespace) -> Board:
    """--target, --backend, --input. UsageError where no target is given, TargetError for one nobody knows."""
    if arguments.target is None:
        raise UsageError("which board? Give it with --target (protonas targets lists them)")
    target = load_target(arguments.target, plugins.target_folders())
    return Board(
        target=target,
        backend=plugins.backend(arguments.backend),
        inputs_outside=arguments.input == OUTSIDE,
    )


def size_model(imported: Graph, board: Board, *, optimized: bool) -> Measured:
    """Lowers, plans and costs, with `optimized` after the exact passes; MACs are those of `imported` itself.

    ModelError, in one message, for every operator the backend has no kernel for.
    """
    measured = _measured(imported, board, optimized=optimized)
    if isinstance(measured, Infeasible):
        raise _refusal(imported, measured, board)
    check_plan(measured.program, measured.plan)
    return measured


def _measured(imported: Graph, board: Board, *, optimized: bool) -> Measured | Infeasible:
    """A network that is float throughout is measured as if it were quantized."""
    outside = board.inputs_outside
    if all(tensor.dtype == "float32" for tensor in imported.tensors.values()):
        return measure(imported, board.backend, board.target, inputs_outside=outside)
    graph = optimize(imported) if optimized else imported
    counts = counts_of(imported)
    return measure_quantized(counts, graph, board.backend, board.target, inputs_outside=outside)


def _refusal(imported: Graph, infeasible: Infeasible, board: Board) -> ModelError:
    """Every node that the backend has no kernel for, as the frontends tell of operators they cannot read."""
    if not infeasible.culprits:
        return ModelError(f"{imported.name}: {infeasible.reason}")
    origins = {node.name: _origin(imported, node) for node in imported.nodes}
    return UnsupportedError(
        imported.name,
        tuple(
            _unsupported(culprit, origins.get(culprit.node), board.backend.name)
            for culprit in infeasible.culprits
        ),
    )


def _origin(imported: Graph, node: Node) -> Origin | None:
    """What the file calls a node; of a file that does not tell, what the graph calls it."""
    if node.origin is not None or not node.outputs:
        return node.origin
    output = node.outputs[0]
    return Origin(operator="", tensor=output, shape=imported.tensors[output].shape)


def _unsupported(culprit: Culprit, origin: Origin | None, backend: str) -> Unsupported:
    return Unsupported(
        operator=(origin.operator if origin else "") or culprit.operator,
        tensor=origin.tensor if origin else culprit.node,
        shape=origin.shape if origin else None,
        why=f"no {backend} kernel: {culprit.why}",
        nearest=culprit.nearest,
    )


def fits(measured: Measured, board: Board) -> bool:
    """Whether the board has enough RAM and flash."""
    return exceeds(measured.cost, Limits(), board.target) is None


def require_fit(name: str, measured: Measured, board: Board) -> None:
    """NothingFitsError, with the three largest contributors to each, where the board lacks RAM or flash."""
    excess = exceeds(measured.cost, Limits(), board.target)
    if excess is not None:
        raise NothingFitsError(f"{name} on {board.target.name}: {excess.reason}")
