"""Pads, concatenations and transposed axes: what portable kernels are handed, as the library takes it."""

from collections.abc import Sequence
from dataclasses import replace

from backends.cmsis_nn.call import MOST_TRANSPOSED_COLUMNS, dims
from backends.cmsis_nn.elementwise import adapted
from backends.portable.borders import MOST_AXES, Bordered, bordered_axes
from backends.portable.borders import lower_pad as portable_pad
from backends.portable.concatenation import lower_concat as portable_concat
from backends.portable.source import Fields, Lowered, Source
from backends.portable.strided import Layout, element_bytes, transposed_layout
from backends.portable.strided import lower_transpose as portable_transpose
from compiler.ir.graph import Node
from compiler.ir.ops import Concat, Pad, Transpose
from compiler.target import Isa

_MOST_BYTES = 65535

_SLOWER = "without MVE the library copies rows by memcpy, too, and with more around it"


def lower_concat(source: Source, node: Node, op: Concat, isa: Isa) -> Lowered | str:
    """A call for each input, of rows of bytes, so of any type. arm_concatenation_s8_x does along any axis
    what its siblings do along theirs."""
    if isa != "mve":
        return _SLOWER
    lowered = portable_concat(source, node, op)
    fields = [dict(call.parameters) for call in lowered.calls]
    if max(max(of["rows"], of["output_stride"]) for of in fields) > _MOST_BYTES:
        return f"the library counts rows and their bytes up to {_MOST_BYTES}"
    parts = (adapted(replace(lowered, calls=(call,)), "concatenation_s8") for call in lowered.calls)
    return replace(lowered, calls=tuple(call for part in parts for call in part.calls))


def lower_pad(source: Source, node: Node, op: Pad, isa: Isa) -> Lowered | str:
    """Axes of bytes, so of any type whose border is one byte again and again."""
    if isa != "mve":
        return _SLOWER
    lowered = portable_pad(source, node, op)
    if dict(lowered.calls[0].parameters)["element_bytes"] != 1:
        return "its border is no single byte"
    tensor = source.tensor(node.inputs[0])
    axes = _three(bordered_axes(op, tensor.shape), element_bytes(tensor))
    fields = tuple(
        field
        for name, n, place in (("input", 1, 0), ("before", 0, 1), ("after", 0, 2))
        for field in dims(name, n, (axes[0][place], axes[1][place], axes[2][place]))
    )
    return adapted(lowered, "pad_s8", fields, kept=("value",))


def _three(axes: Sequence[Bordered], element: int) -> tuple[Bordered, ...]:
    """Axes as height, width and channels, the last that there is in bytes. The library copies a row at once
    where no channels are added, so one or two axes are rows and columns of one channel."""
    size, before, after = axes[-1] if axes else (1, 0, 0)
    found = (*axes[:-1], (size * element, before * element, after * element))
    found = (*found, (1, 0, 0)) if len(found) < MOST_AXES else found
    return ((1, 0, 0),) * (MOST_AXES - len(found)) + found


def lower_transpose(source: Source, node: Node, op: Transpose) -> Lowered | str:
    """Matrices, one after the other: the library does others by four steps for each byte."""
    shape = matrices(transposed_layout(op, source.tensor(node.inputs[0]).shape))
    if shape is None:
        return "what it exchanges are no rows and columns of bytes"
    if shape[1] > _MOST_BYTES or shape[2] > MOST_TRANSPOSED_COLUMNS:
        return f"the library counts rows up to {_MOST_BYTES} and columns up to {MOST_TRANSPOSED_COLUMNS}"
    lowered = portable_transpose(source, node, op)
    walked = {name for call in lowered.calls for _, name in call.constants}
    kept = tuple(constant for constant in lowered.constants if constant.name not in walked)
    calls = tuple(replace(call, constants=()) for call in lowered.calls)
    fields: Fields = tuple(zip(("matrices", "rows", "columns"), shape, strict=True))
    return adapted(replace(lowered, calls=calls, constants=kept), "transpose_s8", fields, kept=())


def matrices(layout: Layout) -> tuple[int, int, int] | None:
    """How many matrices of how many rows and columns an input is whose columns become rows; None where it is
    none."""
    if layout.block != 1 or len(layout.axes) not in (2, 3):
        return None
    *outer, columns, rows = layout.axes
    size = rows.size * columns.size
    if columns.step != 1 or rows.step != columns.size or any(axis.step != size for axis in outer):
        return None
    return (outer[0].size if outer else 1), rows.size, columns.size
