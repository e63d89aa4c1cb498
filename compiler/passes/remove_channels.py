"""Takes out channels whose value nothing depends on or that never varies; biases absorb what they added."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, Lookup, Slice
from compiler.ir.tensor import Quantization, Tensor
from compiler.passes.channel_bounds import Bounds, channel_bounds, part_sums
from compiler.passes.draft import Draft
from compiler.passes.needed_channels import Masks, needed_channels
from compiler.passes.weighted import centred_weight, quantization_of


def remove_channels(graph: Graph) -> Graph:
    """Before: int8 with weights; after: the same outputs to the byte, from fewer channels.

    A channel is dead where every weight that reads it is zero, constant where no input can change it
    (a filter of zeros, or one whose sum always ends at a clamp). Constant channels that a padded convolution
    sees beside another padding stay, as do those of operators that mix channels without weights.
    """
    if not graph.weights:
        return graph
    bounds = channel_bounds(graph)
    keep = needed_channels(graph, bounds)
    if all(mask.all() for mask in keep.values()):
        return graph
    draft = Draft.of(graph)
    for name, mask in keep.items():
        draft.tensors[name] = _narrowed(graph.tensors[name], mask, -1)
    for node in graph.nodes:
        draft.nodes.append(_node(node, draft, bounds, keep))
    return draft.finish()


def _node(node: Node, draft: Draft, bounds: Mapping[str, Bounds], keep: Masks) -> Node:
    kept = keep.get(node.outputs[0])
    if kept is None:
        return node
    match node.op:
        case Conv2D(groups=1) | Dense():
            source = keep[node.inputs[0]]
            added = _absorbed(node, draft.graph, bounds.get(node.inputs[0]), source)
            _slice(draft, node.inputs[1], source, -1)
            _slice(draft, node.inputs[1], kept, 0)
            return _with_bias(node, draft, kept, added)
        case DepthwiseConv2D():
            _slice(draft, node.inputs[1], kept, 3)
            return _with_bias(node, draft, kept, None)
        case Lookup():
            return node
        case Slice():
            size = (*node.op.size[:-1], int(kept.sum()))
            node = replace(node, op=replace(node.op, size=size))
    for name in node.inputs:
        if name in draft.weights and draft.tensors[name].shape[-1:] == (len(kept),) and not kept.all():
            _slice(draft, name, kept, -1)
    return node


def _absorbed(node: Node, graph: Graph, source: Bounds | None, kept: np.ndarray) -> np.ndarray | None:
    """int64 (O,): what the channels that go away have added to every sum; None for nothing."""
    if source is None or kept.all():
        return None
    quantization = quantization_of(node.inputs[0], graph)
    sums = part_sums(node, centred_weight(node, graph))
    numbers = np.where(source.constant & ~kept, source.low - quantization.zero_point[0], 0)
    return np.asarray(sums @ numbers)


def _with_bias(node: Node, draft: Draft, kept: np.ndarray, added: np.ndarray | None) -> Node:
    """The node with the bias of the channels kept, plus `added`; one that had none gets one where needed."""
    if len(node.inputs) == 3:
        bias = node.inputs[2]
        if added is not None:
            draft.weights[bias] = (draft.weights[bias].astype(np.int64) + added).astype(np.int32)
        _slice(draft, bias, kept, 0)
        return node
    if added is None or not added[kept].any():
        return node
    source, weight = (draft.tensors[name].quantization for name in node.inputs[:2])
    assert source is not None and weight is not None
    scales = tuple(float(np.float32(source.scale[0] * scale)) for scale in weight.scale)
    axis = None if weight.axis is None else 0
    quantization = Quantization(scale=scales, zero_point=(0,) * len(scales), axis=axis)
    tensor = Tensor(shape=(int(kept.sum()),), dtype="int32", quantization=quantization)
    bias = draft.add_value(f"{node.name}/bias", tensor)
    draft.parameters.append(bias)
    draft.weights[bias] = added[kept].astype(np.int32)
    return replace(node, inputs=(*node.inputs, bias))


def _slice(draft: Draft, name: str, mask: np.ndarray, axis: int) -> None:
    if not mask.all():
        draft.tensors[name] = _narrowed(draft.tensors[name], mask, axis)
        draft.weights[name] = np.compress(mask, draft.weights[name], axis=axis)


def _narrowed(tensor: Tensor, mask: np.ndarray, axis: int) -> Tensor:
    """The type with only the marked indices of an axis, and so its quantization if that goes along it."""
    axis %= len(tensor.shape)
    shape = (*tensor.shape[:axis], int(mask.sum()), *tensor.shape[axis + 1 :])
    quantization = tensor.quantization
    if quantization is not None and quantization.axis == axis:
        quantization = replace(
            quantization,
            scale=tuple(np.array(quantization.scale)[mask].tolist()),
            zero_point=tuple(np.array(quantization.zero_point)[mask].tolist()),
        )
    return replace(tensor, shape=shape, quantization=quantization)
