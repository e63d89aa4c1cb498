"""What an integer operator must know beside its arrays: what the integers on each side stand for."""

from dataclasses import dataclass

import numpy as np

from compiler.errors import InternalError
from compiler.ir.graph import Graph, Node, Rounding
from compiler.ir.tensor import Dtype, Quantization

REAL = Quantization(scale=(1.0,), zero_point=(0,))
"""What float32 numbers are said to be quantized with: they stand for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerCall:
    """`sources`: quantization of each input in order, parameters too; `output`: that of the result.

    `source_shapes`: of each input, without the batch, which the arrays of values have and parameters lack.
    """

    name: str
    sources: tuple[Quantization, ...]
    output: Quantization
    output_shape: tuple[int, ...]
    source_shapes: tuple[tuple[int, ...], ...] = ()
    output_dtype: Dtype = "int8"
    rounding: Rounding


def with_batch(inputs: list[np.ndarray], call: IntegerCall) -> list[np.ndarray]:
    """Inputs (N, ...) each: a parameter is repeated for every sample (a view, not to be written)."""
    lacks = [array.ndim == len(shape) for array, shape in zip(inputs, call.source_shapes, strict=True)]
    samples = max((len(array) for array, bare in zip(inputs, lacks, strict=True) if not bare), default=1)
    return [
        np.broadcast_to(array, (samples, *array.shape)) if bare else array
        for array, bare in zip(inputs, lacks, strict=True)
    ]


def integer_call(node: Node, graph: Graph) -> IntegerCall:
    """The call of one node. InternalError where an integer that it touches is not quantized."""
    found = [(name, graph.tensors[name].quantization) for name in (*node.inputs, *node.outputs)]
    known: list[Quantization] = []
    for name, quantization in found:
        if quantization is None and graph.tensors[name].dtype == "float32":
            quantization = REAL
        if quantization is None:
            raise InternalError(f"{name!r} at node {node.name!r} is not quantized")
        known.append(quantization)
    return IntegerCall(
        name=node.name,
        sources=tuple(known[:-1]),
        output=known[-1],
        output_shape=graph.tensors[node.outputs[0]].shape,
        source_shapes=tuple(graph.tensors[name].shape for name in node.inputs),
        output_dtype=graph.tensors[node.outputs[0]].dtype,
        rounding=graph.rounding,
    )
