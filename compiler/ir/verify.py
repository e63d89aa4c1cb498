"""What must hold of a Graph, in one place. A violation is our bug, so it raises InternalError by name."""

import numpy as np

from compiler.errors import InternalError
from compiler.ir.dtypes import dtypes_fit
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    AssignVariable,
    AveragePool2D,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Maximum,
    MaxPool2D,
    Minimum,
    Pad,
    ReduceMax,
    Reshape,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    Take,
    Transpose,
    TransposeConv2D,
    Window,
)
from compiler.ir.shapes import ShapeError, output_shape
from compiler.ir.tensor import Tensor, numpy_dtype
from compiler.ir.verify_states import verify_states

SAME_QUANTIZATION = (
    MaxPool2D, AveragePool2D, Activate, Pad, ResizeNearest, Reshape, Concat, Maximum, Minimum, ReduceMax,
    Slice, Transpose, Take, ResizeBilinear,
)  # fmt: skip
"""Operators that move, compare or average integers without changing what they stand for."""

_WEIGHTED = (Conv2D, DepthwiseConv2D, TransposeConv2D, Dense, BatchNorm)


def verify_graph(graph: Graph) -> None:
    """Single assignment, order, types, shapes, weights and quantization. Raises InternalError."""
    _verify_names(graph)
    for node in graph.nodes:
        _verify_inputs(node, graph)
        _verify_window(node)
        _verify_shape(node, graph)
        _verify_dtypes(node, graph)
    verify_states(graph)
    _verify_weights(graph)
    _verify_quantization(graph)


def _fail(where: str, what: str) -> None:
    raise InternalError(f"the graph is broken at {where}: {what}")


def _verify_names(graph: Graph) -> None:
    defined: set[str] = set()
    for name in (*graph.inputs, *graph.parameters, *(state.name for state in graph.states)):
        _define(name, "the graph's head", defined, graph)
    node_names: set[str] = set()
    for node in graph.nodes:
        if node.name in node_names:
            _fail(f"node {node.name!r}", "another node has this name")
        node_names.add(node.name)
        for name in node.inputs:
            if name not in defined:
                _fail(f"node {node.name!r}", f"reads {name!r} before anything defines it")
        for name in node.outputs:
            _define(name, f"node {node.name!r}", defined, graph)
    if not graph.outputs:
        _fail("the graph's outputs", "there are none")
    for name in graph.outputs:
        if name not in defined or name in graph.parameters:
            _fail("the graph's outputs", f"{name!r} is not computed")
    for name in graph.tensors:
        if name not in defined:
            _fail("the tensor table", f"{name!r} is typed but nothing defines it")


def _define(name: str, where: str, defined: set[str], graph: Graph) -> None:
    if name in defined:
        _fail(where, f"{name!r} is defined twice")
    if name not in graph.tensors:
        _fail(where, f"{name!r} has no type")
    if any(size < 1 for size in graph.tensors[name].shape):
        _fail(where, f"{name!r} has shape {graph.tensors[name].shape}")
    defined.add(name)


def _verify_inputs(node: Node, graph: Graph) -> None:
    if len(node.outputs) != (0 if isinstance(node.op, AssignVariable) else 1):
        _fail(f"node {node.name!r}", f"has {len(node.outputs)} outputs")
    parameters = set(graph.parameters)
    weighted = isinstance(node.op, _WEIGHTED)
    if not node.inputs or (weighted and node.inputs[0] in parameters):
        _fail(f"node {node.name!r}", "its first input is not a value")
    for name in node.inputs[1:]:
        if weighted and name not in parameters:
            _fail(f"node {node.name!r}", f"{name!r} must be a parameter")


def _verify_window(node: Node) -> None:
    window: Window | None = getattr(node.op, "window", None)
    if window is None:
        return
    if min(*window.kernel, *window.strides, *window.dilations) < 1 or min(window.pads) < 0:
        _fail(f"node {node.name!r}", f"has the window {window}")
    if isinstance(node.op, MaxPool2D | AveragePool2D):
        height, width = window.kernel
        if window.dilations != (1, 1):
            _fail(f"node {node.name!r}", "pools with a dilation")
        if max(window.pads[0::2]) >= height or max(window.pads[1::2]) >= width:
            _fail(f"node {node.name!r}", "pools windows that lie wholly in the padding")


def _verify_shape(node: Node, graph: Graph) -> None:
    if not node.outputs:
        return
    output = node.outputs[0]
    declared = graph.tensors[output].shape
    try:
        shape = output_shape(node.op, tuple(graph.tensors[name].shape for name in node.inputs), declared)
    except ShapeError as mismatch:
        raise InternalError(f"the graph is broken at node {node.name!r}: it {mismatch}") from mismatch
    if shape != declared:
        _fail(f"node {node.name!r}", f"{output!r} is typed {declared} but is {shape}")


def _verify_dtypes(node: Node, graph: Graph) -> None:
    dtypes = tuple(graph.tensors[name].dtype for name in (*node.inputs, *node.outputs))
    if not dtypes_fit(node.op, dtypes):
        _fail(f"node {node.name!r}", f"has dtypes {', '.join(dtypes)}")


def _verify_weights(graph: Graph) -> None:
    if graph.weights and set(graph.weights) != set(graph.parameters):
        odd = sorted(set(graph.weights) ^ set(graph.parameters))[0]
        _fail(f"parameter {odd!r}", "weights hold all parameters or none")
    for name, array in graph.weights.items():
        tensor = graph.tensors[name]
        if array.shape != tensor.shape or array.dtype != numpy_dtype(tensor.dtype):
            _fail(
                f"parameter {name!r}",
                f"is typed {tensor.dtype}{tensor.shape}, holds {array.dtype}{array.shape}",
            )


def _verify_quantization(graph: Graph) -> None:
    for name, tensor in graph.tensors.items():
        if tensor.dtype == "float32":
            if tensor.quantization is not None:
                _fail(f"value {name!r}", "is float32 and quantized")
        elif tensor.quantization is not None:
            _verify_axis(name, tensor)
        elif graph.weights:
            _fail(f"value {name!r}", f"is {tensor.dtype} without a quantization")
    for node in graph.nodes:
        names = (*node.inputs, *node.outputs)
        found = {graph.tensors[name].quantization for name in names}
        if isinstance(node.op, SAME_QUANTIZATION) and len(found) != 1:
            _fail(f"node {node.name!r}", f"{', '.join(map(repr, names))} must have one quantization")


def _verify_axis(name: str, tensor: Tensor) -> None:
    quantization = tensor.quantization
    assert quantization is not None
    if any(float(np.float32(scale)) != scale for scale in quantization.scale):
        _fail(f"value {name!r}", "has a scale that is no float32")
    if quantization.axis is not None and len(quantization.scale) != tensor.shape[quantization.axis]:
        _fail(f"value {name!r}", f"has {len(quantization.scale)} scales along axis {quantization.axis}")
