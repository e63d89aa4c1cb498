"""Products of matrices as calls of the library's, which wants only the right ones transposed."""

from dataclasses import dataclass, replace

import numpy as np

from backends.cmsis_nn.call import LARGEST_SIDE, MOST_TRANSPOSED_COLUMNS, SLOWER_WIDE, call_of, dims, suffix
from backends.cmsis_nn.scratch import batch_matmul_bytes
from backends.portable.reductions import lower_batch_matmul as portable_batch_matmul
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.fixed_point import INTEGER_RANGE
from compiler.ir.graph import Node
from compiler.ir.ops import BatchMatMul
from compiler.ir.program import Constant
from compiler.target import Isa

_PRODUCT_BITS = 30
_RESULT_BITS = 30
"""Of int16 results; those beyond are cut to 32 bits in the library before they are rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operand:
    """What a call reads. `moved`: the sides of each of its matrices where the call has to transpose them."""

    read: str
    constants: tuple[Constant, ...]
    moved: tuple[int, int] | None


def lower_batch_matmul(source: Source, node: Node, op: BatchMatMul, isa: Isa) -> Lowered | str:
    """Operands that lie the other way round are transposed: constants here, others in scratch, matrix by
    matrix. A reason where the library cannot do it."""
    left = _operand(source, node.inputs[0], turned=op.transpose_left)
    right = _operand(source, node.inputs[1], turned=not op.transpose_right)
    moved = [operand.moved for operand in (left, right) if operand.moved is not None]
    fields = dict(portable_batch_matmul(source, node, op).calls[0].parameters)
    if obstacle := _obstacle(source, node, fields, moved, isa):
        return obstacle
    wide = source.tensor(node.outputs[0]).dtype == "int16"
    sum_bytes = 0 if wide else batch_matmul_bytes(isa, fields["columns"])
    given = _product_fields(fields, 1 if moved else fields["batches"], wide=wide)
    kind = "" if sum_bytes or wide else "_direct"
    if not wide:
        given += (("sum_bytes", sum_bytes),)
    if moved:
        kind = "_transposing"
        given += (
            ("batches", fields["batches"]),
            ("left_is_transposed", int(left.moved is not None)),
            ("right_is_plain", int(right.moved is not None)),
        )
    lowered = call_of(
        source,
        node,
        f"protonas_cmsis_batch_matmul{kind}_{suffix(source, node)}",
        given,
        scratch_bytes=sum_bytes + (1 + wide) * sum(rows * columns for rows, columns in moved),
        reads=(left.read, right.read),
    )
    return replace(lowered, constants=(*left.constants, *right.constants))


def _obstacle(
    source: Source, node: Node, fields: dict[str, int], moved: list[tuple[int, int]], isa: Isa
) -> str:
    """Why the library cannot do it; empty where it can. `fields`: the portable kernel's."""
    if max(source.tensor(node.inputs[1]).shape) > LARGEST_SIDE:
        return f"a side is longer than {LARGEST_SIDE}"
    if source.tensor(node.outputs[0]).dtype == "int16":
        if isa == "plain":
            return SLOWER_WIDE
        greatest = fields["depth"] * fields["output_multiplier"] * 2.0 ** (fields["output_shift"] - 15)
        too_large = greatest >= 2.0 ** (_RESULT_BITS - _PRODUCT_BITS)
        return f"its results may leave {_RESULT_BITS} bits before they are clamped" if too_large else ""
    if isa == "mve" and any(columns > MOST_TRANSPOSED_COLUMNS for _, columns in moved):
        return f"rows of more than {MOST_TRANSPOSED_COLUMNS} numbers would have to be transposed"
    return ""


def _product_fields(fields: dict[str, int], together: int, *, wide: bool) -> Fields:
    """The portable kernel's fields under the library's names; `together`: pairs of matrices in one call. Of
    int16, multipliers of 16 bits stand above 16 zeros, which the library rounds away."""
    rows, columns, depth = (fields[name] for name in ("rows", "columns", "depth"))
    least, most = INTEGER_RANGE["int16" if wide else "int8"]
    return (
        ("bmm.fc_params.input_offset", -fields.get("left_zero_point", 0)),
        ("bmm.fc_params.filter_offset", -fields.get("right_zero_point", 0)),
        ("bmm.fc_params.output_offset", fields.get("output_zero_point", 0)),
        ("bmm.fc_params.activation.min", least),
        ("bmm.fc_params.activation.max", most),
        ("rescaling.multiplier", fields["output_multiplier"] << (16 if wide else 0)),
        ("rescaling.shift", fields["output_shift"]),
        *dims("left", 1, (together, rows, depth)),
        *dims("right", 1, (together, columns, depth)),
        *dims("output", 1, (together, rows, columns)),
    )


def _operand(source: Source, name: str, *, turned: bool) -> _Operand:
    """`turned`: it lies the other way round than the library wants it."""
    read, constants = source.operand(name)
    if not turned:
        return _Operand(read=read, constants=constants, moved=None)
    *batch, rows, columns = source.tensor(name).shape
    if not constants:
        return _Operand(read=read, constants=(), moved=(rows, columns))
    data = constants[0].data
    transposed = None if data is None else np.ascontiguousarray(np.swapaxes(data, -1, -2))
    new_name = f"{read}/transposed"
    while new_name in source.graph.tensors:
        new_name += "_"
    made = make_constant(new_name, constants[0].dtype, (*batch, columns, rows), transposed)
    return _Operand(read=made.name, constants=(made,), moved=None)
