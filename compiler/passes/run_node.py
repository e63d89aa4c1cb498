"""One node run alone by the integer reference: how passes find what a folded node computes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Lookup
from compiler.reference.integer_interpreter import run_int8


def run_node(node: Node, graph: Graph, inputs: Sequence[np.ndarray]) -> np.ndarray:
    """The node's output without a batch, given its inputs in order without one; its states have none.

    Each input stands for itself: a node that reads one value twice may be given two arrays for it.
    """
    names = tuple(f"{place} {name}" for place, name in enumerate(node.inputs))
    batched = names[:1] if isinstance(node.op, Lookup) else names  # a table has no batch
    alone = Graph(
        name=graph.name,
        inputs=batched,
        outputs=node.outputs,
        nodes=(replace(node, inputs=names),),
        tensors={
            **{name: graph.tensors[read] for name, read in zip(names, node.inputs, strict=True)},
            **{name: graph.tensors[name] for name in node.outputs},
        },
        parameters=names[len(batched) :],
        weights=dict(zip(names[len(batched) :], inputs[len(batched) :], strict=True)),
        rounding=graph.rounding,
    )
    batch = {name: array[None] for name, array in zip(batched, inputs, strict=False)}
    return np.ascontiguousarray(run_int8(alone, batch)[node.outputs[0]][0])
