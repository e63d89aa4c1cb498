"""Moves that move nothing become reshapes, and transposed axes that are transposed again are so once."""

from dataclasses import replace

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Op, Pad, Reshape, Slice, Take, Transpose
from compiler.passes.draft import Draft

Shape = tuple[int, ...]


def fold_moves(graph: Graph) -> Graph:
    """Afterwards no Transpose reads another, and every Slice, Transpose, Take and Pad moves something; what
    does not is a Reshape, which fold_reshape may take out."""
    draft = Draft.of(graph)
    transposed: dict[str, Node] = {}
    for node in graph.nodes:
        if isinstance(node.op, Transpose):
            node = _composed(transposed.get(node.inputs[0]), node)
            transposed[node.outputs[0]] = node
        if keeps_order(node.op, graph.tensors[node.inputs[0]].shape):
            node = replace(node, op=Reshape())
        draft.nodes.append(node)
    read = {name for node in draft.nodes for name in node.inputs} | set(graph.outputs)
    draft.nodes = [node for node in draft.nodes if _is_read(node, read)]
    return draft.finish()


def keeps_order(op: Op, shape: Shape) -> bool:
    """Whether the operator gives the same numbers in the same order, whatever shape they have then."""
    match op:
        case Slice(size=size, strides=strides):
            turned = any(stride < 0 and side > 1 for stride, side in zip(strides, shape, strict=True))
            return size == shape and not turned
        case Take(axis=axis, indices=indices):
            return indices == tuple(range(shape[axis]))
        case Pad(pads=pads):
            return not any(before or after for before, after in pads)
        case Transpose(permutation=permutation):
            kept = [axis for axis in permutation if shape[axis] > 1]
            return kept == sorted(kept)
        case _:
            return False


def _composed(first: Node | None, second: Node) -> Node:
    """The second alone, reading what the first read."""
    if first is None:
        return second
    assert isinstance(first.op, Transpose) and isinstance(second.op, Transpose)
    order = tuple(first.op.permutation[axis] for axis in second.op.permutation)
    return replace(second, op=Transpose(permutation=order), inputs=first.inputs)


def _is_read(node: Node, read: set[str]) -> bool:
    return not isinstance(node.op, Transpose | Reshape) or node.outputs[0] in read
