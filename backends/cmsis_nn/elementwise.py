"""Sums, differences, products and extremes: what portable kernels are handed, under the library's names.

Four elements are read, then the same four written: outputs may lie over inputs as portable kernels' may.
"""

from dataclasses import replace

from backends.cmsis_nn.call import dims
from backends.cmsis_nn.kernel_files import sources_of
from backends.portable.broadcast import MOST_AXES, Axis, joined_axes
from backends.portable.pairs import lower_add as portable_add
from backends.portable.pairs import lower_extreme as portable_extreme
from backends.portable.pairs import lower_mul as portable_mul
from backends.portable.pairs import lower_sub as portable_sub
from backends.portable.source import Fields, Lowered, Source
from compiler.ir.graph import Node, Rounding
from compiler.ir.ops import Add, Maximum, Minimum, Mul, Sub
from compiler.ir.pair_multipliers import PAIR_LEFT_SHIFT
from compiler.ir.tensor import DTYPE_BITS
from compiler.target import Isa

_OFFSETS = {
    "left_zero_point": ("left_offset", -1),
    "right_zero_point": ("right_offset", -1),
    "output_zero_point": ("output_offset", 1),
}
"""Portable field -> the library's, and its sign."""
_SCALING = ("_multiplier", "_shift", "activation_min", "activation_max")
_DIFFER = "its operands differ in shape, and the library takes but one"


def lower_add(source: Source, node: Node, op: Add, isa: Isa) -> Lowered | str:
    """Operands of one shape, or rows."""
    shape = _rows(source, node, isa)
    if shape is None:
        return _DIFFER
    dtype = source.tensor(node.outputs[0]).dtype
    more: Fields = (("input_left_shift", PAIR_LEFT_SHIFT[dtype]),)
    return _by_rows(source, node, portable_add(source, node, op), "add", shape, more)


def lower_mul(source: Source, node: Node, op: Mul, isa: Isa) -> Lowered | str:
    """Operands of one shape, or rows."""
    shape = _rows(source, node, isa)
    if shape is None:
        return _DIFFER
    lowered = portable_mul(source, node, op)
    shifted = dict(lowered.calls[0].parameters)["output_shift"] > 0
    if shifted and source.tensor(node.outputs[0]).dtype == "int16":
        return "its products are shifted to the left, where the library does not saturate"
    return _by_rows(source, node, lowered, "mul", shape)


def lower_sub(source: Source, node: Node, op: Sub, isa: Isa) -> Lowered | str:
    """Operands of one shape, or rows: a sum, the right multiplier negative. The library rounds halves up
    where it multiplies, so the negative of a product is that of the negative multiplier but at halves."""
    shape = _rows(source, node, isa)
    if shape is None:
        return _DIFFER
    lowered = portable_sub(source, node, op)
    (call,) = lowered.calls
    fields = dict(call.parameters)
    right = tuple(value - fields["right_zero_point"] for value in range(-128, 128))
    if _meets_half(right, fields["right_multiplier"], fields["right_shift"], source.graph.rounding):
        return "the library has no subtraction, and some negative product lies between two integers"
    fields["right_multiplier"] *= -1
    lowered = replace(lowered, calls=(replace(call, parameters=tuple(fields.items())),))
    more: Fields = (("input_left_shift", PAIR_LEFT_SHIFT["int8"]),)
    return _by_rows(source, node, lowered, "add", shape, more)


def lower_extreme(source: Source, node: Node, op: Maximum | Minimum) -> Lowered:
    """Operands of one shape as maps of a single pixel; others as maps of the axes that they do not share."""
    kind = "maximum" if isinstance(op, Maximum) else "minimum"
    lowered = portable_extreme(source, node, op)
    if _same_shape(source, node):
        elements = source.tensor(node.outputs[0]).elements
        return adapted(lowered, f"{kind}_s8", dims("map", 1, (1, 1, elements)), kept=())
    axes = joined_axes(*(source.tensor(name).shape for name in node.inputs))
    n, h, w, c = ((Axis(size=1, left_step=0, right_step=0),) * (MOST_AXES - len(axes)) + axes)[-MOST_AXES:]
    fields: Fields = ()
    for name, sizes in (
        ("left", [axis.size if axis.left_step else 1 for axis in (n, h, w, c)]),
        ("right", [axis.size if axis.right_step else 1 for axis in (n, h, w, c)]),
        ("output", [axis.size for axis in (n, h, w, c)]),
    ):
        fields += dims(name, sizes[0], (sizes[1], sizes[2], sizes[3]))
    return adapted(lowered, f"{kind}_broadcast_s8", fields, kept=())


def _meets_half(values: tuple[int, ...], multiplier: int, shift: int, rounding: Rounding) -> bool:
    """Whether a product of a value, shifted to the left as operands are, lies halfway between two integers
    where it is rounded: 31 bits from its end, or in single rounding where it ends."""
    bits = 31 if rounding == "double" else 31 - shift
    scaled = (abs(value * multiplier) << PAIR_LEFT_SHIFT["int8"] for value in values)
    return any(product % (1 << bits) == 1 << (bits - 1) for product in scaled)


def _same_shape(source: Source, node: Node) -> bool:
    left, right = (source.tensor(name).shape for name in node.inputs)
    return left == right


def _rows(source: Source, node: Node, isa: Isa) -> tuple[int, int] | None:
    """Rows and their size, both operands as wide: one row where no operand is repeated. More are for int8 on
    MVE alone, where they take a sixth of the portable kernels' instructions. None for other broadcasts."""
    *outer, row = joined_axes(*(source.tensor(name).shape for name in node.inputs))
    if row.size > 1 and (row.left_step, row.right_step) != (1, 1):
        return None
    if not outer:
        return 1, row.size
    wide = source.tensor(node.outputs[0]).dtype == "int16"
    return None if len(outer) > 1 or wide or isa != "mve" else (outer[0].size, row.size)


def _by_rows(
    source: Source, node: Node, lowered: Lowered, kind: str, shape: tuple[int, int], more: Fields = ()
) -> Lowered:
    """A call of the flat kernel, or of one that calls it for each row; a repeated operand is a row itself."""
    rows, size = shape
    bits = DTYPE_BITS[source.tensor(node.outputs[0]).dtype]
    ended = tuple(field for field, _ in lowered.calls[0].parameters if field.endswith((*_SCALING, *_OFFSETS)))
    flat = adapted(lowered, f"{kind}_s{bits}", (("size", size), *more), ended)
    if rows == 1:
        return flat
    elements = {source.operand(name)[0]: source.tensor(name).elements for name in node.inputs}
    strides = [0 if elements[read] == size else size for read in lowered.calls[0].reads]
    fields: Fields = (
        ("rows", rows),
        *zip(("left_stride", "right_stride"), strides, strict=True),
        *((f"row.{field}", value) for field, value in flat.calls[0].parameters),
    )
    return adapted(lowered, f"{kind}_rows_s{bits}", fields, kept=())


def adapted(lowered: Lowered, kind: str, more: Fields = (), kept: tuple[str, ...] | None = None) -> Lowered:
    """Portable fields, all or those `kept`, renamed, and `more`."""
    (call,) = lowered.calls
    kernel = f"protonas_cmsis_{kind}"
    fields: list[tuple[str, int]] = []
    for field, value in call.parameters:
        name, sign = _OFFSETS.get(field, (field, 1))
        if field != "right_size" and (kept is None or field in kept):
            fields.append((name, sign * value))
    call = replace(
        call,
        kernel=kernel,
        parameters=(*fields, *more),
        sources=sources_of(kernel),
        returns_status=True,
    )
    return replace(lowered, calls=(call,))
