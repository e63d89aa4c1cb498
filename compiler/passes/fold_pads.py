"""A border of what stands for zero, read by convolutions only, becomes their own padding: no copy is left."""

from dataclasses import replace

from compiler.ir.encode import border_value
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Conv2D, DepthwiseConv2D, Pad, Pads
from compiler.passes.draft import Draft


def fold_pads(graph: Graph) -> Graph:
    """Exact: padding taps of a convolution count for nothing, as the zero point does. Pools are left alone:
    theirs is no number. Afterwards such a Pad is gone; one that others read too stays for all."""
    folded: dict[str, Node] = {}
    readers = graph.readers()
    for node in reversed(graph.nodes):
        if _is_zero_border(node, graph) and all(
            isinstance(reader.op, Conv2D | DepthwiseConv2D) or folded.keys() & reader.outputs
            for reader in readers.get(node.outputs[0], ())
        ):
            folded[node.outputs[0]] = node
    draft = Draft.of(graph)
    for node in graph.nodes:
        if node.outputs and node.outputs[0] in folded:
            continue
        while node.inputs and node.inputs[0] in folded:
            node = _padded(node, folded[node.inputs[0]])
        draft.nodes.append(node)
    return draft.finish()


def _is_zero_border(node: Node, graph: Graph) -> bool:
    """Around height and width alone, of a value that nobody outside sees."""
    if not isinstance(node.op, Pad) or node.outputs[0] in graph.outputs or node.inputs[0] in graph.parameters:
        return False
    tensor = graph.tensors[node.outputs[0]]
    if len(tensor.shape) != 3 or any(node.op.pads[2]) or tensor.quantization is None:
        return False
    return border_value(node.op.value, tensor) == tensor.quantization.zero_point[0]


def _padded(node: Node, pad: Node) -> Node:
    assert isinstance(pad.op, Pad) and isinstance(node.op, Conv2D | DepthwiseConv2D)
    (top, bottom), (left, right), _ = pad.op.pads
    window = node.op.window
    pads: Pads = (
        window.pads[0] + top,
        window.pads[1] + left,
        window.pads[2] + bottom,
        window.pads[3] + right,
    )
    op = replace(node.op, window=replace(window, pads=pads))
    return replace(node, op=op, inputs=(pad.inputs[0], *node.inputs[1:]))
