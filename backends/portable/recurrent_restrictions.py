"""What stops an SVDF or an LSTM from having a portable kernel although its dtypes are right."""

from collections.abc import Iterator

import numpy as np

from compiler.ir.fixed_point import product_multipliers
from compiler.ir.graph import Graph, Node
from compiler.ir.recurrent import GATE_INPUT, GATES
from compiler.ir.wide import MOST_WIDE_SHIFT, SUM_BITS

_ACCUMULATOR_MAX = 2**31 - 1


def one_scale_each(graph: Graph, node: Node) -> Iterator[str]:
    """Every operand has one scale, and no weight a zero point."""
    for name in (*node.inputs, *node.outputs):
        quantization = graph.tensors[name].quantization
        if quantization is not None and quantization.axis is not None:
            yield f"{name!r} is quantized per channel"
        if quantization is not None and name in graph.parameters and any(quantization.zero_point):
            yield f"{name!r} has a zero point"


def features_in_int32(graph: Graph, node: Node) -> Iterator[str]:
    """SVDF: no input whatever makes a feature leave 32 bits. (Sums over time wrap.)"""
    if not _products_fit(graph, node.inputs[0], node.inputs[1], None):
        yield "its sums do not fit 32 bits"


def gates_fit(graph: Graph, node: Node) -> Iterator[str]:
    """LSTM: the same of the sums of its four gates, which on int16 have 48 bits."""
    x, hidden = node.inputs[0], node.inputs[13]
    if graph.tensors[x].dtype == "int16":
        yield from _wide_gates(graph, node)
        return
    for gate in range(GATES):
        given, again, bias = node.inputs[1 + 3 * gate : 4 + 3 * gate]
        if not (_products_fit(graph, x, given, bias) and _products_fit(graph, hidden, again, None)):
            yield "its sums do not fit 32 bits"


def _wide_gates(graph: Graph, node: Node) -> Iterator[str]:
    """No zero points, and multipliers that do not shift far to the left."""
    ends = {name: graph.tensors[name].quantization for name in (node.inputs[0], node.inputs[13])}
    for name, quantization in ends.items():
        if quantization is not None and any(quantization.zero_point):
            yield f"{name!r} has a zero point"
    for gate in range(GATES):
        bias = node.inputs[3 + 3 * gate]
        for value, weight in zip(ends, node.inputs[1 + 3 * gate : 3 + 3 * gate], strict=True):
            sums = (
                np.abs(graph.weights[weight].astype(np.float64)).sum(axis=1) * 32768 if graph.weights else 0
            )
            added = np.abs(graph.weights[bias].astype(np.float64)) if graph.weights else 0
            if np.max(sums + added) >= 2.0**SUM_BITS:
                yield f"its sums do not fit {SUM_BITS + 1} bits"
            found, by = ends[value], graph.tensors[weight].quantization
            if found and by and product_multipliers(found, by, GATE_INPUT, 1)[0].shift > MOST_WIDE_SHIFT:
                yield f"{value!r} or {weight!r} has too large a scale"


def _products_fit(graph: Graph, value: str, weight: str, bias: str | None) -> bool:
    if not graph.weights:
        return True
    quantization = graph.tensors[value].quantization
    zero_point = 0 if quantization is None else quantization.zero_point[0]
    rows = np.abs(graph.weights[weight].astype(np.int64)).sum(axis=1)
    sums = rows * max(zero_point + 128, 127 - zero_point)
    if bias is not None:
        sums = sums + np.abs(graph.weights[bias].astype(np.int64))
    return bool((sums <= _ACCUMULATOR_MAX).all())
