"""A prototype as float32 ONNX, batch norms unfolded: to be trained elsewhere, and brought back."""

from collections.abc import Mapping

from compiler.errors import InternalError
from compiler.export.onnx_draft import OnnxDraft
from compiler.export.onnx_layout import channels_first, onnx_array, weight_axes
from compiler.export.onnx_metadata import describe_input, metadata_of
from compiler.export.onnx_operators import add_operator
from compiler.ir.graph import Graph
from compiler.passes.remove_dead_nodes import remove_dead_nodes


def float_onnx(graph: Graph, provenance: Mapping[str, object] | None = None) -> bytes:
    """The file. `graph` is float32 with weights; initializers, inputs and outputs carry its names.

    Inputs and outputs are (N, C, ...), N left open. The encoding is no part of the network: its input is what
    encode_input gives. Nodes that no output needs are left out. `provenance` goes into the metadata.
    InternalError for a graph without weights.
    """
    if graph.parameters and not graph.weights:
        raise InternalError(f"graph {graph.name!r} has no weights to export")
    graph = remove_dead_nodes(graph)
    draft = OnnxDraft.around(graph.tensors)
    axes = weight_axes(graph)
    for name in graph.parameters:
        draft.initialize(name, onnx_array(graph.weights[name], axes.get(name)))
    for node in graph.nodes:
        add_operator(node, graph, node.inputs, node.outputs[0], draft)
    return draft.finish(
        graph.name,
        {name: channels_first(graph.tensors[name].shape) for name in graph.inputs},
        {name: channels_first(graph.tensors[name].shape) for name in graph.outputs},
        described=describe_input(graph),
        metadata=metadata_of(graph, "float", provenance),
    )
