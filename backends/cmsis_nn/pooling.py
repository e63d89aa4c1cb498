"""Windowed pools as calls of the library's."""

from backends.cmsis_nn.call import bounds, call_of, dims, suffix, window_tiles
from backends.cmsis_nn.scratch import average_pool_bytes
from backends.portable.source import Fields, Lowered, Source
from compiler.ir.graph import Node
from compiler.ir.ops import AveragePool2D, MaxPool2D
from compiler.target import Isa


def lower_average_pool(source: Source, node: Node, op: AveragePool2D, isa: Isa) -> Lowered:
    """The library's divisor, too, is the number of elements inside the map."""
    scratch_bytes = average_pool_bytes(isa, source.tensor(node.inputs[0]).shape[-1])
    kernel = f"protonas_cmsis_average_pool2d{'' if scratch_bytes else '_direct'}_{suffix(source, node)}"
    fields = (*_fields(source, node, op), ("scratch_bytes", scratch_bytes))
    return call_of(source, node, kernel, fields, scratch_bytes=scratch_bytes)


def lower_max_pool(source: Source, node: Node, op: MaxPool2D) -> Lowered:
    """The library clamps all of the output when it is done, so it stays apart from the input."""
    return call_of(
        source, node, f"protonas_cmsis_max_pool2d_{suffix(source, node)}", _fields(source, node, op)
    )


def _fields(source: Source, node: Node, op: AveragePool2D | MaxPool2D) -> Fields:
    return (
        *window_tiles("pool", op.window, dilated=False),
        *bounds(source, op.activation, node.outputs[0], "pool.activation"),
        *dims("input", 1, source.tensor(node.inputs[0]).shape),
        *dims("filter", 1, (*op.window.kernel, 1)),
        *dims("output", 1, source.tensor(node.outputs[0]).shape),
    )
