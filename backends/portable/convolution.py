"""Convolution (depthwise, transposed) and dense layers as kernel calls."""

from backends.portable.overlap import channel_overlap, pixel_overlap
from backends.portable.source import Fields, Lowered, Source
from backends.portable.walk import Walk
from compiler.ir.count import macs_of
from compiler.ir.graph import Node
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, TransposeConv2D
from compiler.ir.program import Constant, KernelCall, Overlap
from compiler.ir.tensor import DTYPE_BITS


def lower_conv2d(source: Source, node: Node, op: Conv2D) -> Lowered:
    """OHWI weights as they are."""
    walk = _walk(source, node, op)
    inputs, outputs = _channels(source, node)
    fields = (
        *window_fields(walk),
        ("dilation_height", walk.rows.dilation),
        ("dilation_width", walk.columns.dilation),
        ("groups", op.groups),
        ("group_input_channels", inputs // op.groups),
        ("group_output_channels", outputs // op.groups),
        *_output_fields(source, node, op),
    )
    (read,), (write,) = source.buffers(node.inputs[:1]), source.buffers(node.outputs)
    size = _element_bytes(source, node)
    overlaps = pixel_overlap(write, read, walk, inputs * size, outputs * size)
    return _weighted(source, node, "protonas_conv2d", fields, overlaps)


def lower_depthwise_conv2d(source: Source, node: Node, op: DepthwiseConv2D) -> Lowered:
    """(1, H, W, C * multiplier) weights as they are."""
    walk = _walk(source, node, op)
    inputs, outputs = _channels(source, node)
    fields = (
        *window_fields(walk),
        ("dilation_height", walk.rows.dilation),
        ("dilation_width", walk.columns.dilation),
        ("channels", inputs),
        ("channel_multiplier", op.multiplier),
        *_output_fields(source, node, op),
    )
    (read,), (write,) = source.buffers(node.inputs[:1]), source.buffers(node.outputs)
    size = _element_bytes(source, node)
    overlaps = (
        channel_overlap(write, read, walk, outputs * size)
        if op.multiplier == 1
        else pixel_overlap(write, read, walk, inputs * size, outputs * size)
    )
    return _weighted(source, node, "protonas_depthwise_conv2d", fields, overlaps)


def lower_transpose_conv2d(source: Source, node: Node, op: TransposeConv2D) -> Lowered:
    """OHWI weights as they are. The output runs ahead of the input pixels it needs, so they stay apart."""
    inputs, outputs = _channels(source, node)
    (input_height, input_width, _), (output_height, output_width, _) = (
        source.tensor(name).shape for name in (node.inputs[0], node.outputs[0])
    )
    window = op.window
    fields = (
        ("input_height", input_height),
        ("input_width", input_width),
        ("output_height", output_height),
        ("output_width", output_width),
        ("kernel_height", window.kernel[0]),
        ("kernel_width", window.kernel[1]),
        ("stride_height", window.strides[0]),
        ("stride_width", window.strides[1]),
        ("pad_top", window.pads[0]),
        ("pad_left", window.pads[1]),
        ("input_channels", inputs),
        ("output_channels", outputs),
        *_output_fields(source, node, op),
    )
    return _weighted(source, node, "protonas_transpose_conv2d", fields, ())


def lower_dense(source: Source, node: Node, op: Dense) -> Lowered:
    """(units, inputs) weights as they are. Every output reads the whole input, so they stay apart."""
    inputs, outputs = _channels(source, node)
    fields = (("input_size", inputs), ("output_size", outputs), *_output_fields(source, node, op))
    return _weighted(source, node, "protonas_dense", fields, ())


def window_fields(walk: Walk) -> Fields:
    """A walk but for its dilation as the fields of protonas_window.h."""
    rows, columns = walk.rows, walk.columns
    return (
        ("window.input_height", rows.size),
        ("window.input_width", columns.size),
        ("window.output_height", rows.outputs),
        ("window.output_width", columns.outputs),
        ("window.kernel_height", rows.kernel),
        ("window.kernel_width", columns.kernel),
        ("window.stride_height", rows.stride),
        ("window.stride_width", columns.stride),
        ("window.pad_top", rows.pad),
        ("window.pad_left", columns.pad),
    )


def _walk(source: Source, node: Node, op: Conv2D | DepthwiseConv2D) -> Walk:
    return Walk.of(op.window, source.tensor(node.inputs[0]).shape, source.tensor(node.outputs[0]).shape)


def _channels(source: Source, node: Node) -> tuple[int, int]:
    return source.tensor(node.inputs[0]).shape[-1], source.tensor(node.outputs[0]).shape[-1]


def _output_fields(
    source: Source, node: Node, op: Conv2D | DepthwiseConv2D | TransposeConv2D | Dense
) -> Fields:
    """int16 kernels take zero points for granted: they are 0."""
    bounds = source.bounds(op.activation, node.outputs[0])
    if source.tensor(node.outputs[0]).dtype == "int16":
        return bounds
    return (
        ("input_zero_point", source.zero_point(node.inputs[0])),
        ("output_zero_point", source.zero_point(node.outputs[0])),
        *bounds,
    )


def _element_bytes(source: Source, node: Node) -> int:
    return DTYPE_BITS[source.tensor(node.outputs[0]).dtype] // 8


def _weighted(
    source: Source, node: Node, family: str, fields: Fields, overlaps: tuple[Overlap, ...]
) -> Lowered:
    """`family`: the kernel's name without the type of its numbers."""
    filter_dtype, output_dtype = (source.tensor(name).dtype for name in (node.inputs[1], node.outputs[0]))
    kernel = f"{family}_s{DTYPE_BITS['int4' if filter_dtype == 'int4' else output_dtype]}"
    constants: list[tuple[str, Constant]] = [("weights", source.parameter(node.inputs[1], "weights"))]
    if len(node.inputs) == 3:
        constants.append(("bias", source.parameter(node.inputs[2], "bias")))
    multiplier, shift = source.rescaling(node, source.tensor(node.outputs[0]).shape[-1])
    constants += [("multiplier", multiplier), ("shift", shift)]
    zero_points = source.filter_zero_points(node)
    if output_dtype == "int16" and not source.sums_are_wide(node):
        kernel = f"{kernel}_int32"
    if zero_points is not None:
        kernel = f"{kernel}_offset"
        constants.append(("weight_zero_points", zero_points))
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs[:1]),
        writes=source.buffers(node.outputs),
        overlaps=overlaps,
        parameters=fields,
        constants=tuple((field, constant.name) for field, constant in constants),
        sources=(f"src/{kernel}.c",),
        macs=macs_of(node, source.graph),
    )
    return Lowered(calls=(call,), constants=tuple(constant for _, constant in constants))
