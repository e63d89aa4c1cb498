"""Sums, products and softmax: what portable kernels are handed, under the library's names.

Four elements are read, then the same four written: outputs may lie over inputs as portable kernels' may.
"""

from dataclasses import replace

from backends.cmsis_nn.call import dims
from backends.cmsis_nn.kernel_files import sources_of
from backends.portable.pairs import lower_add as portable_add
from backends.portable.pairs import lower_extreme as portable_extreme
from backends.portable.pairs import lower_mul as portable_mul
from backends.portable.softmax import lower_softmax as portable_softmax
from backends.portable.source import Fields, Lowered, Source
from compiler.ir.graph import Node
from compiler.ir.ops import Add, Maximum, Minimum, Mul, Softmax
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
    return _adapted(portable_add(source, node, op), "add_s8", more)


def lower_mul(source: Source, node: Node, op: Mul) -> Lowered | str:
    """Operands of one shape."""
    if not _same_shape(source, node):
        return _DIFFER
    if source.tensor(node.outputs[0]).dtype == "int8":
        return _adapted(portable_mul(source, node, op), "mul_s8")
    lowered = _wide(source, node, portable_mul(source, node, op), "mul")
    if dict(lowered.calls[0].parameters)["output_shift"] > 0:
        return "its products are shifted to the left, where the library does not saturate"
    return lowered


def lower_extreme(source: Source, node: Node, op: Maximum | Minimum) -> Lowered | str:
    """Operands of one shape, as maps of a single pixel."""
    if not _same_shape(source, node):
        return _DIFFER
    kind = "maximum" if isinstance(op, Maximum) else "minimum"
    elements = source.tensor(node.outputs[0]).elements
    return _adapted(
        portable_extreme(source, node, op), f"{kind}_s8", dims("map", 1, (1, 1, elements)), kept=()
    )


def lower_softmax(source: Source, node: Node, op: Softmax) -> Lowered:
    """Over the last axis."""
    return _adapted(portable_softmax(source, node, op), "softmax_s8")


def _same_shape(source: Source, node: Node) -> bool:
    left, right = (source.tensor(name).shape for name in node.inputs)
    return left == right


def _wide(source: Source, node: Node, lowered: Lowered, kind: str, more: Fields = ()) -> Lowered:
    """Of one shape, so without the steps that the portable kernel walks by."""
    kept = tuple(field for field, _ in lowered.calls[0].parameters if field.endswith(_SCALING))
    size = source.tensor(node.outputs[0]).elements
    return _adapted(lowered, f"{kind}_s16", (("size", size), *more), kept)


def _adapted(lowered: Lowered, kind: str, more: Fields = (), kept: tuple[str, ...] | None = None) -> Lowered:
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
