"""Windowed and global pools as kernel calls."""

from backends.portable.convolution import window_fields
from backends.portable.overlap import channel_overlap, elementwise_overlap
from backends.portable.source import Fields, Lowered, Source
from backends.portable.walk import Walk
from compiler.ir.fixed_point import Multiplier, mean_multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import AveragePool2D, MaxPool2D
from compiler.ir.program import KernelCall, Overlap
from compiler.ir.tensor import DTYPE_BITS


def lower_pool(source: Source, node: Node, op: MaxPool2D | AveragePool2D) -> Lowered:
    """Input and output share one quantization, so only the bounds are numbers of it."""
    shape = source.tensor(node.inputs[0]).shape
    walk = Walk.of(op.window, shape, source.tensor(node.outputs[0]).shape)
    fields = (
        *window_fields(walk),
        ("channels", shape[-1]),
        *source.bounds(op.activation, node.outputs[0]),
    )
    (read,), (write,) = source.buffers(node.inputs), source.buffers(node.outputs)
    kind = "max" if isinstance(op, MaxPool2D) else "average"
    bits = DTYPE_BITS[source.tensor(node.outputs[0]).dtype]
    overlaps = channel_overlap(write, read, walk, shape[-1] * bits // 8)
    return _pool(source, node, f"protonas_{kind}_pool2d_s{bits}", fields, overlaps)


def lower_channel_means(source: Source, node: Node, pixels: int, channels: int) -> Lowered:
    """Channel c is written when all of it has been read, and lies before every channel still to be read."""
    multiplier = _mean_multiplier(source, node, pixels)
    fields = (
        ("pixels", pixels),
        ("channels", channels),
        ("input_zero_point", source.zero_point(node.inputs[0])),
        ("output_zero_point", source.zero_point(node.outputs[0])),
        ("multiplier", multiplier.mantissa),
        ("shift", multiplier.shift),
    )
    (read,), (write,) = source.buffers(node.inputs), source.buffers(node.outputs)
    return _pool(source, node, "protonas_global_average_pool_s8", fields, (elementwise_overlap(write, read),))


def _mean_multiplier(source: Source, node: Node, count: int) -> Multiplier:
    before, after = source.quantization(node.inputs[0]), source.quantization(node.outputs[0])
    return Multiplier(0, 0) if before is None or after is None else mean_multiplier(before, after, count)


def _pool(source: Source, node: Node, kernel: str, fields: Fields, overlaps: tuple[Overlap, ...]) -> Lowered:
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs),
        writes=source.buffers(node.outputs),
        overlaps=overlaps,
        parameters=fields,
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,))
