"""What an integer operator must know beside its arrays: what the integers on each side stand for."""

from dataclasses import dataclass

from compiler.errors import InternalError
from compiler.ir.graph import Graph, Node, Rounding
from compiler.ir.tensor import Dtype, Quantization


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


def integer_call(node: Node, graph: Graph) -> IntegerCall:
    """The call of one node. InternalError where a value it touches is not quantized."""
    found = [(name, graph.tensors[name].quantization) for name in (*node.inputs, *node.outputs)]
    known: list[Quantization] = []
    for name, quantization in found:
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
