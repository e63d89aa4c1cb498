"""The one order in which a float graph is made ready for quantization, costing and lowering."""

from collections.abc import Callable

from compiler.ir.graph import Graph
from compiler.passes.fold_batch_norm import fold_batch_norm
from compiler.passes.fold_reshape import fold_reshape
from compiler.passes.fuse_activation import fuse_activation
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from compiler.passes.separate_biases import separate_biases

PIPELINE: tuple[Callable[[Graph], Graph], ...] = (
    # first, because a dead reader would keep norms and clamps from folding
    remove_dead_nodes,
    fold_batch_norm,
    # after the norms, which stand between convolution and clamp
    fuse_activation,
    # after the norms, whose depthwise form on a flat value adds reshapes
    fold_reshape,
    separate_biases,
)


def run_passes(graph: Graph) -> Graph:
    """All passes in order. The result computes what `graph` computes, with or without weights."""
    for run in PIPELINE:
        graph = run(graph)
    return graph
