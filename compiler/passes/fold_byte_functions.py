"""Functions of one int8 number that follow each other are one table."""

from dataclasses import replace

import numpy as np

from compiler.ir.curve import TABLE_ENTRIES
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Activate, Lookup, Requantize, Unary
from compiler.ir.tensor import Quantization, Tensor
from compiler.passes.draft import Draft
from compiler.passes.run_node import run_node

BYTES = np.arange(TABLE_ENTRIES, dtype=np.uint8).view(np.int8)
"""Every int8 number, in the order of a table's entries."""

_TABLE = Quantization(scale=(1.0,), zero_point=(0,))


def fold_byte_functions(graph: Graph) -> Graph:
    """Exact: a table holds all that the functions it replaces can give. Afterwards none whose
    numbers are known reads another that nothing else reads."""
    draft = Draft.of(graph)
    merged: dict[str, Node] = {}
    for node in graph.nodes:
        before = merged.get(node.inputs[0]) if node.inputs else None
        if before is not None and _is_byte_function(node, graph):
            draft.nodes.remove(before)
            node = _composed(before, node, draft)
        draft.nodes.append(node)
        alone = bool(node.outputs) and len(draft.readers.get(node.outputs[0], ())) == 1
        if alone and node.outputs[0] not in graph.outputs and _is_byte_function(node, draft):
            merged[node.outputs[0]] = node
    return draft.finish()


def _is_byte_function(node: Node, graph: Graph | Draft) -> bool:
    """Of int8 to int8, all that it depends on known."""
    if not isinstance(node.op, Lookup | Requantize | Activate | Unary):
        return False
    if node.inputs[0] in graph.parameters or not all(name in graph.weights for name in node.inputs[1:]):
        return False
    ends = [graph.tensors[name] for name in (node.inputs[0], *node.outputs)]
    return all(end.dtype == "int8" and end.quantization is not None for end in ends)


def _composed(first: Node, second: Node, draft: Draft) -> Node:
    """One Lookup for both, in the place and with the name of the second."""
    middle = _table_of(first, draft)
    table = _table_of(second, draft)[middle.view(np.uint8)]
    name = draft.add_value(
        f"{second.name}/table", Tensor(shape=(TABLE_ENTRIES,), dtype="int8", quantization=_TABLE)
    )
    draft.parameters.append(name)
    draft.weights[name] = table
    curve = f"{_word(second)} of {_word(first)}"
    return replace(second, op=Lookup(curve=curve), inputs=(first.inputs[0], name))


def _table_of(node: Node, draft: Draft) -> np.ndarray:
    """(256,) int8: what the node makes of every number."""
    if isinstance(node.op, Lookup):
        return draft.weights[node.inputs[1]]
    shape = (TABLE_ENTRIES,)
    tensors = {name: replace(draft.tensors[name], shape=shape) for name in (node.inputs[0], *node.outputs)}
    graph = replace(draft.graph, tensors=tensors)
    return run_node(node, graph, [BYTES])


def _word(node: Node) -> str:
    match node.op:
        case Lookup(curve=curve) | Unary(activation=curve) | Activate(activation=curve):
            return curve
        case _:
            return "requantize"
