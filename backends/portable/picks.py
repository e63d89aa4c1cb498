"""Picks along an axis as copies of blocks by a table."""

from math import prod

import numpy as np

from backends.portable.source import Lowered, Source, make_constant
from backends.portable.strided import element_bytes
from compiler.ir.graph import Node
from compiler.ir.ops import Take
from compiler.ir.program import KernelCall

LONGEST_AXIS = 1 << 15
"""Indices are int16."""

_KERNEL = "protonas_take"


def lower_take(source: Source, node: Node, op: Take) -> Lowered:
    """Rows are all that is outside the axis, blocks all that is inside."""
    tensor = source.tensor(node.inputs[0])
    block_bytes = prod(tensor.shape[op.axis + 1 :]) * element_bytes(tensor)
    read, constants = source.operand(node.inputs[0])
    indices = np.array(op.indices, np.int16)
    table = make_constant(f"{node.name}/indices", "int16", indices.shape, indices)
    call = KernelCall(
        layer=node.name,
        kernel=_KERNEL,
        reads=(read,),
        writes=source.buffers(node.outputs),
        parameters=(
            ("count", len(op.indices)),
            ("rows", prod(tensor.shape[: op.axis])),
            ("row_bytes", tensor.shape[op.axis] * block_bytes),
            ("block_bytes", block_bytes),
        ),
        constants=(("indices", table.name),),
        sources=(f"src/{_KERNEL}.c",),
    )
    return Lowered(calls=(call,), constants=(*constants, table))
