"""Graph to kernel calls: the library's kernel where there is an exact one, else the portable one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from backends.cmsis_nn.batch_matmul import lower_batch_matmul
from backends.cmsis_nn.call import LARGEST_SIDE
from backends.cmsis_nn.convolution import lower_conv2d, lower_depthwise_conv2d
from backends.cmsis_nn.curves import lower_curve, lower_softmax
from backends.cmsis_nn.dense import lower_dense
from backends.cmsis_nn.elementwise import lower_add, lower_extreme, lower_mul, lower_sub
from backends.cmsis_nn.lstm import lower_lstm
from backends.cmsis_nn.moves import lower_concat, lower_pad, lower_transpose
from backends.cmsis_nn.packed import lower_conv2d_s4, lower_dense_s4, lower_depthwise_conv2d_s4
from backends.cmsis_nn.pooling import lower_average_pool, lower_max_pool
from backends.cmsis_nn.svdf import lower_svdf
from backends.cmsis_nn.transposed import lower_transpose_conv2d
from backends.cmsis_nn.wide import lower_conv2d_s16, lower_dense_s16, lower_depthwise_conv2d_s16
from backends.portable.lower import assemble
from backends.portable.lower import lower_node as lower_portable
from backends.portable.source import Lowered, Source
from compiler.errors import InternalError
from compiler.ir.graph import Graph, Node, Rounding
from compiler.ir.ops import (
    Add,
    AveragePool2D,
    BatchMatMul,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Lstm,
    Maximum,
    MaxPool2D,
    Minimum,
    Mul,
    Pad,
    Reshape,
    Softmax,
    Sub,
    Svdf,
    Transpose,
    TransposeConv2D,
    Unary,
)
from compiler.ir.program import Program
from compiler.target import Isa
from searchspace_dsl.infeasible import Infeasible

_MOVES = (Concat, Pad, Transpose)
_WEIGHTED = (Conv2D, DepthwiseConv2D, TransposeConv2D, Dense)
_RECURRENT = (Lstm, Svdf)
_ELEMENTWISE = (Add, Maximum, Minimum, Mul, Softmax, Sub)
OWN = (*_WEIGHTED, *_RECURRENT, *_ELEMENTWISE, *_MOVES, AveragePool2D, BatchMatMul, MaxPool2D)
"""Operators that the library may do."""

_WIDE_POINTWISE = (Add, Mul, Softmax, Unary)
_WIDE_PRODUCTS = (Conv2D, DepthwiseConv2D, Dense, BatchMatMul, Lstm)
WIDE = (*_WIDE_PRODUCTS, *_WIDE_POINTWISE, AveragePool2D, MaxPool2D, Concat, Pad)
"""Those that it may do on int16."""

_TAKEN = {("int8",): OWN, ("int16",): WIDE, ("int16", "int8"): (Softmax,)}
"""By the types of input and output."""

_WEIGHTS = (({"int8"}, "int8"), ({"int8"}, "int4"), ({"int16"}, "int8"))
"""Types of values, and of their weights."""

_POOLS = (MaxPool2D, AveragePool2D)
_NEVER_ROUND = (*_POOLS, Maximum, Minimum, Softmax, *_MOVES)
_NEVER_ROUND_WIDE = (*_POOLS, Unary, *_MOVES)
"""Their kernels are the same in both builds of the library."""

_OUTPUT_SHIFTS = ("output_shift", "rescaling.shift", "row.output_shift")


def lower(graph: Graph, isa: Isa, backend: str, rounding: Rounding) -> Program | Infeasible:
    """Calls of adapters to the library built with `rounding` for `isa`; a call of a portable kernel says in
    `fallback` why it is one. Infeasible("no kernel", ...) names every node that not even those can do.
    """
    return assemble(graph, isa, backend, partial(_lower_node, isa, rounding))


def _lower_node(isa: Isa, rounding: Rounding, source: Source, node: Node) -> Lowered:
    found = _obstacle(source, node, rounding) or _own(source, node, isa)
    if rounding == "single" and isinstance(found, Lowered) and _shifts_left(found):
        found = "its sums are shifted to the left, where the library does not saturate in single rounding"
    if isinstance(found, Lowered):
        return found
    lowered = lower_portable(source, node)
    return replace(lowered, calls=tuple(replace(call, fallback=found) for call in lowered.calls))


def _obstacle(source: Source, node: Node, rounding: Rounding) -> str:
    """Why the library cannot do a node whatever its attributes are; empty where it may."""
    if isinstance(node.op, Reshape):
        return ""
    if not isinstance(node.op, (*OWN, *WIDE)):
        return "the library has no exact kernel for this operator"
    wide = source.tensor(node.inputs[0]).dtype == "int16"
    same_in_both = _NEVER_ROUND_WIDE if wide else _NEVER_ROUND
    if source.graph.rounding != rounding and not isinstance(node.op, same_in_both):
        return f"the model rounds {source.graph.rounding}, the library is built for {rounding} rounding"
    values = [source.tensor(name) for name in (node.inputs[0], *node.outputs)]
    dtypes = {tensor.dtype for tensor in values}
    if not isinstance(node.op, _TAKEN.get(tuple(sorted(dtypes)), ())):
        return f"the library has no exact kernel for this operator on {' and '.join(sorted(dtypes))}"
    if "int16" in dtypes and rounding == "single" and not isinstance(node.op, same_in_both):
        return "on int16 the library's kernels are taken with double rounding only"
    if isinstance(node.op, _RECURRENT) and rounding == "single":
        return "the library's kernels with states are taken with double rounding only"
    if isinstance(node.op, _WEIGHTED) and (dtypes, source.tensor(node.inputs[1]).dtype) not in _WEIGHTS:
        return f"its weights are {source.tensor(node.inputs[1]).dtype}"
    if isinstance(node.op, _WEIGHTED) and source.zero_point(node.inputs[1]):
        return "its weights have a zero point"
    if max((size for tensor in values for size in tensor.shape), default=0) > LARGEST_SIDE:
        return f"a side is longer than {LARGEST_SIDE}"
    return ""


def _shifts_left(lowered: Lowered) -> bool:
    """Whether results may be shifted to the left: by a field or by any channel."""
    fields = [value for call in lowered.calls for field, value in call.parameters if field in _OUTPUT_SHIFTS]
    tables = [
        int(constant.data.max())
        for constant in lowered.constants
        if constant.data is not None and constant.name.removesuffix("_padded").endswith("/shift")
    ]
    return max((*fields, *tables), default=-1) >= 0


def _own(source: Source, node: Node, isa: Isa) -> Lowered | str:
    match node.op:
        case Reshape():
            return Lowered(calls=())
        case Conv2D() | DepthwiseConv2D() | TransposeConv2D() | Dense():
            return _own_weighted(source, node, isa)
        case AveragePool2D() as op:
            return lower_average_pool(source, node, op, isa)
        case MaxPool2D() as op:
            return lower_max_pool(source, node, op)
        case Add() as op:
            return lower_add(source, node, op, isa)
        case Mul() as op:
            return lower_mul(source, node, op, isa)
        case Maximum() | Minimum() as op:
            return lower_extreme(source, node, op)
        case Sub() as op:
            return lower_sub(source, node, op, isa)
        case Softmax() as op:
            return lower_softmax(source, node, op)
        case BatchMatMul() as op:
            return lower_batch_matmul(source, node, op, isa)
        case Svdf() as op:
            return lower_svdf(source, node, op, isa)
        case Lstm() as op:
            return lower_lstm(source, node, op, isa)
        case Unary() as op:
            return lower_curve(source, node, op)
        case Concat() as op:
            return lower_concat(source, node, op, isa)
        case Pad() as op:
            return lower_pad(source, node, op, isa)
        case Transpose() as op:
            return lower_transpose(source, node, op)
        case _:
            raise InternalError(f"no call of the library for {type(node.op).__name__}")


_Lowering = Callable[[Source, Node, Any, Isa], Lowered | str]

_ON_INT8: Mapping[type, _Lowering] = {
    Conv2D: lower_conv2d,
    DepthwiseConv2D: lower_depthwise_conv2d,
    TransposeConv2D: lower_transpose_conv2d,
    Dense: lower_dense,
}
_ON_INT16: Mapping[type, _Lowering] = {
    Conv2D: lower_conv2d_s16,
    DepthwiseConv2D: lower_depthwise_conv2d_s16,
    Dense: lower_dense_s16,
}
_BY_INT4: Mapping[type, _Lowering] = {
    Conv2D: lower_conv2d_s4,
    DepthwiseConv2D: lower_depthwise_conv2d_s4,
    Dense: lower_dense_s4,
}


def _own_weighted(source: Source, node: Node, isa: Isa) -> Lowered | str:
    if source.tensor(node.outputs[0]).dtype == "int16":
        lowerings, missing = _ON_INT16, "the library has no int16 kernel for this operator"
    elif source.tensor(node.inputs[1]).dtype == "int4":
        lowerings, missing = _BY_INT4, "the library has no kernel with int4 weights for this operator"
    else:
        return _ON_INT8[type(node.op)](source, node, node.op, isa)
    found = lowerings.get(type(node.op))
    return found(source, node, node.op, isa) if found else missing
