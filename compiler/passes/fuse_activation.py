"""A clamp right after an operator costs nothing when that operator applies it while writing its output."""

from dataclasses import replace

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Activation,
    Add,
    AveragePool2D,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    MaxPool2D,
    Mul,
    Op,
    TransposeConv2D,
)
from compiler.passes.draft import Draft

Fusing = Conv2D | DepthwiseConv2D | TransposeConv2D | Dense | Add | Mul | MaxPool2D | AveragePool2D | Activate


def fuse_activation(graph: Graph) -> Graph:
    """Afterwards an Activate stands alone only where the value it clamps has another reader, or comes from an
    operator that cannot clamp. Follows batch-norm folding, which brings the two together.
    """
    draft = Draft.of(graph)
    readers, position = draft.readers, dict[str, int]()
    for node in graph.nodes:
        source = node.inputs[0]
        before = draft.nodes[position[source]] if source in position else None
        private = len(readers[source]) == 1 and source not in graph.outputs
        if isinstance(node.op, Activate) and before is not None and private and _fuses(before.op):
            draft.nodes[position[source]] = _clamped(before, node)
            position[node.outputs[0]] = position[source]
        else:
            position.update((name, len(draft.nodes)) for name in node.outputs)
            draft.nodes.append(node)
    return draft.finish()


def _fuses(op: Op) -> bool:
    return isinstance(op, Fusing)


def _clamped(before: Node, activate: Node) -> Node:
    assert isinstance(before.op, Fusing) and isinstance(activate.op, Activate)
    activation = _both(before.op.activation, activate.op.activation)
    return replace(before, op=replace(before.op, activation=activation), outputs=activate.outputs)


def _both(first: Activation, second: Activation) -> Activation:
    if "relu6" in (first, second):
        return "relu6"
    return "relu" if "relu" in (first, second) else "none"
