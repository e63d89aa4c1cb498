"""SVDF as calls of the library's. Their states hold what those of the portable kernels do."""

import numpy as np

from backends.cmsis_nn.call import (
    LARGEST_SIDE,
    Tables,
    bounds,
    call_of,
    dims,
    multiplier_fields,
    weight_sums,
)
from backends.cmsis_nn.scratch import svdf_bytes
from backends.portable.recurrent import svdf_multipliers
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.fixed_point import Multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Svdf
from compiler.ir.program import Constant
from compiler.ir.tensor import DTYPE_BITS
from compiler.target import Isa

_RANGE = {8: (-128, 127), 16: (-(2**15), 2**15 - 1)}
_ONE = Multiplier(1 << 30, 1)


def lower_svdf(source: Source, node: Node, op: Svdf, isa: Isa) -> Lowered | str:
    """A kernel for each type of state, and on MVE one for int8 states with a zero point: elsewhere the detour
    by which the library learns of it takes longer than the portable kernel. A reason where it is not called.
    What arrives in the memory is clamped to its type; sums over time wrap at 32 bits in the library as in the
    reference."""
    x, feature, time, _, state = node.inputs
    if op.rank > LARGEST_SIDE:
        return f"its rank is more than {LARGEST_SIDE}"
    width, zero_point = DTYPE_BITS[source.tensor(state).dtype], source.zero_point(state)
    if zero_point and (width == 16 or isa != "mve"):
        return "its state has a zero point, which the library's kernel has not"
    tables: Tables = (
        ("feature_weights", source.parameter(feature, "feature_weights")),
        ("time_weights", source.parameter(time, "time_weights")),
        ("bias", _bias(source, node, zero_point)),
    )
    if isa == "mve" and width == 8:
        name = f"{node.name}/kernel_sum"
        tables += (("kernel_sum", weight_sums(source, name, feature, source.zero_point(x), None)),)
    kernel, fields = f"svdf_state_s{width}", _fields(source, node, op)
    filters = source.tensor(time).shape[0]
    scratch_bytes = svdf_bytes(filters, filters // op.rank)
    if zero_point:
        kernel, fields = "svdf_offset_state_s8", (*fields, *_offset_fields(source, node, filters))
        scratch_bytes += 5 * filters
    name = f"protonas_cmsis_{kernel}"
    return call_of(source, node, name, fields, tables=tables, scratch_bytes=scratch_bytes, states=(state,))


def _fields(source: Source, node: Node, op: Svdf) -> Fields:
    """Of a state with a zero point: after what _offset_fields describes, so that there is one input."""
    x, _, time, _, state = node.inputs
    filters, memory = source.tensor(time).shape
    inputs = 1 if source.zero_point(state) else source.tensor(x).elements
    low, high = _RANGE[DTYPE_BITS[source.tensor(state).dtype]]
    scaling, units = svdf_multipliers(source, node), filters // op.rank
    return (
        ("svdf.rank", op.rank),
        ("svdf.input_offset", 0 if source.zero_point(state) else source.zero_point(x)),
        ("svdf.output_offset", source.zero_point(node.outputs[0])),
        ("svdf.input_activation.min", low),
        ("svdf.input_activation.max", high),
        *bounds(source, op.activation, node.outputs[0], "svdf.output_activation"),
        *multiplier_fields("feature_rescaling.", scaling.feature),
        *multiplier_fields("rescaling.", scaling.output),
        *dims("input", 1, (inputs, 1, 1)),
        *dims("feature", filters, (inputs, 1, 1)),
        *dims("time", filters, (memory, 1, 1)),
        *dims("state", 1, (filters * memory, 1, 1)),
        *dims("bias_size", units, (1, 1, 1)),
        *dims("output", 1, (units, 1, 1)),
    )


def _offset_fields(source: Source, node: Node, filters: int) -> Fields:
    """The dense layer that makes what arrives in the memory: the library's SVDF takes each times 1."""
    x, *_, state = node.inputs
    inputs = source.tensor(x).elements
    return (
        ("dense.input_offset", -source.zero_point(x)),
        ("dense.activation.min", _RANGE[8][0]),
        ("dense.activation.max", _RANGE[8][1]),
        *multiplier_fields("taking.", _ONE),
        *dims("dense_input", 1, (1, 1, inputs)),
        *dims("dense_filter", inputs, (1, 1, filters)),
        *dims("dense_output", 1, (1, 1, filters)),
        ("state_zero_point", source.zero_point(state)),
    )


def _bias(source: Source, node: Node, zero_point: int) -> Constant:
    """The bias; where the state has a zero point, less that times the time weights of each output."""
    _, _, time, bias, _ = node.inputs
    if not zero_point:
        return source.parameter(bias, "bias")
    shape = source.tensor(bias).shape
    folded = None
    if time in source.graph.weights:
        sums = source.graph.weights[time].astype(np.int64).reshape(shape[0], -1).sum(axis=1)
        folded = (source.graph.weights[bias] - zero_point * sums).astype(np.int32)
    return make_constant(f"{node.name}/offset_bias", "int32", shape, folded)
