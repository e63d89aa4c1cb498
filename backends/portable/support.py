"""What the portable kernels can do, operator by operator, and in words what stops the other nodes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backends.portable import recurrent_restrictions as recurrent
from backends.portable import restrictions as only
from backends.portable.float_ports import SHORT
from compiler.ir import ops
from compiler.ir.dtypes import REQUANTIZES
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Op
from compiler.ir.tensor import Dtype
from searchspace_dsl.infeasible import Culprit

Check = Callable[[Graph, Node], Iterator[str]]
"""Yields a phrase for each thing that stops a node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Dtypes that go together. A node with fewer inputs takes the first of `inputs`, one with more repeats
    the last."""

    inputs: tuple[Dtype, ...]
    output: Dtype


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """`name`: what messages call the operator. A node must have one of the signatures and pass all checks."""

    name: str
    signatures: tuple[Signature, ...]
    checks: tuple[Check, ...] = ()


def alike(*dtypes: Dtype) -> tuple[Signature, ...]:
    """Inputs and output all of one of these dtypes."""
    return tuple(Signature(inputs=(dtype,), output=dtype) for dtype in dtypes)


INT8 = alike("int8")
INT8_INT16 = alike("int8", "int16")
FILTER_INT8 = (Signature(inputs=("int8", "int8", "int32"), output="int8"),)
FILTERS_INT16 = (Signature(inputs=("int16", "int8", "int64"), output="int16"),)
FILTERS = (
    *FILTER_INT8,
    Signature(inputs=("int8", "int4", "int32"), output="int8"),
    *FILTERS_INT16,
)
FILTERS_INT32 = (*FILTERS, Signature(inputs=("int16", "int8", "int32"), output="int16"))
"""Also layers on int16 that sum in 32 bits."""
PRELU = (*INT8, Signature(inputs=("int16", "int8"), output="int16"))
MOVED = alike("int8", "int16", "int32", "uint8", "float32")
"""What moves take: whole bytes."""
TO_FLOAT = tuple(Signature(inputs=(dtype,), output="float32") for dtype in SHORT)
FROM_FLOAT = tuple(Signature(inputs=("float32",), output=dtype) for dtype in SHORT)
LSTM = (
    Signature(inputs=("int8", *("int8", "int8", "int32") * 4, "int8", "int16"), output="int8"),
    Signature(inputs=("int16", *("int8", "int8", "int64") * 4, "int16", "int16"), output="int16"),
)
SVDF_INT8 = (
    Signature(inputs=("int8", "int8", "int8", "int32", "int8"), output="int8"),
    Signature(inputs=("int8", "int8", "int16", "int32", "int16"), output="int8"),
)
SOFTMAX = (*INT8_INT16, Signature(inputs=("int8",), output="int16"))
ANY = alike("int8", "uint8", "int16", "int32", "int64", "float32", "bool")
_VALUES = (only.values, only.per_tensor, only.symmetric_int16)
_MEANS = (*_VALUES, only.count_in_int32)
_SHIFTED = (only.per_tensor, only.one_quantization)
_MOVED = (only.values, only.symmetric_int16, *_SHIFTED)
REQUANTIZED = tuple(Signature(inputs=(before,), output=after) for before, after in sorted(REQUANTIZES))
_REDUCED = (*_VALUES, only.two_runs_of_axes)
_TABLED = (only.second_a_parameter, only.per_tensor)
_PAIR = (only.a_value, only.per_tensor, only.symmetric_int16, only.four_axes)
_FILTERED = (
    only.filtered_per_tensor, only.symmetric_int16, only.filter_zero_point, only.sums_in_int32
)  # fmt: skip
_FILTERED_SYMMETRIC = (*_FILTERED, only.symmetric_filter)

SUPPORT: dict[type[Op], Support] = {
    ops.Activate: Support(name="activation", signatures=INT8_INT16, checks=_MOVED),
    ops.Add: Support(name="add", signatures=INT8_INT16, checks=_PAIR),
    ops.ArgMax: Support(
        name="argmax", signatures=(Signature(inputs=("int8",), output="int32"),), checks=(only.values,)
    ),
    ops.AssignVariable: Support(name="assign_variable", signatures=ANY),
    ops.AveragePool2D: Support(name="average_pool", signatures=INT8_INT16, checks=_MOVED),
    ops.BatchMatMul: Support(
        name="batch_matmul",
        signatures=INT8_INT16,
        checks=(only.a_value, only.per_tensor, only.symmetric_int16, only.depth_in_int32),
    ),
    ops.Concat: Support(name="concat", signatures=MOVED, checks=_SHIFTED),
    ops.Conv2D: Support(name="conv", signatures=FILTERS_INT32, checks=_FILTERED),
    ops.Dense: Support(name="dense", signatures=FILTERS_INT32, checks=_FILTERED),
    ops.DepthwiseConv2D: Support(name="depthwise", signatures=FILTERS, checks=_FILTERED),
    ops.Dequantize: Support(name="dequantize", signatures=TO_FLOAT, checks=_VALUES),
    ops.GlobalAveragePool: Support(name="global_average_pool", signatures=INT8_INT16, checks=_MEANS),
    ops.LogSoftmax: Support(
        name="log_softmax", signatures=INT8, checks=(only.values, only.per_tensor, only.log_softmax_output)
    ),
    ops.Lookup: Support(name="lookup", signatures=INT8, checks=_TABLED),
    ops.Lstm: Support(name="lstm", signatures=LSTM, checks=(recurrent.one_scale_each, recurrent.gates_fit)),
    ops.MaxPool2D: Support(name="max_pool", signatures=INT8_INT16, checks=_MOVED),
    ops.Maximum: Support(name="maximum", signatures=INT8_INT16, checks=(*_PAIR, only.one_quantization)),
    ops.Mean: Support(name="mean", signatures=INT8_INT16, checks=(only.two_runs_of_axes, *_MEANS)),
    ops.Minimum: Support(name="minimum", signatures=INT8_INT16, checks=(*_PAIR, only.one_quantization)),
    ops.Mul: Support(name="mul", signatures=INT8_INT16, checks=_PAIR),
    ops.PRelu: Support(
        name="prelu",
        signatures=PRELU,
        checks=(only.second_a_parameter, only.per_tensor, only.symmetric_int16, only.four_axes),
    ),
    ops.Pad: Support(name="pad", signatures=MOVED, checks=(*_SHIFTED, only.three_borders)),
    ops.Quantize: Support(name="quantize", signatures=FROM_FLOAT, checks=_VALUES),
    ops.ReadVariable: Support(name="read_variable", signatures=ANY),
    ops.ReduceMax: Support(name="reduce_max", signatures=INT8, checks=(*_REDUCED, only.one_quantization)),
    ops.Requantize: Support(name="requantize", signatures=REQUANTIZED, checks=(only.values, only.per_tensor)),
    ops.Reshape: Support(name="reshape", signatures=MOVED, checks=_MOVED),
    ops.ResizeBilinear: Support(
        name="resize_bilinear", signatures=INT8, checks=(*_MOVED, only.resolvable_steps)
    ),
    ops.ResizeNearest: Support(name="upsample", signatures=MOVED, checks=_SHIFTED),
    ops.Slice: Support(name="slice", signatures=MOVED, checks=(*_SHIFTED, only.few_strided_axes)),
    ops.Softmax: Support(
        name="softmax", signatures=SOFTMAX, checks=(only.values, only.per_tensor, only.softmax_output)
    ),
    ops.SquaredDifference: Support(name="squared_difference", signatures=INT8_INT16, checks=_PAIR),
    ops.Sub: Support(name="sub", signatures=INT8_INT16, checks=_PAIR),
    ops.Sum: Support(name="sum", signatures=INT8_INT16, checks=(only.two_runs_of_axes, *_MEANS)),
    ops.Svdf: Support(
        name="svdf", signatures=SVDF_INT8, checks=(recurrent.one_scale_each, recurrent.features_in_int32)
    ),
    ops.Take: Support(name="take", signatures=MOVED, checks=(*_SHIFTED, only.short_picks)),
    ops.Transpose: Support(name="transpose", signatures=MOVED, checks=(*_SHIFTED, only.few_strided_axes)),
    ops.TransposeConv2D: Support(
        name="transposed_conv", signatures=(*FILTER_INT8, *FILTERS_INT16), checks=_FILTERED_SYMMETRIC
    ),
    ops.Unary: Support(name="activation", signatures=INT8_INT16, checks=(*_VALUES, only.wide_curve)),
}
"""Each has a line in backends.portable.lower, too."""


_REMEDIES: dict[Check, str] = {
    only.count_in_int32: "fewer numbers at once: two such operators, one after the other",
    only.depth_in_int32: "matrices of less depth",
    only.few_strided_axes: "fewer axes at once: two such operators, one after the other",
    only.filter_zero_point: "weights with zero point 0",
    only.four_axes: "operands that broadcast over fewer axes",
    only.one_quantization: "one quantization on both sides",
    only.per_tensor: "one scale for each activation",
    only.sums_in_int32: "smaller integers in bias and weights",
    only.symmetric_filter: "weights with zero point 0",
    only.symmetric_int16: "int16 with zero point 0",
    only.three_borders: "fewer axes at once: two pads, one after the other",
    only.two_runs_of_axes: "fewer axes at once: two such operators, one after the other",
}
"""What would do for a node that does not pass a check; else the types that there are kernels for."""


def missing_kernels(graph: Graph) -> tuple[Culprit, ...]:
    """Every node without a kernel, in order."""
    found = ((node, next(_reasons(graph, node), None)) for node in graph.nodes)
    return tuple(
        Culprit(operator=operator_name(node.op), node=node.name, why=reason[0], nearest=reason[1])
        for node, reason in found
        if reason is not None
    )


def _nearest(op: Op) -> str:
    """What there are kernels for, in types."""
    support = SUPPORT.get(type(op))
    if support is None:
        return "the operators of docs/operators.md"
    types = (f"{', '.join(found.inputs)} to {found.output}" for found in support.signatures)
    return f"{support.name} of {'; '.join(types)}"


def operator_name(op: Op) -> str:
    """What messages call an operator."""
    support = SUPPORT.get(type(op))
    return re.sub(r"\B(?=[A-Z])", "_", type(op).__name__).lower() if support is None else support.name


def _reasons(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    """Why there is no kernel, and what there is one for."""
    support, types = SUPPORT.get(type(node.op)), _nearest(node.op)
    if support is None:
        yield "no int8 form", types
        return
    for why in _dtype_reasons(graph, node, support.signatures):
        yield why, types
    for check in support.checks:
        for why in check(graph, node):
            yield why, _REMEDIES.get(check, types)


def _dtype_reasons(graph: Graph, node: Node, signatures: tuple[Signature, ...]) -> Iterator[str]:
    """Against the signature whose first input is the node's: the one it was meant for."""
    names = (*node.inputs, *node.outputs)
    dtypes = [graph.tensors[name].dtype for name in names]
    near = [found for found in signatures if found.inputs[0] == dtypes[0]] or list(signatures)
    wanted = [_spread(found, len(node.inputs))[: len(names)] for found in near]
    if tuple(dtypes) not in wanted:
        for name, dtype, good in zip(names, dtypes, wanted[0], strict=True):
            if dtype != good:
                yield f"{dtype} {name!r}"


def _spread(signature: Signature, inputs: int) -> tuple[Dtype, ...]:
    repeated = (signature.inputs[-1],) * (inputs - len(signature.inputs))
    return (*signature.inputs[:inputs], *repeated, signature.output)
