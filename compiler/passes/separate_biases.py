"""A bias is quantized with its input's scale, so two layers can share one only while it is float."""

from dataclasses import replace

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D
from compiler.passes.draft import Draft


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


def bias_of(node: Node) -> str | None:
    """The name of a convolution's or dense layer's bias, None where it has none."""
    weighted = isinstance(node.op, Conv2D | DepthwiseConv2D | Dense)
    return node.inputs[2] if weighted and len(node.inputs) == 3 else None
