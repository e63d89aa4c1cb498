"""Runs an int8 graph in NumPy, bit for bit as the generated C does: its accuracy is the device's accuracy."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from compiler.errors import InternalError
from compiler.ir import ops
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import AssignVariable, ReadVariable, Reshape
from compiler.ir.states import states_of
from compiler.reference.feed import dying_values, feed
from compiler.reference.integer_arithmetic import (
    run_add,
    run_maximum,
    run_minimum,
    run_mul,
    run_prelu,
    run_squared_difference,
    run_sub,
)
from compiler.reference.integer_bilinear import run_resize_bilinear
from compiler.reference.integer_call import IntegerCall, integer_call
from compiler.reference.integer_layers import run_conv, run_dense, run_depthwise, run_transpose_conv
from compiler.reference.integer_log_softmax import run_log_softmax
from compiler.reference.integer_maps import (
    run_activate,
    run_average_pool,
    run_global_average_pool,
    run_max_pool,
    run_unary,
)
from compiler.reference.integer_moves import (
    run_concat,
    run_pad,
    run_resize_nearest,
    run_slice,
    run_take,
    run_transpose,
)
from compiler.reference.integer_ports import run_argmax, run_dequantize, run_quantize
from compiler.reference.integer_reductions import run_batch_matmul, run_mean, run_reduce_max, run_sum
from compiler.reference.integer_softmax import run_softmax
from compiler.reference.integer_states import Stepped, run_lstm, run_svdf
from compiler.reference.integer_tables import run_lookup, run_requantize
from compiler.reference.state import check_state, fresh_state

Kernel = Callable[[Any, list[np.ndarray], IntegerCall], np.ndarray]
StateKernel = Callable[[Any, list[np.ndarray], IntegerCall], Stepped]

KERNELS: Mapping[type, Kernel] = {
    ops.Activate: run_activate,
    ops.Add: run_add,
    ops.ArgMax: run_argmax,
    ops.AveragePool2D: run_average_pool,
    ops.BatchMatMul: run_batch_matmul,
    ops.Concat: run_concat,
    ops.Conv2D: run_conv,
    ops.Dense: run_dense,
    ops.DepthwiseConv2D: run_depthwise,
    ops.Dequantize: run_dequantize,
    ops.GlobalAveragePool: run_global_average_pool,
    ops.LogSoftmax: run_log_softmax,
    ops.Lookup: run_lookup,
    ops.MaxPool2D: run_max_pool,
    ops.Maximum: run_maximum,
    ops.Mean: run_mean,
    ops.Minimum: run_minimum,
    ops.Mul: run_mul,
    ops.PRelu: run_prelu,
    ops.Pad: run_pad,
    ops.ReduceMax: run_reduce_max,
    ops.Requantize: run_requantize,
    ops.Quantize: run_quantize,
    ops.ResizeBilinear: run_resize_bilinear,
    ops.ResizeNearest: run_resize_nearest,
    ops.Slice: run_slice,
    ops.Softmax: run_softmax,
    ops.SquaredDifference: run_squared_difference,
    ops.Sub: run_sub,
    ops.Sum: run_sum,
    ops.Take: run_take,
    ops.Transpose: run_transpose,
    ops.TransposeConv2D: run_transpose_conv,
    ops.Unary: run_unary,
}


STATE_KERNELS: Mapping[type, StateKernel] = {ops.Lstm: run_lstm, ops.Svdf: run_svdf}


def run_int8(
    graph: Graph,
    x: np.ndarray | Mapping[str, np.ndarray],
    *,
    keep: Collection[str] | None = None,
    state: Mapping[str, np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """One call, without the states it leaves: see step_int8."""
    return step_int8(graph, x, keep=keep, state=state)[0]


def step_int8(
    graph: Graph,
    x: np.ndarray | Mapping[str, np.ndarray],
    *,
    keep: Collection[str] | None = None,
    state: Mapping[str, np.ndarray] | None = None,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The graph's outputs, and the values named in `keep`, each (N, ...) in its own dtype; and its states
    after.

    x: the input (N, ...), or one array for each graph input by name. `state`: by name (N, ...), each of the
    N samples with a row of its own; fresh_state where it is None. DataError where x or state has another
    shape or dtype than the graph says; ModelError where a layer can overflow its accumulator; InternalError
    for a graph without weights or quantization.
    """
    if graph.parameters and not graph.weights:
        raise InternalError(f"graph {graph.name!r} has no weights to run with")
    values = feed(graph, x)
    count = len(values[graph.inputs[0]])
    states = fresh_state(graph, count) if state is None else dict(state)
    check_state(graph, states, count)
    kept = {*graph.outputs, *(keep or ())}
    dying = dying_values(graph, {*kept, *states})
    values.update(states)
    for node in graph.nodes:
        values.update(_run_node(node, graph, values))
        for name in dying.get(node.name, ()):
            del values[name]
    return (
        {name: value for name, value in values.items() if name in kept},
        {name: values[name] for name in states},
    )


def _run_node(node: Node, graph: Graph, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the node defines, and the states that it changes."""
    inputs = [values[name] if name in values else graph.weights[name] for name in node.inputs]
    kind = type(node.op)
    if isinstance(node.op, AssignVariable):
        state, value = node.inputs
        return {state: np.broadcast_to(inputs[1], (len(inputs[0]), *graph.tensors[value].shape))}
    output = node.outputs[0]
    if isinstance(node.op, ReadVariable):
        return {output: inputs[0]}
    if isinstance(node.op, Reshape):
        return {output: inputs[0].reshape(len(inputs[0]), *graph.tensors[output].shape)}
    if kind in STATE_KERNELS:
        result, states = STATE_KERNELS[kind](node.op, inputs, integer_call(node, graph))
        return {output: result, **dict(zip(states_of(node), states, strict=True))}
    if kind in KERNELS:
        return {output: KERNELS[kind](node.op, inputs, integer_call(node, graph))}
    raise InternalError(f"{kind.__name__} {node.name!r} has no int8 form")
