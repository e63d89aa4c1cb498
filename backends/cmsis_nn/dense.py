"""Dense layers as calls of the library's; on MVE the sums of weights that it wants are tables in flash."""

import numpy as np

from backends.cmsis_nn.call import Tables, bounds, call_of, dims, offsets, rescaling
from backends.portable.source import Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import Dense
from compiler.ir.program import Constant
from compiler.target import Isa


def lower_dense(source: Source, node: Node, op: Dense, isa: Isa) -> Lowered | str:
    """(units, inputs) weights as they are. Every output reads the whole input, so they stay apart."""
    units, inputs = source.tensor(node.inputs[1]).shape
    if source.tensor(node.inputs[0]).shape != (inputs,):
        return "its input is no vector"
    quantization = source.quantization(node.inputs[1])
    per_channel = quantization is not None and quantization.axis is not None
    tables: Tables = (("weights", source.parameter(node.inputs[1], "weights")),)
    if isa == "mve":
        tables += (("kernel_sum", _kernel_sum(source, node, units)),)
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


def _kernel_sum(source: Source, node: Node, units: int) -> Constant:
    """bias + input_offset * sum of a row's weights, as arm_vector_sum_s8 would compute it at run time."""
    weights = source.graph.weights.get(node.inputs[1])
    sums = None
    if weights is not None:
        total = weights.astype(np.int64).sum(axis=1) * -source.zero_point(node.inputs[0])
        if len(node.inputs) == 3:
            total = total + source.graph.weights[node.inputs[2]]
        sums = total.astype(np.int32)
    return make_constant(f"{node.name}/kernel_sum", "int32", (units,), sums)
