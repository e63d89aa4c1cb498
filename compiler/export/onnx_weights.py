"""Trained weights from an ONNX file into the graph of a prototype."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from compiler.errors import ModelError
from compiler.export.onnx_file import OnnxFile, parse_onnx
from compiler.export.onnx_float import float_onnx
from compiler.export.onnx_layout import graph_array, weight_axes
from compiler.export.onnx_match import BATCH_NORM, Match, OtherNetworkError, Pair, match
from compiler.export.onnx_metadata import NAME_KEY
from compiler.export.onnx_skeleton import Step, skeleton_of
from compiler.export.onnx_tensor import OnnxTensor
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import BatchNorm, Dense, Reshape
from compiler.ir.tensor import Tensor
from compiler.passes.remove_dead_nodes import remove_dead_nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`graph` with the file's weights; dead nodes, and batch norms that the file had folded, are gone."""

    graph: Graph
    matched_by: Literal["name", "structure"]
    folded: int


def import_weights(graph: Graph, file: OnnxFile) -> Imported:
    """The float graph of a prototype (its own weights do not matter) with those of a trained file.

    OtherNetworkError where the file is another network, ModelError where numbers are damaged or not finite.
    """
    graph, theirs = remove_dead_nodes(graph), skeleton_of(file)
    matched = match(_own_skeleton(graph), theirs, graph.name, file.name)
    return _with_weights(graph, matched, file)


def matching_network(file: OnnxFile, graphs: Mapping[str, Graph]) -> str:
    """The name of the graph that the file is a training of: the one it names, else the first that it fits.

    OtherNetworkError for the one it names, or that it agrees with longest, where it fits none.
    """
    theirs = skeleton_of(file)
    named = file.metadata.get(NAME_KEY, "")
    failures = []
    for name in sorted(graphs, key=lambda name: name != named):
        try:
            match(_own_skeleton(graphs[name]), theirs, name, file.name)
        except OtherNetworkError as failure:
            failures.append((name == named, failure.agreed, failure))
        else:
            return name
    raise max(failures, key=lambda failure: failure[:2])[2]


def _own_skeleton(graph: Graph) -> tuple[Step, ...]:
    """Of the file that the graph is exported to."""
    zeros = {name: np.zeros(graph.tensors[name].shape, np.float32) for name in graph.parameters}
    return skeleton_of(parse_onnx(float_onnx(replace(graph, weights=zeros)), Path(graph.name)))


def _with_weights(graph: Graph, matched: Match, file: OnnxFile) -> Imported:
    weights: dict[str, np.ndarray] = {}
    axes = weight_axes(graph)
    columns = _map_shapes(graph)
    folded, epsilons = dict[str, tuple[str, str]](), dict[str, float]()
    for pair in matched.pairs:
        arrays = [_numbers(tensor) for tensor in pair.theirs.tensors]
        arrays[0] = _in_our_order(arrays[0], pair, columns)
        for wanted, array in zip(pair.ours.tensors, arrays, strict=False):
            shaped = array.reshape(wanted.shape)
            weights[wanted.name] = graph_array(shaped, axes.get(wanted.name))
        if pair.folded is not None:
            weight = pair.ours.names[0]
            bias = pair.ours.names[1] if len(pair.ours.names) == 2 else f"{weight}/folded_bias"
            weights[bias] = arrays[1]
            folded[pair.folded.names[0]] = (weight, bias)
        if pair.ours.op == BATCH_NORM:
            epsilons[pair.ours.names[0]] = _checked_epsilon(pair.theirs, arrays[3], file)
    changed = _rewritten(graph, folded, epsilons)
    return Imported(
        graph=replace(changed, weights={name: weights[name] for name in changed.parameters}),
        matched_by=matched.by,
        folded=len(folded),
    )


def _numbers(tensor: OnnxTensor) -> np.ndarray:
    with np.errstate(over="ignore"):
        array = tensor.numbers().astype(np.float32)
    if not np.isfinite(array).all():
        raise ModelError(f"{tensor.path}: tensor {tensor.name!r:.120} holds numbers that are not finite")
    return array


def _in_our_order(array: np.ndarray, pair: Pair, columns: Mapping[str, tuple[int, ...]]) -> np.ndarray:
    """A weight as we export it; a dense one may be transposed, or read its map channels first."""
    if pair.theirs.flipped:
        array = array.T
    shape = columns.get(pair.ours.names[0])
    if shape is None or not pair.ours.channels_last or pair.theirs.channels_last:
        return array
    *spatial, channels = shape
    apart = array.reshape(len(array), channels, *spatial)
    return np.moveaxis(apart, 1, -1).reshape(array.shape)


def _map_shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    """For each dense weight that reads a flattened map: the map's shape."""
    producer = graph.producer()
    found = {}
    for node in graph.nodes:
        before = producer.get(node.inputs[0])
        if isinstance(node.op, Dense) and before is not None and isinstance(before.op, Reshape):
            found[node.inputs[1]] = graph.tensors[before.inputs[0]].shape
    return found


def _checked_epsilon(step: Step, variance: np.ndarray, file: OnnxFile) -> float:
    if not np.isfinite(step.epsilon) or step.epsilon < 0 or not (variance + step.epsilon > 0).all():
        raise ModelError(f"{file.name}: batch norm {step.node!r:.120} has a variance or epsilon below 0")
    return step.epsilon


def _rewritten(graph: Graph, folded: Mapping[str, tuple[str, str]], epsilons: Mapping[str, float]) -> Graph:
    """The graph with the file's epsilons, and without the batch norms (by their gamma) that it had folded."""
    nodes: list[Node] = []
    tensors, parameters = dict(graph.tensors), list(graph.parameters)
    for node in graph.nodes:
        if isinstance(node.op, BatchNorm) and node.inputs[1] in folded:
            weight, bias = folded[node.inputs[1]]
            index = next(i for i, before in enumerate(nodes) if weight in before.inputs)
            layer = nodes[index]
            nodes[index] = replace(layer, inputs=(layer.inputs[0], weight, bias), outputs=node.outputs)
            for name in (*node.inputs[1:], layer.outputs[0]):
                tensors.pop(name)
            parameters = [name for name in parameters if name not in node.inputs[1:]]
            if bias not in tensors:
                tensors[bias] = Tensor(shape=tensors[node.outputs[0]].shape[-1:])
                parameters.insert(parameters.index(weight) + 1, bias)
        elif isinstance(node.op, BatchNorm):
            epsilon = epsilons[node.inputs[1]]
            # a file holds float32: ours is the same number, only sharper
            same = np.float32(node.op.epsilon) == np.float32(epsilon)
            nodes.append(node if same else replace(node, op=BatchNorm(epsilon=epsilon)))
        else:
            nodes.append(node)
    return replace(graph, nodes=tuple(nodes), tensors=tensors, parameters=tuple(parameters))
