"""Every integer that onnxruntime computes within a network, and our nodes run on those one by one, so that no
difference can go from one node on to the next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import onnx

from compiler.frontends.onnx.layout import Order
from compiler.ir.graph import Graph, Node
from compiler.ir.tensor import Tensor
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import imported, ort, our_input

_STEP_AT = {
    "QGemm": 7, "QLinearAdd": 6, "QLinearAveragePool": 3, "QLinearConcat": 0, "QLinearConv": 6,
    "QLinearGlobalAveragePool": 3, "QLinearLeakyRelu": 3, "QLinearMatMul": 6, "QLinearMul": 6,
    "QLinearSigmoid": 3, "QLinearSoftmax": 3, "QuantizeLinear": 1,
}  # fmt: skip
"""Operators whose result is quantized, and the input that is its scale; the zero point follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A network with all its integers as outputs. `known`: what onnxruntime gave, int8 (N, ...) as the Graph
    has it, by the Graph's names."""

    graph: Graph
    known: Mapping[str, np.ndarray]


def told(data: bytes, samples: np.ndarray, *, fused: bool = True) -> Told:
    """Reads a quantized file and lets onnxruntime run it on samples (N, ...) float32, its QDQ groups fused to
    integer operators or not."""
    names, whole = _with_integers_out(data)
    found, graph = imported(whole)
    theirs = _run(whole, names, samples, fused)
    known = {graph.inputs[0]: our_input(found, graph, samples)}
    for label, order, values in zip(graph.outputs, found.outputs, theirs, strict=True):
        known.setdefault(label, _integers(values, order, graph.tensors[label]))
    return Told(graph=graph, known=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One node: the first value it reads, its result in onnxruntime, and in the reference: int8 (N, ...)."""

    node: Node
    read: np.ndarray
    theirs: np.ndarray
    ours: np.ndarray

    @property
    def apart(self) -> np.ndarray:
        """Steps of the output's scale between the two."""
        return np.abs(self.ours.astype(np.int64) - self.theirs)


def steps_alone(given: Told) -> Iterator[Step]:
    """Every node whose result onnxruntime told of, run on what onnxruntime computed before it."""
    values = dict(given.known)
    for node in given.graph.nodes:
        ours = _run_alone(node, given.graph, values)
        label = node.outputs[0]
        if label in values:
            yield Step(node=node, read=values[node.inputs[0]], theirs=values[label], ours=ours)
        values.setdefault(label, ours)


def _with_integers_out(data: bytes) -> tuple[list[str], bytes]:
    """The model with a DequantizeLinear of its own, which is an output, behind every step that quantizes:
    were the integers outputs, onnxruntime would fuse less.
    """
    model = onnx.load_from_string(data)
    computed = _computed(model)
    quantizing = [
        node for node in model.graph.node if node.op_type in _STEP_AT and computed.intersection(node.input)
    ]
    names = [f"told_{index}" for index in range(len(quantizing))]
    del model.graph.output[:]
    for name, node in zip(names, quantizing, strict=True):
        at = _STEP_AT[node.op_type]
        inputs = [node.output[0], *node.input[at : at + 2]]
        model.graph.node.append(onnx.helper.make_node("DequantizeLinear", inputs, [name]))
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    return names, model.SerializeToString()


def _computed(model: onnx.ModelProto) -> set[str]:
    """The values that depend on an input of the network: weights may be quantized in the file, too."""
    found = {port.name for port in model.graph.input} - {tensor.name for tensor in model.graph.initializer}
    for node in model.graph.node:
        if found.intersection(node.input):
            found.update(node.output)
    return found


def _run(data: bytes, names: list[str], samples: np.ndarray, fused: bool) -> list[np.ndarray]:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    # else int8 activations that two nodes read are computed in float on x86
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    if not fused:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(data, options)
    port = session.get_inputs()[0].name
    rows = [session.run(names, {port: sample[None]}) for sample in samples]
    return [np.stack([row[index] for row in rows]) for index in range(len(names))]


def _integers(real: np.ndarray, order: Order, tensor: Tensor) -> np.ndarray:
    """real (N, ...) float32 of onnxruntime as int8 (N, ...) of the Graph."""
    grid = tensor.quantization
    assert grid is not None
    whole = np.rint(real / np.float32(grid.scale[0])).astype(np.int64) + grid.zero_point[0]
    gone = tuple(1 + axis for axis in range(real.ndim - 1) if axis not in order)
    moved = whole.transpose((0, *(1 + axis for axis in order), *gone))
    return moved.reshape(len(real), *tensor.shape).astype(np.int8)


def _run_alone(node: Node, graph: Graph, values: Mapping[str, np.ndarray]) -> np.ndarray:
    read = tuple(dict.fromkeys(name for name in node.inputs if name not in graph.weights))
    alone = replace(graph, inputs=read, outputs=node.outputs, nodes=(node,))
    return run_int8(alone, {name: values[name] for name in read})[node.outputs[0]]
