"""Softmax, sigmoid and tanh: what portable kernels are handed, where the library's numbers are TFLM's."""

from dataclasses import replace

from backends.cmsis_nn.elementwise import adapted
from backends.portable.elementwise import lower_unary as portable_unary
from backends.portable.softmax import lower_softmax as portable_softmax
from backends.portable.source import Lowered, Source
from compiler.ir.graph import Node
from compiler.ir.ops import Softmax, Unary
from compiler.ir.wide import curve_scaling

MOST_WIDE_ROW = 8
"""So many exponentials of at most 32,762 stay below 2**18 - 1, the first sum whose reciprocal arm_softmax_s16
looks up at 32,768, which it does not clamp to 16 bits. Nor does it clamp results, of which only those of rows
whose sum is 32,762 or 32,763 leave them: a second exponential is at least 2."""

_MOST_WIDE_SHIFT = 14
"""Differences, of up to 16 bits, are shifted to the left within 32 bits."""

_POWER = 13
"""curve_scaling gives 3 * 2**13 and a shift to the right, or 3 times a small power of two and none."""


def lower_softmax(source: Source, node: Node, op: Softmax) -> Lowered | str:
    """Over the last axis."""
    lowered = portable_softmax(source, node, op)
    types = tuple(source.tensor(name).dtype for name in (*node.inputs, *node.outputs))
    if types[0] == "int8":
        return adapted(lowered, "softmax_s8" if types[1] == "int8" else "softmax_s8_s16")
    fields = dict(lowered.calls[0].parameters)
    if not 2 <= fields["row_size"] <= MOST_WIDE_ROW:
        return f"arm_softmax_s16 does not clamp: it is right for rows of 2 to {MOST_WIDE_ROW} numbers alone"
    if fields["shift"] > _MOST_WIDE_SHIFT:
        return "its differences would leave 32 bits"
    return adapted(lowered, "softmax_s16")


def lower_curve(source: Source, node: Node, op: Unary) -> Lowered | str:
    """Sigmoid and tanh of int16; curves of int8 are tables of 256 bytes. The library has the table itself."""
    quantization = source.quantization(node.inputs[0])
    scaling = None if quantization is None else curve_scaling(op.activation, quantization)
    shifts = {3 << left: left for left in range(_POWER + 1)}
    if scaling is None or scaling[0] not in shifts:
        return "the library takes scales that are powers of two alone"
    fields = (("left_shift", shifts[scaling[0]] - scaling[1]),)
    lowered = adapted(portable_unary(source, node, op), "curve_s16", fields, kept=("size", "is_tanh"))
    return Lowered(calls=tuple(replace(call, constants=()) for call in lowered.calls))
