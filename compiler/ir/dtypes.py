"""Which dtypes each operator takes and gives: verify_graph holds every node to them."""

from collections.abc import Mapping

from compiler.ir.ops import (
    ArgMax,
    AssignVariable,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dequantize,
    LogSoftmax,
    Lookup,
    Lstm,
    Op,
    Pad,
    PRelu,
    Quantize,
    ReadVariable,
    Requantize,
    Reshape,
    ResizeNearest,
    Slice,
    Softmax,
    Svdf,
    Take,
    Transpose,
    TransposeConv2D,
)
from compiler.ir.tensor import Dtype

WEIGHTED = (Conv2D, DepthwiseConv2D, TransposeConv2D, Dense)
"""Operators whose second input is a filter, and whose third, where there is one, is a bias."""

MOVES = (
    Concat, Pad, Reshape, ResizeNearest, Slice, Take, Transpose, ReadVariable, AssignVariable,
)  # fmt: skip
"""Operators that move numbers and never look at them."""

REQUANTIZES: frozenset[tuple[Dtype, Dtype]] = frozenset(
    {
        ("int8", "int8"), ("int8", "uint8"), ("uint8", "int8"), ("uint8", "uint8"),
        ("int8", "int16"), ("int16", "int8"), ("int16", "int16"), ("int8", "int32"), ("int16", "int32"),
    }
)  # fmt: skip
"""From what to what Requantize goes."""

_FILTERS: frozenset[tuple[Dtype, ...]] = frozenset(
    {("int8", "int8"), ("int8", "int8", "int32"), ("int8", "int4"), ("int8", "int4", "int32"),
     ("int16", "int8"), ("int16", "int8", "int64"), ("int16", "int8", "int32")}
)  # fmt: skip
"""Activations, filter, bias."""

_STATEFUL: Mapping[type[Op], frozenset[tuple[Dtype, ...]]] = {
    Svdf: frozenset(
        {
            ("int8", "int8", "int8", "int32", "int8", "int8"),
            ("int8", "int8", "int16", "int32", "int16", "int8"),
        }
    ),
    Lstm: frozenset(
        {
            ("int8", *("int8", "int8", "int32") * 4, "int8", "int16", "int8"),
            ("int16", *("int8", "int8", "int64") * 4, "int16", "int16", "int16"),
        }
    ),
}
"""All inputs, states included, and the output."""


def dtypes_fit(op: Op, dtypes: tuple[Dtype, ...]) -> bool:
    """Whether an operator may have inputs and outputs of these dtypes, in the node's order."""
    if isinstance(op, Quantize):
        return len(dtypes) == 2 and dtypes[0] == "float32" and dtypes[1] in ("int8", "uint8", "int16")
    if isinstance(op, Dequantize):
        return len(dtypes) == 2 and dtypes[1] == "float32" and dtypes[0] in ("int8", "uint8", "int16")
    if isinstance(op, Requantize):
        return dtypes in REQUANTIZES and (not op.same_integers or dtypes == ("int16", "int16"))
    if isinstance(op, ArgMax):
        return dtypes in (("int8", "int32"), ("float32", "int32"))
    if isinstance(op, Lookup | LogSoftmax):
        return set(dtypes) == {"int8"}
    if isinstance(op, PRelu):
        return dtypes in (("int8", "int8", "int8"), ("int16", "int8", "int16"))
    if isinstance(op, MOVES):
        return len(set(dtypes)) == 1
    if type(op) in _STATEFUL:
        return dtypes in _STATEFUL[type(op)]
    if set(dtypes) == {"float32"} or (isinstance(op, Softmax) and dtypes == ("int8", "int16")):
        return True
    if isinstance(op, WEIGHTED):
        return dtypes[:-1] in _FILTERS and dtypes[-1] == dtypes[0]
    return not isinstance(op, BatchNorm) and set(dtypes) in ({"int8"}, {"int16"})
