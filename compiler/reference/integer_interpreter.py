"""Runs an int8 graph in NumPy, bit for bit as the generated C does: its accuracy is the device's accuracy."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from compiler.errors import InternalError
from compiler.ir import ops
from compiler.ir.graph import Graph
from compiler.ir.ops import Reshape
from compiler.reference.feed import dying_values, feed
from compiler.reference.integer_call import IntegerCall, integer_call
from compiler.reference.integer_layers import run_conv, run_dense, run_depthwise, run_transpose_conv
from compiler.reference.integer_maps import (
    run_activate,
    run_add,
    run_average_pool,
    run_concat,
    run_global_average_pool,
    run_max_pool,
    run_mul,
    run_pad,
    run_resize_nearest,
    run_unary,
)
from compiler.reference.integer_softmax import run_softmax

Kernel = Callable[[Any, list[np.ndarray], IntegerCall], np.ndarray]

KERNELS: Mapping[type, Kernel] = {
    ops.Activate: run_activate,
    ops.Add: run_add,
    ops.AveragePool2D: run_average_pool,
    ops.Concat: run_concat,
    ops.Conv2D: run_conv,
    ops.Dense: run_dense,
    ops.DepthwiseConv2D: run_depthwise,
    ops.GlobalAveragePool: run_global_average_pool,
    ops.MaxPool2D: run_max_pool,
    ops.Mul: run_mul,
    ops.Pad: run_pad,
    ops.ResizeNearest: run_resize_nearest,
    ops.Softmax: run_softmax,
    ops.TransposeConv2D: run_transpose_conv,
    ops.Unary: run_unary,
}


def run_int8(
    graph: Graph, x: np.ndarray | Mapping[str, np.ndarray], *, keep: Collection[str] | None = None
) -> dict[str, np.ndarray]:
    """The graph's outputs, and the values named in `keep`, each (N, ...) in its own dtype.

    x: the input (N, ...), or one array for each graph input by name. DataError where x has another shape
    or dtype than the graph's input; ModelError where a layer can overflow its accumulator; InternalError
    for a graph without weights or quantization.
    """
    if graph.parameters and not graph.weights:
        raise InternalError(f"graph {graph.name!r} has no weights to run with")
    values = feed(graph, x)
    kept = {*graph.outputs, *(keep or ())}
    dying = dying_values(graph, kept)
    for node in graph.nodes:
        inputs = [values[name] if name in values else graph.weights[name] for name in node.inputs]
        output = node.outputs[0]
        if isinstance(node.op, Reshape):
            values[output] = inputs[0].reshape(len(inputs[0]), *graph.tensors[output].shape)
        elif type(node.op) in KERNELS:
            values[output] = KERNELS[type(node.op)](node.op, inputs, integer_call(node, graph))
        else:
            raise InternalError(f"{type(node.op).__name__} {node.name!r} has no int8 form")
        for name in dying.get(node.name, ()):
            del values[name]
    return {name: value for name, value in values.items() if name in kept}
