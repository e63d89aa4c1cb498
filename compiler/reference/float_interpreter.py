"""Runs a float32 graph in NumPy: what training, calibration and scores are measured by."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from compiler.errors import InternalError
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Pad,
    Reshape,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
)
from compiler.reference.feed import dying_values, feed
from compiler.reference.float_layers import (
    normalize_batch,
    run_batch_norm,
    run_conv,
    run_dense,
    run_depthwise,
    run_transpose_conv,
)
from compiler.reference.float_maps import (
    run_activate,
    run_add,
    run_average_pool,
    run_concat,
    run_global_average_pool,
    run_max_pool,
    run_mul,
    run_pad,
    run_resize_nearest,
    run_softmax,
    run_unary,
)

Kernel = Callable[[Any, list[np.ndarray]], np.ndarray]

KERNELS: Mapping[type, Kernel] = {
    Activate: run_activate,
    Add: run_add,
    AveragePool2D: run_average_pool,
    BatchNorm: run_batch_norm,
    Concat: run_concat,
    Conv2D: run_conv,
    Dense: run_dense,
    DepthwiseConv2D: run_depthwise,
    GlobalAveragePool: run_global_average_pool,
    MaxPool2D: run_max_pool,
    Mul: run_mul,
    Pad: run_pad,
    ResizeNearest: run_resize_nearest,
    Softmax: run_softmax,
    TransposeConv2D: run_transpose_conv,
    Unary: run_unary,
}
WITH_BATCH_STATISTICS: Mapping[type, Kernel] = {**KERNELS, BatchNorm: normalize_batch}


def run_float(
    graph: Graph,
    x: np.ndarray | Mapping[str, np.ndarray],
    *,
    batch_statistics: bool = False,
    keep: Collection[str] | None = None,
) -> dict[str, np.ndarray]:
    """The graph's outputs, and the values named in `keep`, each (N, ...) float32.

    x: the input (N, ...) float32, or one array for each graph input by name. `batch_statistics`: batch norms
    use the mean and variance of this batch, as in training. DataError where x has another shape than the
    graph's input; InternalError for a graph without weights.
    """
    if graph.parameters and not graph.weights:
        raise InternalError(f"graph {graph.name!r} has no weights to run with")
    kernels = WITH_BATCH_STATISTICS if batch_statistics else KERNELS
    values = feed(graph, x)
    kept = {*graph.outputs, *(keep or ())}
    dying = dying_values(graph, kept)
    weights = graph.weights
    for node in graph.nodes:
        inputs = [values[name] if name in values else weights[name] for name in node.inputs]
        output = node.outputs[0]
        if isinstance(node.op, Reshape):
            values[output] = inputs[0].reshape(len(inputs[0]), *graph.tensors[output].shape)
        else:
            values[output] = kernels[type(node.op)](node.op, inputs)
        for name in dying.get(node.name, ()):
            del values[name]
    return {name: value for name, value in values.items() if name in kept}
