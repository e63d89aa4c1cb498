"""Softmax as a kernel call, its input scaling derived as TensorFlow Lite Micro does."""

from backends.portable.overlap import elementwise_overlap
from backends.portable.pairs import multiplier_fields
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.fixed_point import Multiplier, log_softmax_scaling, softmax_scaling
from compiler.ir.graph import Node
from compiler.ir.ops import LogSoftmax, Softmax
from compiler.ir.program import Constant, KernelCall
from compiler.ir.wide import TABLE_STEPS, exp_table, reciprocal_table, softmax_int16_multiplier

MOST_ELEMENTS = 4095
"""A row's exponentials, 1 at most each, are summed with 12 integer bits."""

MOST_WIDE_ELEMENTS = 65536
"""An int16 row's exponentials are summed with 31 bits, 15 of them behind the point."""

Constants = tuple[tuple[str, Constant], ...]

_UNKNOWN = Multiplier(0, 0)


def lower_softmax(source: Source, node: Node, op: Softmax) -> Lowered:
    """Over the last axis."""
    quantization = source.quantization(node.inputs[0])
    output = source.tensor(node.outputs[0]).dtype
    if source.tensor(node.inputs[0]).dtype == "int16":
        by = _UNKNOWN if quantization is None else softmax_int16_multiplier(quantization, op.beta)
        return _softmax(source, node, "protonas_softmax_s16", by, (), _wide_tables(quantization is not None))
    multiplier, least = (_UNKNOWN, 0) if quantization is None else softmax_scaling(quantization, op.beta)
    kernel = "protonas_softmax_s8" if output == "int8" else "protonas_softmax_s8_s16"
    return _softmax(source, node, kernel, multiplier, (("least_difference", least),), ())


def lower_log_softmax(source: Source, node: Node, op: LogSoftmax) -> Lowered:
    """Over the last axis."""
    quantization = source.quantization(node.inputs[0])
    by, least, reverse = _UNKNOWN, 0, _UNKNOWN
    if quantization is not None:
        by, least, reverse = log_softmax_scaling(quantization)
    further = (("least_difference", least), *multiplier_fields("reverse", reverse))
    return _softmax(source, node, "protonas_log_softmax_s8", by, further, ())


def _wide_tables(known: bool) -> Constants:
    """All layers share them: 2 KiB of flash."""
    exp, reciprocal = (exp_table(), reciprocal_table()) if known else (None, None)
    entries = (TABLE_STEPS + 1,)
    return (
        ("exp_table", make_constant("softmax_exp_table", "int16", entries, exp)),
        ("reciprocal_table", make_constant("softmax_reciprocal_table", "int16", entries, reciprocal)),
    )


def _softmax(
    source: Source, node: Node, kernel: str, multiplier: Multiplier, further: Fields, tables: Constants
) -> Lowered:
    """Element i is last read just before it is first written, which helps where both are as wide; rows are
    done in order."""
    (read,), (write,) = source.buffers(node.inputs), source.buffers(node.outputs)
    tensor = source.tensor(node.outputs[0])
    same_width = tensor.dtype == source.tensor(node.inputs[0]).dtype
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=(read,),
        writes=(write,),
        overlaps=(elementwise_overlap(write, read),) if same_width else (),
        parameters=(
            ("rows", tensor.elements // tensor.shape[-1]),
            ("row_size", tensor.shape[-1]),
            ("multiplier", multiplier.mantissa),
            ("shift", multiplier.shift),
            *further,
        ),
        constants=tuple((field, table.name) for field, table in tables),
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,), constants=tuple(table for _, table in tables))
