"""Gives a float graph without weights the types it will have once quantized, so that it can be costed."""

from dataclasses import replace

from compiler.errors import InternalError
from compiler.ir.graph import Graph
from compiler.ir.ops import BatchNorm
from compiler.passes.weighted import bias_of


def assume_int8(graph: Graph) -> Graph:
    """Before: float32, folded (run_passes). After: quantize_static's dtypes, no quantizations or weights."""
    for node in graph.nodes:
        if isinstance(node.op, BatchNorm):
            raise InternalError(f"batch norm {node.name!r} is not folded, so it cannot become int8")
    biases = {bias_of(node) for node in graph.nodes}
    tensors = {
        name: tensor.with_dtype("int32" if name in biases else "int8")
        for name, tensor in graph.tensors.items()
    }
    return replace(graph, tensors=tensors, weights={})
