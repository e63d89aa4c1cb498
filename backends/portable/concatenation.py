"""A concatenation as one copy for each input, so that every kernel takes a fixed number of arguments."""

from math import prod

from backends.portable.source import Lowered, Source
from backends.portable.strided import element_bytes
from compiler.ir.graph import Node
from compiler.ir.ops import Concat
from compiler.ir.program import Constant, KernelCall

_KERNEL = "protonas_copy_rows"


def lower_concat(source: Source, node: Node, op: Concat) -> Lowered:
    """Rows are all that is inside the axis; inputs, of which some may be parameters, and output share one
    quantization."""
    output_shape = source.tensor(node.outputs[0]).shape
    element = element_bytes(source.tensor(node.outputs[0]))
    output_stride = prod(output_shape[op.axis :]) * element
    calls: list[KernelCall] = []
    constants: list[Constant] = []
    output_offset = 0
    for name in node.inputs:
        read, constant = source.operand(name)
        constants += constant
        row_bytes = prod(source.tensor(name).shape[op.axis :]) * element
        fields = (
            ("rows", prod(output_shape[: op.axis])),
            ("row_bytes", row_bytes),
            ("output_stride", output_stride),
            ("output_offset", output_offset),
        )
        calls.append(
            KernelCall(
                layer=node.name,
                kernel=_KERNEL,
                reads=(read,),
                writes=source.buffers(node.outputs),
                parameters=fields,
                sources=(f"src/{_KERNEL}.c",),
            )
        )
        output_offset += row_bytes
    return Lowered(calls=tuple(calls), constants=tuple(constants))
