"""Gives a quantized network float32 inputs and outputs, converted at its border."""

from dataclasses import replace

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Dequantize, Quantize
from compiler.ir.tensor import Tensor
from compiler.passes.draft import Draft

QUANTIZABLE = ("int8", "uint8", "int16")


def float_ports(graph: Graph) -> Graph:
    """Afterwards every input and output that has a scale is float32 under its old name; what the network
    computes on is called NAME/quantized. Ports without a scale, such as indices, stay as they are."""
    draft = Draft.of(graph)
    inner = {
        name: _move(name, draft) for name in (*graph.inputs, *graph.outputs) if _convertible(graph, name)
    }
    for name in graph.inputs:
        if name in inner:
            draft.nodes.append(_node(f"{name}/quantize", Quantize(), name, inner[name]))
    for node in graph.nodes:
        inputs = tuple(inner.get(name, name) for name in node.inputs)
        outputs = tuple(inner.get(name, name) for name in node.outputs)
        draft.nodes.append(replace(node, inputs=inputs, outputs=outputs))
    for name in graph.outputs:
        if name in inner:
            draft.nodes.append(_node(f"{name}/dequantize", Dequantize(), inner[name], name))
    return draft.finish()


def _convertible(graph: Graph, name: str) -> bool:
    tensor = graph.tensors[name]
    is_both = name in graph.inputs and name in graph.outputs
    return tensor.quantization is not None and tensor.dtype in QUANTIZABLE and not is_both


def _move(name: str, draft: Draft) -> str:
    """The port's integers under another name; its own becomes float32."""
    tensor = draft.tensors[name]
    moved = draft.add_value(f"{name}/quantized", tensor)
    draft.tensors[name] = Tensor(shape=tensor.shape)
    return moved


def _node(name: str, op: Quantize | Dequantize, source: str, result: str) -> Node:
    return Node(name=name, op=op, inputs=(source,), outputs=(result,))
