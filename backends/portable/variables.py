"""Reading and assigning a variable: copies between its state and a value."""

from backends.portable.source import Lowered, Source
from compiler.ir.graph import Node
from compiler.ir.ops import AssignVariable, ReadVariable
from compiler.ir.program import KernelCall

_KERNEL = "protonas_copy_rows"


def lower_read_variable(source: Source, node: Node, op: ReadVariable) -> Lowered:
    """A copy, for the variable may be assigned while the value still lives."""
    return _copy(source, node, node.inputs[0], node.outputs[0])


def lower_assign_variable(source: Source, node: Node, op: AssignVariable) -> Lowered:
    """The value may be a parameter."""
    return _copy(source, node, node.inputs[1], node.inputs[0])


def _copy(source: Source, node: Node, read: str, write: str) -> Lowered:
    operand, constants = source.operand(read)
    size = source.tensor(write).bytes
    call = KernelCall(
        layer=node.name,
        kernel=_KERNEL,
        reads=(operand,),
        writes=source.buffers((write,)),
        parameters=(("rows", 1), ("row_bytes", size), ("output_stride", size), ("output_offset", 0)),
        sources=(f"src/{_KERNEL}.c",),
    )
    return Lowered(calls=(call,), constants=constants)
