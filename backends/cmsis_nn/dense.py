"""Dense layers as calls of the library's; on MVE the sums of weights that it wants are tables in flash."""

from backends.cmsis_nn.call import Tables, bounds, call_of, dims, offsets, rescaling, weight_sums
from backends.portable.source import Lowered, Source
from compiler.ir.graph import Node
from compiler.ir.ops import Dense
from compiler.target import Isa


def lower_dense(source: Source, node: Node, op: Dense, isa: Isa) -> Lowered:
    """(units, inputs) weights as they are. Every output reads the whole input, so they stay apart."""
    units, inputs = source.tensor(node.inputs[1]).shape
    quantization = source.quantization(node.inputs[1])
    per_channel = quantization is not None and quantization.axis is not None
    tables: Tables = (("weights", source.parameter(node.inputs[1], "weights")),)
    if isa == "mve":
        bias = node.inputs[2] if len(node.inputs) == 3 else None
        sums = weight_sums(
            source, f"{node.name}/kernel_sum", node.inputs[1], source.zero_point(node.inputs[0]), bias
        )
        tables += (("kernel_sum", sums),)
    elif len(node.inputs) == 3:
        tables += (("bias", source.parameter(node.inputs[2], "bias")),)
    fields = (
        *offsets(source, node, "dense"),
        ("dense.filter_offset", 0),
        *bounds(source, op.activation, node.outputs[0], "dense.activation"),
        *dims("input", 1, (1, 1, inputs)),
        *dims("filter", inputs, (1, 1, units)),
        *dims("output", 1, (1, 1, units)),
    )
    scale = rescaling(source, node, units)
    if per_channel:
        return call_of(source, node, "protonas_cmsis_dense_per_channel_s8", fields, tables=(*tables, *scale))
    first = {f"rescaling.{field}": 0 if table.data is None else int(table.data[0]) for field, table in scale}
    return call_of(source, node, "protonas_cmsis_dense_s8", (*fields, *first.items()), tables=tables)
