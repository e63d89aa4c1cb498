"""Rows picked over and over, then columns likewise, are a map enlarged by whole factors: no tables."""

from dataclasses import replace

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import ResizeNearest, Take
from compiler.passes.draft import Draft


def fold_enlargements(graph: Graph) -> Graph:
    """Exact: both move the same numbers to the same places. Nearest neighbours of TFLite files come as two
    Takes; where both repeat evenly and nothing else reads the first, they become one ResizeNearest."""
    readers = graph.readers()
    producers = graph.producer()
    draft = Draft.of(graph)
    for node in graph.nodes:
        first = producers.get(node.inputs[0]) if isinstance(node.op, Take) else None
        if first is None or len(readers[first.outputs[0]]) > 1 or first.outputs[0] in graph.outputs:
            draft.nodes.append(node)
            continue
        rows, columns = _factor(first, 0, graph), _factor(node, 1, graph)
        if rows and columns:
            draft.nodes.remove(first)
            node = replace(node, op=ResizeNearest(factors=(rows, columns)), inputs=first.inputs)
        draft.nodes.append(node)
    return draft.finish()


def _factor(node: Node, axis: int, graph: Graph) -> int:
    """How often each index of an axis of a map follows itself; 0 where that is not all that the node does."""
    shape = graph.tensors[node.inputs[0]].shape
    if not isinstance(node.op, Take) or node.op.axis != axis or len(shape) != 3:
        return 0
    factor, rest = divmod(len(node.op.indices), shape[axis])
    even = not rest and node.op.indices == tuple(index // factor for index in range(len(node.op.indices)))
    return factor if even else 0
