"""Operators of two operands, and prelu, as kernel calls: operands of one shape, or that broadcast."""

from collections.abc import Callable, Mapping

from backends.portable.broadcast import Axis, broadcast_fields, joined_axes
from backends.portable.overlap import elementwise_overlap
from backends.portable.source import Fields, Lowered, Source
from compiler.ir.fixed_point import AddMultipliers, Multiplier, add_multipliers, mul_multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Add, Maximum, Minimum, Mul, PRelu, SquaredDifference, Sub
from compiler.ir.pair_multipliers import (
    PAIR_LEFT_SHIFT,
    SQUARE_LEFT_SHIFT,
    prelu_multipliers,
    squared_difference_multipliers,
    sub_multipliers,
)
from compiler.ir.program import Constant, KernelCall
from compiler.ir.tensor import Dtype, Quantization

_UNKNOWN = Multiplier(0, 0)

CommonScale = Callable[[Quantization, Quantization, Quantization], AddMultipliers]
ShiftedScale = Callable[[Quantization, Quantization, Quantization, int], AddMultipliers]


def lower_add(source: Source, node: Node, op: Add) -> Lowered:
    """Operands of one shape have a kernel of their own."""
    scaling = (
        *_scaled(source, node, _shifted(source, node, add_multipliers)),
        *source.bounds(op.activation, node.outputs[0]),
    )
    axes = _axes(source, node)
    if _is_wide(source, node):
        return _pair(source, node, "protonas_add_s16", (*broadcast_fields(axes), *scaling))
    if axes == _flat(axes):
        return _pair(source, node, "protonas_add_s8", (("size", axes[0].size), *scaling))
    return _pair(source, node, "protonas_add_broadcast_s8", (*broadcast_fields(axes), *scaling))


def lower_sub(source: Source, node: Node, op: Sub) -> Lowered:
    """As an addition, its right operand taken away."""
    scaling = (
        *_scaled(source, node, _shifted(source, node, sub_multipliers)),
        *source.bounds(op.activation, node.outputs[0]),
    )
    kernel = "protonas_sub_s16" if _is_wide(source, node) else "protonas_sub_s8"
    return _pair(source, node, kernel, (*broadcast_fields(_axes(source, node)), *scaling))


def lower_squared_difference(source: Source, node: Node, op: SquaredDifference) -> Lowered:
    """As an addition, of less bits, so that the square fits its own."""
    scaling = _scaled(source, node, _shifted(source, node, squared_difference_multipliers, SQUARE_LEFT_SHIFT))
    shared = zero_point_fields(source, node, node.inputs) if _is_wide(source, node) else ()
    bounds = source.bounds("none", node.outputs[0])
    fields = (*broadcast_fields(_axes(source, node)), *shared, *scaling, *bounds)
    return _pair(source, node, f"protonas_squared_difference_{_suffix(source, node)}", fields)


def lower_extreme(source: Source, node: Node, op: Maximum | Minimum) -> Lowered:
    """Integers are compared as they are: all have one quantization."""
    kind = "maximum" if isinstance(op, Maximum) else "minimum"
    kernel = f"protonas_{kind}_{_suffix(source, node)}"
    return _pair(source, node, kernel, broadcast_fields(_axes(source, node)))


def lower_mul(source: Source, node: Node, op: Mul) -> Lowered:
    """One kernel goes over the right operand again and again, the other walks any two. A product may have
    its operands exchanged."""
    axes = _axes(source, node)
    if _is_wide(source, node):
        fields = (*broadcast_fields(axes), *_mul_fields(source, node, op, node.inputs))
        return _pair(source, node, "protonas_mul_s16", fields)
    if _repeats(tuple(Axis(size=a.size, left_step=a.right_step, right_step=a.left_step) for a in axes)):
        left, right = node.inputs
        return _repeated_mul(source, node, op, (right, left))
    if axes == _flat(axes) or _repeats(axes):
        return _repeated_mul(source, node, op, node.inputs)
    fields = (*broadcast_fields(axes), *_mul_fields(source, node, op, node.inputs))
    return _pair(source, node, "protonas_mul_broadcast_s8", fields)


def lower_prelu(source: Source, node: Node, op: PRelu) -> Lowered:
    """Alpha lies in flash."""
    x, alpha = node.inputs
    before, by, after = (source.quantization(name) for name in (x, alpha, node.outputs[0]))
    identity = scaled = _UNKNOWN
    if before is not None and by is not None and after is not None:
        identity, scaled = prelu_multipliers(before, by, after)
    fields = (
        *broadcast_fields(_axes(source, node), "", "alpha"),
        ("input_zero_point", source.zero_point(x)),
        ("alpha_zero_point", source.zero_point(alpha)),
        ("output_zero_point", source.zero_point(node.outputs[0])),
        *multiplier_fields("identity", identity),
        *multiplier_fields("alpha", scaled),
    )
    constant = source.parameter(alpha, "alpha")
    kernel = f"protonas_prelu_{_suffix(source, node)}"
    return _call(source, node, kernel, fields, (x,), (("alpha", constant),))


def multiplier_fields(name: str, multiplier: Multiplier) -> Fields:
    """A multiplier as two parameter fields."""
    return ((f"{name}_multiplier", multiplier.mantissa), (f"{name}_shift", multiplier.shift))


def _axes(source: Source, node: Node) -> tuple[Axis, ...]:
    left, right = (source.tensor(name).shape for name in node.inputs)
    return joined_axes(left, right)


def _flat(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """One axis along which both operands go step by step; a single element is one too."""
    return axes if axes[0].size == 1 else (Axis(size=axes[0].size, left_step=1, right_step=1),)


def _repeats(axes: tuple[Axis, ...]) -> bool:
    """Whether the left operand is whole, and the right one is gone over again for each outer index."""
    if len(axes) == 1:
        return (axes[0].left_step, axes[0].right_step) == (1, 0)
    steps = [(axis.left_step, axis.right_step) for axis in axes]
    return steps == [(axes[1].size, 0), (1, 1)]


def _shifted(
    source: Source,
    node: Node,
    multipliers: ShiftedScale,
    left_shifts: Mapping[Dtype, int] = PAIR_LEFT_SHIFT,
) -> CommonScale:
    left_shift = left_shifts[source.tensor(node.outputs[0]).dtype]
    return lambda left, right, output: multipliers(left, right, output, left_shift)


def _scaled(source: Source, node: Node, multipliers: CommonScale) -> Fields:
    left, right, output = (source.quantization(name) for name in (*node.inputs, *node.outputs))
    by = AddMultipliers(left=_UNKNOWN, right=_UNKNOWN, output=_UNKNOWN)
    if left is not None and right is not None and output is not None:
        by = multipliers(left, right, output)
    return (
        *_zero_points(source, node, node.inputs),
        *multiplier_fields("left", by.left),
        *multiplier_fields("right", by.right),
        *multiplier_fields("output", by.output),
    )


def _zero_points(source: Source, node: Node, operands: tuple[str, ...]) -> Fields:
    """int16 kernels take them for granted: they are 0."""
    return () if _is_wide(source, node) else zero_point_fields(source, node, operands)


def zero_point_fields(source: Source, node: Node, operands: tuple[str, ...]) -> Fields:
    """Of both operands and of the output."""
    return (
        ("left_zero_point", source.zero_point(operands[0])),
        ("right_zero_point", source.zero_point(operands[1])),
        ("output_zero_point", source.zero_point(node.outputs[0])),
    )


def _is_wide(source: Source, node: Node) -> bool:
    return source.tensor(node.outputs[0]).dtype == "int16"


def _suffix(source: Source, node: Node) -> str:
    """What the names of kernels of one source for both types end in."""
    return "s16" if _is_wide(source, node) else "s8"


def _repeated_mul(source: Source, node: Node, op: Mul, operands: tuple[str, ...]) -> Lowered:
    fields = (
        ("size", source.tensor(operands[0]).elements),
        ("right_size", source.tensor(operands[1]).elements),
        *_mul_fields(source, node, op, operands),
    )
    return _call(source, node, "protonas_mul_s8", fields, operands)


def _mul_fields(source: Source, node: Node, op: Mul, operands: tuple[str, ...]) -> Fields:
    output = node.outputs[0]
    left, right, after = (source.quantization(name) for name in (*operands, output))
    by = _UNKNOWN
    if left is not None and right is not None and after is not None:
        by = mul_multiplier(left, right, after)
    return (
        *_zero_points(source, node, operands),
        *multiplier_fields("output", by),
        *source.bounds(op.activation, output),
    )


def _pair(source: Source, node: Node, kernel: str, fields: Fields) -> Lowered:
    return _call(source, node, kernel, fields, node.inputs)


def _call(
    source: Source,
    node: Node,
    kernel: str,
    fields: Fields,
    operands: tuple[str, ...],
    constants: tuple[tuple[str, Constant], ...] = (),
) -> Lowered:
    """The output may lie over operands as large as it: element i of them is read before it is written."""
    (write,) = source.buffers(node.outputs)
    found = [source.operand(name) for name in operands]
    whole = source.tensor(node.outputs[0]).elements
    overwritable = source.buffers(
        tuple(
            name
            for name in operands
            if name not in source.graph.parameters and source.tensor(name).elements == whole
        )
    )
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=tuple(read for read, _ in found),
        writes=(write,),
        overlaps=tuple(elementwise_overlap(write, read) for read in dict.fromkeys(overwritable)),
        parameters=fields,
        constants=tuple((field, constant.name) for field, constant in constants),
        sources=(f"src/{kernel}.c",),
    )
    in_flash = (constant for _, read in found for constant in read)
    return Lowered(calls=(call,), constants=(*(constant for _, constant in constants), *in_flash))
