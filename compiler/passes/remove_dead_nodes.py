"""Drops what no output needs: unreachable operators must not be costed, scored or compiled."""

from compiler.ir.graph import Graph
from compiler.ir.ops import AssignVariable
from compiler.passes.draft import Draft


def remove_dead_nodes(graph: Graph) -> Graph:
    """Afterwards every node is read, directly or not, by an output or by the assignment of a variable,
    which a later run may read. Graph inputs stay."""
    wanted = set(graph.outputs)
    alive: set[str] = set()
    for node in reversed(graph.nodes):
        if isinstance(node.op, AssignVariable) or wanted.intersection(node.outputs):
            alive.add(node.name)
            wanted.update(node.inputs)
    draft = Draft.of(graph)
    draft.nodes += [node for node in graph.nodes if node.name in alive]
    return draft.finish()
