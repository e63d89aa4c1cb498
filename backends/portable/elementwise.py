"""Operators of single numbers as kernel calls: their output may lie over an input not smaller."""

import numpy as np

from backends.portable.overlap import elementwise_overlap
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.curve import TABLE_ENTRIES, curve_table
from compiler.ir.fixed_point import Multiplier, activation_bounds, quantize_multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Activate, Lookup, Requantize, Unary
from compiler.ir.pair_multipliers import requantize_multiplier, requantize_table
from compiler.ir.program import Constant, KernelCall
from compiler.ir.sigmoid_table import ENTRIES, sigmoid_table
from compiler.ir.tensor import DTYPE_BITS
from compiler.ir.wide import curve_scaling

_UNKNOWN = Multiplier(0, 0)
_EIGHT_BITS = ("int8", "uint8")


def lower_activate(source: Source, node: Node, op: Activate) -> Lowered:
    """A clamp; input and output share one quantization. int16 numbers are rescaled by 1."""
    if source.tensor(node.outputs[0]).dtype == "int16":
        return lower_requantize(source, node, Requantize(activation=op.activation))
    output = node.outputs[0]
    fields = (("size", source.tensor(output).elements), *source.bounds(op.activation, output))
    return _elementwise(source, node, "protonas_clamp_s8", fields, node.inputs)


def lower_unary(source: Source, node: Node, op: Unary) -> Lowered:
    """A table of every input's output, 256 bytes of flash; int16 numbers are interpolated in one."""
    if source.tensor(node.outputs[0]).dtype == "int16":
        return _interpolated(source, node, op)
    before, after = (source.quantization(name) for name in (*node.inputs, *node.outputs))
    data = None if before is None or after is None else curve_table(op, before, after)
    table = make_constant(f"{node.name}/table", "int8", (TABLE_ENTRIES,), data)
    return _looked_up(source, node, node.inputs[0], table)


def _interpolated(source: Source, node: Node, op: Unary) -> Lowered:
    """All layers share the table: 512 bytes of flash."""
    known = source.quantization(node.inputs[0])
    factor, shift = (known is not None and curve_scaling(op.activation, known)) or (0, 0)
    fields = (
        ("size", source.tensor(node.outputs[0]).elements),
        ("is_tanh", int(op.activation == "tanh")),
        ("factor", factor),
        ("shift", shift),
    )
    halved = None if known is None else (sigmoid_table() - 2**15).astype(np.int16)
    table = make_constant("sigmoid_table", "int16", (ENTRIES,), halved)
    return _elementwise(source, node, "protonas_curve_s16", fields, node.inputs, (("table", table),))


def lower_lookup(source: Source, node: Node, op: Lookup) -> Lowered:
    """The table comes with the model."""
    x, table = node.inputs
    return _looked_up(source, node, x, source.parameter(table, "table"))


def lower_requantize(source: Source, node: Node, op: Requantize) -> Lowered:
    """Between 8-bit types a table of every input's output, else one rescaling for each element."""
    (x,), (output,) = node.inputs, node.outputs
    before, after = source.tensor(x).dtype, source.tensor(output).dtype
    if before in _EIGHT_BITS and after in _EIGHT_BITS:
        table = make_constant(f"{node.name}/table", "int8", (TABLE_ENTRIES,), _requantized(source, node, op))
        return _looked_up(source, node, x, table)
    known = source.quantization(x), source.quantization(output)
    by = _UNKNOWN if known[0] is None or known[1] is None else requantize_multiplier(known[0], known[1])
    if op.same_integers:
        by = quantize_multiplier(1.0)
    fields = (
        ("size", source.tensor(output).elements),
        ("input_zero_point", 0 if op.same_integers else source.zero_point(x)),
        ("output_zero_point", 0 if op.same_integers else source.zero_point(output)),
        ("multiplier", by.mantissa),
        ("shift", by.shift),
        *source.bounds(op.activation, x if op.same_integers else output),
    )
    kernel = f"protonas_requantize_s{DTYPE_BITS[before]}_s{DTYPE_BITS[after]}"
    narrower = DTYPE_BITS[after] <= DTYPE_BITS[before]
    return _elementwise(source, node, kernel, fields, (x,) if narrower else ())


def _requantized(source: Source, node: Node, op: Requantize) -> np.ndarray | None:
    (x,), (output,) = node.inputs, node.outputs
    before, after = source.quantization(x), source.quantization(output)
    if before is None or after is None:
        return None
    dtype = source.tensor(output).dtype
    return requantize_table(
        before,
        after,
        (source.tensor(x).dtype == "int8", dtype == "int8"),
        activation_bounds(op.activation, after, dtype),
        source.graph.rounding,
    )


def _looked_up(source: Source, node: Node, x: str, table: Constant) -> Lowered:
    fields = (("size", source.tensor(x).elements),)
    return _elementwise(source, node, "protonas_lookup_s8", fields, (x,), (("table", table),))


def _elementwise(
    source: Source,
    node: Node,
    kernel: str,
    fields: Fields,
    overwritable: tuple[str, ...],
    constants: tuple[tuple[str, Constant], ...] = (),
) -> Lowered:
    (write,) = source.buffers(node.outputs)
    reads = dict.fromkeys(source.buffers(overwritable))
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs[:1]),
        writes=(write,),
        overlaps=tuple(elementwise_overlap(write, read) for read in reads),
        parameters=fields,
        constants=tuple((field, constant.name) for field, constant in constants),
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,), constants=tuple(constant for _, constant in constants))
