"""What depends on nothing but constants is computed here, not on the device."""

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import AssignVariable
from compiler.passes.draft import Draft
from compiler.passes.run_node import run_node


def fold_constants(graph: Graph) -> Graph:
    """Afterwards no node of a graph with weights reads parameters alone, but for those that give outputs."""
    draft = Draft.of(graph)
    for node in graph.nodes:
        if not graph.weights or not _is_constant(node, draft, graph):
            draft.nodes.append(node)
            continue
        output = node.outputs[0]
        draft.weights[output] = run_node(node, graph, [draft.weights[name] for name in node.inputs])
        draft.parameters.append(output)
    return draft.finish()


def _is_constant(node: Node, draft: Draft, graph: Graph) -> bool:
    return (
        not isinstance(node.op, AssignVariable)
        and node.outputs[0] not in graph.outputs
        and all(name in draft.weights for name in node.inputs)
    )
