"""A quantized prototype as ONNX in QDQ form: float operators between QuantizeLinear and DequantizeLinear.

A runtime that knows the form fuses each such operator into an integer kernel of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from compiler.errors import InternalError
from compiler.export.onnx_draft import OnnxDraft
from compiler.export.onnx_layout import channels_first, onnx_array, weight_axes
from compiler.export.onnx_metadata import describe_input, metadata_of
from compiler.export.onnx_operators import add_operator
from compiler.ir.graph import Graph, Node
from compiler.ir.tensor import Quantization
from compiler.passes.weighted import bias_of, weight_of


@dataclass(frozen=True, slots=True)
class _Quantized:
    """A graph being exported; `real` names the dequantized value of each tensor that has one so far."""

    graph: Graph
    draft: OnnxDraft
    real: dict[str, str]


def int8_onnx(graph: Graph, provenance: Mapping[str, object] | None = None) -> bytes:
    """The file. `graph` is quantized (quantize_static) and has weights.

    Inputs and outputs are float32 (N, C, ...), as of the float file, so that one can stand in for the other;
    each is quantized on entry, dequantized on leaving. Weights are int8 with a scale a channel, biases int32
    with scale input * weight. InternalError for a graph without weights or quantization.
    """
    if graph.parameters and not graph.weights:
        raise InternalError(f"graph {graph.name!r} has no weights to export")
    export = _Quantized(graph, OnnxDraft.around(graph.tensors), {})
    for name in graph.inputs:
        export.real[name] = export.draft.fresh(f"{name}/real")
        _requantize(name, name, export.real[name], export)
    for node in graph.nodes:
        _add_node(node, export)
    return export.draft.finish(
        graph.name,
        {name: channels_first(graph.tensors[name].shape) for name in graph.inputs},
        {name: channels_first(graph.tensors[name].shape) for name in graph.outputs},
        described=describe_input(graph),
        metadata=metadata_of(graph, "int8", provenance),
    )


def _add_node(node: Node, export: _Quantized) -> None:
    weight, bias, output = weight_of(node), bias_of(node), node.outputs[0]
    for name in node.inputs:
        if name not in export.real and name != bias:
            _add_constant(name, export)
    inputs = [export.real[name] for name in node.inputs if name != bias]
    if weight is not None and bias is not None:
        inputs.append(_add_bias(node.inputs[0], weight, bias, export))
    exact = export.draft.fresh(f"{output}/exact")
    add_operator(node, export.graph, tuple(inputs), exact, export.draft)
    _requantize(output, exact, output, export)
    export.real[output] = output


def _add_constant(name: str, export: _Quantized) -> None:
    """An int8 initializer and its dequantized value: a weight, or an operand that is constant."""
    quantization, draft = _quantization(name, export.graph), export.draft
    axes = weight_axes(export.graph).get(name)
    draft.initialize(name, onnx_array(export.graph.weights[name], axes))
    along = {} if quantization.axis is None or axes is None else {"axis": axes.index(quantization.axis)}
    scale, zero_point = _scale_of(name, quantization, export)
    export.real[name] = draft.step("DequantizeLinear", [name, scale, zero_point], f"{name}/real", **along)


def _add_bias(source: str, weight: str, bias: str, export: _Quantized) -> str:
    """The int32 bias; its scale is the accumulator's."""
    graph, draft = export.graph, export.draft
    input_scale = _quantization(source, graph).scale[0]
    units = input_scale * np.array(_quantization(weight, graph).scale, np.float64)
    scales = np.broadcast_to(np.maximum(units, np.finfo(np.float32).tiny), graph.tensors[bias].shape)
    draft.initialize(bias, graph.weights[bias])
    scale = draft.constant(f"{bias}/scale", scales.astype(np.float32))
    return draft.step("DequantizeLinear", [bias, scale], f"{bias}/real", axis=0)


def _requantize(name: str, source: str, output: str, export: _Quantized) -> None:
    """From `source` in float to what `name`'s integers can hold, in float again."""
    scale, zero_point = _scale_of(name, _quantization(name, export.graph), export)
    integers = export.draft.step("QuantizeLinear", [source, scale, zero_point], f"{name}/quantize")
    export.draft.node("DequantizeLinear", [integers, scale, zero_point], output, f"{name}/dequantize")


def _scale_of(name: str, quantization: Quantization, export: _Quantized) -> tuple[str, str]:
    scale, zero_point = np.array(quantization.scale, np.float32), np.array(quantization.zero_point, np.int8)
    if quantization.axis is None:
        scale, zero_point = scale[0], zero_point[0]
    return (
        export.draft.constant(f"{name}/scale", np.asarray(scale)),
        export.draft.constant(f"{name}/zero_point", np.asarray(zero_point)),
    )


def _quantization(name: str, graph: Graph) -> Quantization:
    quantization = graph.tensors[name].quantization
    if quantization is None:
        raise InternalError(f"{name!r} is not quantized, so it cannot be exported as int8")
    return quantization
