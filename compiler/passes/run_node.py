"""One node run alone by the integer reference: how passes find what a folded node computes."""

from collections.abc import Mapping

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.reference.integer_interpreter import run_int8


def run_node(node: Node, graph: Graph, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """The node's output without a batch, given all of its inputs without one; its states have none."""
    names = tuple(dict.fromkeys(node.inputs))
    alone = Graph(
        name=graph.name,
        inputs=names,
        outputs=node.outputs,
        nodes=(node,),
        tensors={name: graph.tensors[name] for name in (*names, *node.outputs)},
        rounding=graph.rounding,
    )
    batch = {name: values[name][None] for name in names}
    return np.ascontiguousarray(run_int8(alone, batch)[node.outputs[0]][0])
