"""The one order in which a quantized network is made smaller: its outputs keep every byte."""

from collections.abc import Callable

from compiler.ir.graph import Graph
from compiler.passes.fold_byte_functions import fold_byte_functions
from compiler.passes.fold_constants import fold_constants
from compiler.passes.fold_enlargements import fold_enlargements
from compiler.passes.fold_moves import fold_moves
from compiler.passes.fold_pads import fold_pads
from compiler.passes.fold_reshape import fold_reshape
from compiler.passes.remove_channels import remove_channels
from compiler.passes.remove_dead_nodes import remove_dead_nodes

COMPILE_PIPELINE: tuple[Callable[[Graph], Graph], ...] = (
    # first, because what nothing reads would keep other things from folding
    remove_dead_nodes,
    fold_constants,
    # before the pads, which a transposed map would hide from the convolution that reads it
    fold_moves,
    fold_enlargements,
    fold_reshape,
    fold_pads,
    fold_byte_functions,
    remove_channels,
    fold_reshape,
)


def optimize(graph: Graph) -> Graph:
    """All passes in order. The result gives the same bytes for the same inputs, states included."""
    for run in COMPILE_PIPELINE:
        graph = run(graph)
    return graph
