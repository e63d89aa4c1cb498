"""Sums over axes and over a pair's common axis as kernel calls."""

from math import prod

from backends.portable.overlap import elementwise_overlap
from backends.portable.pairs import multiplier_fields, zero_point_fields
from backends.portable.pooling import lower_channel_means
from backends.portable.source import Fields, Lowered, Source
from compiler.ir.count import macs_of
from compiler.ir.fixed_point import Multiplier, mean_multiplier, product_multipliers
from compiler.ir.graph import Node
from compiler.ir.ops import BatchMatMul, GlobalAveragePool, Mean, ReduceMax, Sum
from compiler.ir.pair_multipliers import requantize_multiplier
from compiler.ir.program import KernelCall
from compiler.ir.tensor import DTYPE_BITS
from compiler.ir.wide import reduced_multiplier

MOST_AXES = 2
"""Joined axes of either kind, those that stay and those that are gone, that the kernels walk."""

Runs = tuple[tuple[int, int], ...]


def joined_runs(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[Runs, Runs]:
    """Axes that stay and axes that are gone, as (size, elements from one index to the next) outermost first;
    neighbours of one kind joined, those of size 1 left out, at least one of each kind."""
    runs: list[tuple[bool, int, int]] = []
    for axis, size in enumerate(shape):
        gone, step = axis in axes, prod(shape[axis + 1 :])
        if size == 1:
            continue
        if runs and runs[-1][0] == gone:
            size *= runs.pop()[1]
        runs.append((gone, size, step))
    kept, away = (tuple((size, step) for g, size, step in runs if g == gone) for gone in (False, True))
    return kept or ((1, 0),), away or ((1, 0),)


def lower_global_average_pool(source: Source, node: Node, op: GlobalAveragePool) -> Lowered:
    """The mean over height and width."""
    return lower_mean(source, node, Mean(axes=(0, 1)))


def lower_mean(source: Source, node: Node, op: Mean) -> Lowered:
    """The mean over the outer axes has an int8 kernel of its own."""
    shape = source.tensor(node.inputs[0]).shape
    kept, gone = joined_runs(shape, op.axes)
    (channels, step), (pixels, pixel_step) = kept[-1], gone[-1]
    wide = source.tensor(node.outputs[0]).dtype == "int16"
    if not wide and len(kept) == len(gone) == 1 and (step, pixel_step) == (1, channels):
        return lower_channel_means(source, node, pixels, channels)
    before, after = source.quantization(node.inputs[0]), source.quantization(node.outputs[0])
    if before is None or after is None:
        return _sum(source, node, op, Multiplier(0, 0))
    return _sum(source, node, op, mean_multiplier(before, after, prod(shape[axis] for axis in op.axes)))


def lower_sum(source: Source, node: Node, op: Sum) -> Lowered:
    """As a mean that is not divided."""
    before, after = source.quantization(node.inputs[0]), source.quantization(node.outputs[0])
    if before is None or after is None:
        return _sum(source, node, op, Multiplier(0, 0))
    return _sum(source, node, op, requantize_multiplier(before, after))


def lower_reduce_max(source: Source, node: Node, op: ReduceMax) -> Lowered:
    """Integers are compared as they are: both sides have one quantization."""
    return _reduce(source, node, "protonas_reduce_max_s8", _run_fields(source, node, op.axes))


def lower_batch_matmul(source: Source, node: Node, op: BatchMatMul) -> Lowered:
    """Every output reads a row and a column, so they stay apart."""
    (left, _), (output,) = node.inputs, node.outputs
    *batch, rows, columns = source.tensor(output).shape
    depth = source.tensor(left).shape[-2 if op.transpose_left else -1]
    wide, by = source.tensor(output).dtype == "int16", _product_multiplier(source, node)
    fields = (
        ("batches", prod(batch)),
        ("rows", rows),
        ("columns", columns),
        ("depth", depth),
        ("left_row_step", 1 if op.transpose_left else depth),
        ("left_depth_step", rows if op.transpose_left else 1),
        ("right_column_step", depth if op.transpose_right else 1),
        ("right_depth_step", 1 if op.transpose_right else columns),
        *(() if wide else zero_point_fields(source, node, node.inputs)),
        *multiplier_fields("output", reduced_multiplier(by) if wide else by),
    )
    found = [source.operand(name) for name in node.inputs]
    kernel = f"protonas_batch_matmul_{'s16' if wide else 's8'}"
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=tuple(read for read, _ in found),
        writes=source.buffers(node.outputs),
        parameters=fields,
        sources=(f"src/{kernel}.c",),
        macs=macs_of(node, source.graph),
    )
    return Lowered(calls=(call,), constants=tuple(constant for _, read in found for constant in read))


def _product_multiplier(source: Source, node: Node) -> Multiplier:
    left, right, output = (source.quantization(name) for name in (*node.inputs, *node.outputs))
    if left is None or right is None or output is None:
        return Multiplier(0, 0)
    return product_multipliers(left, right, output, 1, source.graph.rounding)[0]


def _sum(source: Source, node: Node, op: Mean | Sum, multiplier: Multiplier) -> Lowered:
    shape, zero_point = source.tensor(node.inputs[0]).shape, source.zero_point(node.inputs[0])
    fields = (
        *_run_fields(source, node, op.axes),
        ("zero_point_sum", zero_point * prod(shape[axis] for axis in op.axes)),
        ("output_zero_point", source.zero_point(node.outputs[0])),
        ("multiplier", multiplier.mantissa),
        ("shift", multiplier.shift),
    )
    return _reduce(source, node, f"protonas_sum_s{DTYPE_BITS[source.tensor(node.outputs[0]).dtype]}", fields)


def _run_fields(source: Source, node: Node, axes: tuple[int, ...]) -> Fields:
    fields: list[tuple[str, int]] = []
    kinds = zip(("kept", "gone"), joined_runs(source.tensor(node.inputs[0]).shape, axes), strict=True)
    for kind, runs in kinds:
        (outer, outer_step), (inner, inner_step) = ((1, 0),) * (MOST_AXES - len(runs)) + runs
        fields += [(f"{kind}_outer_size", outer), (f"{kind}_inner_size", inner)]
        fields += [(f"{kind}_outer_step", outer_step), (f"{kind}_inner_step", inner_step)]
    return tuple(fields)


def _reduce(source: Source, node: Node, kernel: str, fields: Fields) -> Lowered:
    """Output element t is written once its own elements are read, the first of which is t or lies behind it;
    those of later elements lie further behind."""
    (read,), (write,) = source.buffers(node.inputs), source.buffers(node.outputs)
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=(read,),
        writes=(write,),
        overlaps=(elementwise_overlap(write, read),),
        parameters=fields,
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,))
