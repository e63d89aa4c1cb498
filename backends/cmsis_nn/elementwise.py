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
from compiler.ir.fixed_point import ADD_LEFT_SHIFT
from compiler.ir.graph import Node
from compiler.ir.ops import Add, Maximum, Minimum, Mul, Softmax

_OFFSETS = {
    "left_zero_point": ("left_offset", -1),
    "right_zero_point": ("right_offset", -1),
    "output_zero_point": ("output_offset", 1),
}
"""Portable field -> the library's, and its sign."""
_DIFFER = "its operands differ in shape"


def lower_add(source: Source, node: Node, op: Add) -> Lowered | str:
    """Operands of one shape."""
    if not _same_shape(source, node):
        return _DIFFER
    return _adapted(portable_add(source, node, op), "add", (("input_left_shift", ADD_LEFT_SHIFT),))


def lower_mul(source: Source, node: Node, op: Mul) -> Lowered | str:
    """Operands of one shape."""
    return _adapted(portable_mul(source, node, op), "mul") if _same_shape(source, node) else _DIFFER


def lower_extreme(source: Source, node: Node, op: Maximum | Minimum) -> Lowered | str:
    """Operands of one shape, as maps of a single pixel."""
    if not _same_shape(source, node):
        return _DIFFER
    kind = "maximum" if isinstance(op, Maximum) else "minimum"
    elements = source.tensor(node.outputs[0]).elements
    return _adapted(portable_extreme(source, node, op), kind, dims("map", 1, (1, 1, elements)), kept=())


def lower_softmax(source: Source, node: Node, op: Softmax) -> Lowered:
    """Over the last axis."""
    return _adapted(portable_softmax(source, node, op), "softmax")


def _same_shape(source: Source, node: Node) -> bool:
    left, right = (source.tensor(name).shape for name in node.inputs)
    return left == right


def _adapted(lowered: Lowered, kind: str, more: Fields = (), kept: tuple[str, ...] | None = None) -> Lowered:
    """Portable fields, all or those `kept`, renamed, and `more`."""
    (call,) = lowered.calls
    kernel = f"protonas_cmsis_{kind}_s8"
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
