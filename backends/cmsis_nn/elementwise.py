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

_OFFSETS = {
    "left_zero_point": ("left_offset", -1),
    "right_zero_point": ("right_offset", -1),
    "output_zero_point": ("output_offset", 1),
}
"""Portable field -> the library's, and its sign."""
_SCALING = ("_multiplier", "_shift", "activation_min", "activation_max")
_DIFFER = "its operands differ in shape"


def lower_add(source: Source, node: Node, op: Add) -> Lowered | str:
    """Operands of one shape."""
    if not _same_shape(source, node):
        return _DIFFER
    dtype = source.tensor(node.outputs[0]).dtype
    more: Fields = (("input_left_shift", PAIR_LEFT_SHIFT[dtype]),)
    if dtype == "int16":
        return _wide(source, node, portable_add(source, node, op), "add", more)
    return adapted(portable_add(source, node, op), "add_s8", more)


def lower_mul(source: Source, node: Node, op: Mul) -> Lowered | str:
    """Operands of one shape."""
    if not _same_shape(source, node):
        return _DIFFER
    if source.tensor(node.outputs[0]).dtype == "int8":
        return adapted(portable_mul(source, node, op), "mul_s8")
    lowered = _wide(source, node, portable_mul(source, node, op), "mul")
    if dict(lowered.calls[0].parameters)["output_shift"] > 0:
        return "its products are shifted to the left, where the library does not saturate"
    return lowered


def lower_sub(source: Source, node: Node, op: Sub) -> Lowered | str:
    """Operands of one shape: a sum, the right multiplier negative. The library rounds halves up where it
    multiplies, so the negative of a product is that of the negative multiplier but at halves."""
    if not _same_shape(source, node):
        return _DIFFER
    lowered = portable_sub(source, node, op)
    (call,) = lowered.calls
    fields = dict(call.parameters)
    zero_point, multiplier, shift = (
        fields[name] for name in ("right_zero_point", "right_multiplier", "right_shift")
    )
    right = tuple(value - zero_point for value in range(-128, 128))
    if _meets_half(right, multiplier, shift, source.graph.rounding):
        return "the library has no subtraction, and some negative product lies between two integers"
    kept = tuple(name for name in fields if not name.endswith(("_size", "_step")))
    size = source.tensor(node.outputs[0]).elements
    more: Fields = (("size", size), ("input_left_shift", PAIR_LEFT_SHIFT["int8"]))
    lowered = adapted(lowered, "add_s8", more, kept)
    (call,) = lowered.calls
    negative = tuple(
        (name, -value if name == "right_multiplier" else value) for name, value in call.parameters
    )
    return replace(lowered, calls=(replace(call, parameters=negative),))


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


def _wide(source: Source, node: Node, lowered: Lowered, kind: str, more: Fields = ()) -> Lowered:
    """Of one shape, so without the steps that the portable kernel walks by."""
    kept = tuple(field for field, _ in lowered.calls[0].parameters if field.endswith(_SCALING))
    size = source.tensor(node.outputs[0]).elements
    return adapted(lowered, f"{kind}_s16", (("size", size), *more), kept)


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
