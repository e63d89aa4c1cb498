"""Elementwise operators as kernel calls: their output may lie over any input of the same size."""

from backends.portable.overlap import elementwise_overlap
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.curve import TABLE_ENTRIES, curve_table
from compiler.ir.fixed_point import AddMultipliers, Multiplier, add_multipliers, mul_multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Activate, Add, Mul, Unary
from compiler.ir.program import Constant, KernelCall

_UNKNOWN = Multiplier(0, 0)


def lower_add(source: Source, node: Node, op: Add) -> Lowered:
    """Both inputs are brought to a common scale, added and rescaled."""
    output = node.outputs[0]
    multipliers = _add_multipliers(source, node)
    fields = (
        ("size", source.tensor(output).elements),
        ("left_zero_point", source.zero_point(node.inputs[0])),
        *_multiplier_fields("left", multipliers.left),
        ("right_zero_point", source.zero_point(node.inputs[1])),
        *_multiplier_fields("right", multipliers.right),
        ("output_zero_point", source.zero_point(output)),
        *_multiplier_fields("output", multipliers.output),
        *source.bounds(op.activation, output),
    )
    return _elementwise(source, node, "protonas_add_s8", fields, node.inputs)


def lower_mul(source: Source, node: Node, op: Mul) -> Lowered:
    """A right input of (1, 1, C) is read again for every pixel: only the left may be overwritten then."""
    left, right = node.inputs
    output = node.outputs[0]
    fields = (
        ("size", source.tensor(output).elements),
        ("right_size", source.tensor(right).elements),
        ("left_zero_point", source.zero_point(left)),
        ("right_zero_point", source.zero_point(right)),
        ("output_zero_point", source.zero_point(output)),
        *_multiplier_fields("output", _mul_multiplier(source, node)),
        *source.bounds(op.activation, output),
    )
    whole = source.tensor(left).shape == source.tensor(right).shape
    return _elementwise(source, node, "protonas_mul_s8", fields, node.inputs if whole else (left,))


def lower_activate(source: Source, node: Node, op: Activate) -> Lowered:
    """A clamp; input and output share one quantization."""
    output = node.outputs[0]
    fields = (("size", source.tensor(output).elements), *source.bounds(op.activation, output))
    return _elementwise(source, node, "protonas_clamp_s8", fields, node.inputs)


def lower_unary(source: Source, node: Node, op: Unary) -> Lowered:
    """A table of every input's output, 256 bytes of flash."""
    before, after = (source.quantization(name) for name in (*node.inputs, *node.outputs))
    data = None if before is None or after is None else curve_table(op, before, after)
    table = make_constant(f"{node.name}/table", "int8", (TABLE_ENTRIES,), data)
    fields = (("size", source.tensor(node.outputs[0]).elements),)
    return _elementwise(source, node, "protonas_lookup_s8", fields, node.inputs, (("table", table),))


def _add_multipliers(source: Source, node: Node) -> AddMultipliers:
    left, right, output = (source.quantization(name) for name in (*node.inputs, *node.outputs))
    if left is None or right is None or output is None:
        return AddMultipliers(left=_UNKNOWN, right=_UNKNOWN, output=_UNKNOWN)
    return add_multipliers(left, right, output)


def _mul_multiplier(source: Source, node: Node) -> Multiplier:
    left, right, output = (source.quantization(name) for name in (*node.inputs, *node.outputs))
    if left is None or right is None or output is None:
        return _UNKNOWN
    return mul_multiplier(left, right, output)


def _multiplier_fields(name: str, multiplier: Multiplier) -> Fields:
    return ((f"{name}_multiplier", multiplier.mantissa), (f"{name}_shift", multiplier.shift))


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
        reads=source.buffers(node.inputs),
        writes=(write,),
        overlaps=tuple(elementwise_overlap(write, read) for read in reads),
        parameters=fields,
        constants=tuple((field, constant.name) for field, constant in constants),
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,), constants=tuple(constant for _, constant in constants))
