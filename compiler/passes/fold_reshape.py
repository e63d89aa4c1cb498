"""A reshape of a reshape is one reshape, and one that changes nothing is none."""

from dataclasses import replace

from compiler.ir.graph import Graph
from compiler.ir.ops import Reshape
from compiler.passes.draft import Draft


def fold_reshape(graph: Graph) -> Graph:
    """Afterwards no Reshape reads another, and none but a graph output keeps its input's shape."""
    draft = Draft.of(graph)
    renamed: dict[str, str] = {}
    origin: dict[str, str] = {}
    for node in graph.nodes:
        inputs = tuple(renamed.get(name, name) for name in node.inputs)
        if isinstance(node.op, Reshape):
            source, output = origin.get(inputs[0], inputs[0]), node.outputs[0]
            if graph.tensors[source].shape == graph.tensors[output].shape and output not in graph.outputs:
                renamed[output] = source
                continue
            inputs, origin[output] = (source,), source
        draft.nodes.append(replace(node, inputs=inputs))
    read = {name for node in draft.nodes for name in node.inputs} | set(graph.outputs)
    draft.nodes = [n for n in draft.nodes if not isinstance(n.op, Reshape) or n.outputs[0] in read]
    return draft.finish()
