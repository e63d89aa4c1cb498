"""A bias is quantized with its input's scale, so two layers can share one only while it is float."""

from dataclasses import replace

from compiler.ir.graph import Graph
from compiler.passes.draft import Draft
from compiler.passes.weighted import bias_of


def separate_biases(graph: Graph) -> Graph:
    """Afterwards no bias is read by two nodes; the first reader keeps the old name."""
    draft = Draft.of(graph)
    taken: set[str] = set()
    for node in graph.nodes:
        if bias_of(node) in taken:
            bias = node.inputs[2]
            own = draft.own_parameter(f"{node.name}/bias", graph.tensors[bias].shape, graph.weights.get(bias))
            node = replace(node, inputs=(*node.inputs[:2], own))
        taken.update(node.inputs[2:3])
        draft.nodes.append(node)
    return draft.finish()
