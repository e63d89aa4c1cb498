"""Batch norm with stored statistics is a multiply and an add for each channel: no kernel needs to know it.

Folded into the convolution or dense layer before it (Jacob et al. 2018, section 3.2), else a 1x1 depthwise.
"""

from dataclasses import replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import BatchNorm, DepthwiseConv2D, Op, Reshape, Window
from compiler.ir.tensor import Tensor
from compiler.passes.draft import Draft
from compiler.passes.weighted import WEIGHTED, channel_axis

Affine = tuple[np.ndarray, np.ndarray]


def fold_batch_norm(graph: Graph) -> Graph:
    """Afterwards no BatchNorm is left. Without weights only types change."""
    draft = Draft.of(graph)
    readers, position = draft.readers, dict[str, int]()
    for node in graph.nodes:
        if not isinstance(node.op, BatchNorm):
            position[node.outputs[0]] = len(draft.nodes)
            draft.nodes.append(node)
            continue
        source = node.inputs[0]
        before = draft.nodes[position[source]] if source in position else None
        private = len(readers[source]) == 1 and source not in graph.outputs
        if before is not None and private and _linear(before.op):
            position[node.outputs[0]] = position[source]
            draft.nodes[position[source]] = _fold_into(before, node, draft)
        else:
            draft.nodes += _as_depthwise(node, draft)
            position[node.outputs[0]] = len(draft.nodes) - 1
    return draft.finish()


def _linear(op: Op) -> bool:
    return isinstance(op, WEIGHTED) and op.activation == "none"


def _affine(norm: Node, weights: dict[str, np.ndarray]) -> Affine | None:
    """The norm as x * scale + shift in float64, each (C,); None without weights."""
    if norm.inputs[1] not in weights:
        return None
    assert isinstance(norm.op, BatchNorm)
    gamma, beta, mean, variance = (weights[name].astype(np.float64) for name in norm.inputs[1:])
    scale = gamma / np.sqrt(variance + norm.op.epsilon)
    return scale, beta - mean * scale


def _fold_into(before: Node, norm: Node, draft: Draft) -> Node:
    source, weight, *bias = before.inputs
    axis = channel_axis(before)
    shape = draft.tensors[weight].shape
    affine = _affine(norm, draft.weights)
    new_weight = new_bias = None
    if affine is not None:
        scale, shift = affine
        along = [-1 if i == axis else 1 for i in range(len(shape))]
        new_weight = draft.weights[weight] * scale.reshape(along)
        new_bias = shift + (draft.weights[bias[0]] * scale if bias else 0.0)
    inputs = (
        source,
        draft.own_parameter(f"{before.name}/weight", shape, new_weight, instead_of=weight),
        draft.own_parameter(
            f"{before.name}/bias", (shape[axis],), new_bias, instead_of=bias[0] if bias else None
        ),
    )
    return replace(before, inputs=inputs, outputs=norm.outputs)


def _as_depthwise(norm: Node, draft: Draft) -> list[Node]:
    source, output = norm.inputs[0], norm.outputs[0]
    tensor, affine = draft.tensors[source], _affine(norm, draft.weights)
    channels = tensor.shape[-1]
    depthwise = replace(norm, op=DepthwiseConv2D(window=Window(kernel=(1, 1))))
    weight = draft.own_parameter(
        f"{norm.name}/weight", (1, 1, 1, channels), None if affine is None else affine[0].reshape(1, 1, 1, -1)
    )
    bias = draft.own_parameter(f"{norm.name}/bias", (channels,), None if affine is None else affine[1])
    if len(tensor.shape) == 3:
        return [replace(depthwise, inputs=(source, weight, bias))]
    as_map = (*tensor.shape[:-1], *(1,) * (3 - len(tensor.shape)), channels)
    unfolded = draft.add_value(f"{norm.name}/map", Tensor(shape=as_map))
    result = draft.add_value(f"{norm.name}/scaled", Tensor(shape=as_map))
    return [
        replace(norm, name=f"{norm.name}/map", op=Reshape(), inputs=(source,), outputs=(unfolded,)),
        replace(depthwise, name=f"{norm.name}/scale", inputs=(unfolded, weight, bias), outputs=(result,)),
        replace(norm, op=Reshape(), inputs=(result,), outputs=(output,)),
    ]
