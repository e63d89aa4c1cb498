"""One node run alone by the integer reference: how passes find what a folded node computes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.reference.integer_interpreter import run_int8


def run_node(node: Node, graph: Graph, inputs: Sequence[np.ndarray]) -> np.ndarray:
    """The node's output without a batch, given its inputs in order without one; its states have none.

    Each input stands for itself: a node that reads one value twice may be given two arrays for it.
    """
    names = tuple(f"{place} {name}" for place, name in enumerate(node.inputs))
    alone = Graph(
        name=graph.name,
        inputs=names,
        outputs=node.outputs,
        nodes=(replace(node, inputs=names),),
        tensors={
            **{name: graph.tensors[read] for name, read in zip(names, node.inputs, strict=True)},
            **{name: graph.tensors[name] for name in node.outputs},
        },
        rounding=graph.rounding,
    )
    batch = {name: array[None] for name, array in zip(names, inputs, strict=True)}
    return np.ascontiguousarray(run_int8(alone, batch)[node.outputs[0]][0])
