"""What the lowering of every operator shares: fields of Arm's structs, tables as the library reads them."""

from dataclasses import replace

import numpy as np

from backends.cmsis_nn.kernel_files import sources_of
from backends.cmsis_nn.scratch import ALIGNMENT, up
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.count import macs_of
from compiler.ir.fixed_point import Multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Activation, Dense, Window
from compiler.ir.program import Buffer, Constant, KernelCall
from compiler.ir.tensor import DTYPE_BITS

LARGEST_SIDE = 32767
"""Kernels count pixels and channels in 16 bits."""

MOST_TRANSPOSED_COLUMNS = 9362
"""Where the library transposes rows, it keeps seven times their length in 16 bits, as MVE gathers."""

SLOWER_WIDE = "without DSP the library takes longer for int16, which it multiplies in 64 bits"

Tables = tuple[tuple[str, Constant], ...]


def call_of(
    source: Source,
    node: Node,
    kernel: str,
    fields: Fields,
    *,
    tables: Tables = (),
    scratch_bytes: int = 0,
    reads: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
) -> Lowered:
    """One call of an adapter, on the first input unless `reads` says otherwise. `states` are written after
    the outputs. No scratch buffer for 0 bytes."""
    scratch = (_scratch(source, node, scratch_bytes),) if scratch_bytes else ()
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=reads or source.buffers(node.inputs[:1]),
        writes=source.buffers((*node.outputs, *states)),
        scratch=tuple(buffer.name for buffer in scratch),
        parameters=fields,
        constants=tuple((field, constant.name) for field, constant in tables),
        sources=sources_of(kernel),
        macs=macs_of(node, source.graph),
        returns_status=True,
    )
    return Lowered(calls=(call,), constants=tuple(constant for _, constant in tables), scratch=scratch)


def _scratch(source: Source, node: Node, scratch_bytes: int) -> Buffer:
    name = f"{node.name}/scratch"
    while name in source.graph.tensors:
        name += "_"
    return Buffer(name=name, bytes=scratch_bytes, alignment=ALIGNMENT, kind="scratch")


def suffix(source: Source, node: Node) -> str:
    """What kernels' names end in: "s8" or "s16"."""
    return f"s{DTYPE_BITS[source.tensor(node.outputs[0]).dtype]}"


def dims(name: str, n: int, shape: tuple[int, ...]) -> Fields:
    """A cmsis_nn_dims from (h, w, c)."""
    h, w, c = shape
    return ((f"{name}.n", n), (f"{name}.h", h), (f"{name}.w", w), (f"{name}.c", c))


def map_dims(source: Source, node: Node, filter_shape: tuple[int, ...]) -> Fields:
    """Input, filter (n, h, w, c) and output of a layer."""
    n, height, width, channels = filter_shape
    return (
        *dims("input", 1, source.tensor(node.inputs[0]).shape),
        *dims("filter", n, (height, width, channels)),
        *dims("output", 1, source.tensor(node.outputs[0]).shape),
    )


def tile(name: str, pair: tuple[int, int]) -> Fields:
    """A cmsis_nn_tile from (height, width)."""
    return ((f"{name}.h", pair[0]), (f"{name}.w", pair[1]))


def bounds(source: Source, activation: Activation, output: str, name: str) -> Fields:
    """A cmsis_nn_activation."""
    (_, low), (_, high) = source.bounds(activation, output)
    return ((f"{name}.min", low), (f"{name}.max", high))


def offsets(source: Source, node: Node, name: str) -> Fields:
    """The library adds offsets: minus the input's zero point, and the output's."""
    return (
        (f"{name}.input_offset", -source.zero_point(node.inputs[0])),
        (f"{name}.output_offset", source.zero_point(node.outputs[0])),
    )


def window_tiles(name: str, window: Window, *, dilated: bool) -> Fields:
    """Stride, padding and, but for pools, dilation."""
    dilation = tile(f"{name}.dilation", window.dilations) if dilated else ()
    return (*tile(f"{name}.stride", window.strides), *tile(f"{name}.padding", window.pads[:2]), *dilation)


def pixel_fields(source: Source, node: Node, op: Dense, inputs: int, units: int) -> Fields:
    """A dense layer as a convolution of a map of one pixel."""
    return (
        *offsets(source, node, "conv"),
        *window_tiles("conv", Window(kernel=(1, 1)), dilated=True),
        *bounds(source, op.activation, node.outputs[0], "conv.activation"),
        *dims("input", 1, (1, 1, inputs)),
        *dims("filter", units, (1, 1, inputs)),
        *dims("output", 1, (1, 1, units)),
    )


def bias(source: Source, node: Node) -> Tables:
    """The bias, where there is one."""
    return (("bias", source.parameter(node.inputs[2], "bias")),) if len(node.inputs) == 3 else ()


def multiplier_fields(prefix: str, multiplier: Multiplier) -> Fields:
    """Mantissa and shift under the names of Arm's structs."""
    return ((f"{prefix}multiplier", multiplier.mantissa), (f"{prefix}shift", multiplier.shift))


def rescaling(source: Source, node: Node, channels: int) -> Tables:
    """Multiplier and shift of every output channel; the library reads both as int32."""
    multiplier, shift = source.rescaling(node, channels)
    data = None if shift.data is None else shift.data.astype(np.int32)
    return (("multiplier", multiplier), ("shift", make_constant(shift.name, "int32", shift.shape, data)))


def padded(constant: Constant, elements: int) -> Constant:
    """A table with zeros behind it, up to `elements`, for kernels that read past its end; itself where it is
    as long. Its shape is gone then."""
    missing = elements - int(np.prod(constant.shape))
    if missing <= 0:
        return constant
    data = None if constant.data is None else np.pad(constant.data.reshape(-1), (0, missing))
    longer = make_constant(f"{constant.name}_padded", constant.dtype, (elements,), data)
    return replace(longer, alignment=constant.alignment)


def padded_channels(tables: Tables, channels: int) -> Tables:
    """Each table up to a multiple of four channels."""
    return tuple((field, padded(constant, up(channels, 4))) for field, constant in tables)


def weight_sums(source: Source, name: str, weight: str, zero_point: int, bias: str | None) -> Constant:
    """int32 (rows,): bias - zero_point * sum of a row of int8 weights, as arm_vector_sum_s8 would compute it
    at run time."""
    sums = None
    weights = source.graph.weights.get(weight)
    if weights is not None:
        total = weights.astype(np.int64).sum(axis=1) * -zero_point
        sums = (total if bias is None else total + source.graph.weights[bias]).astype(np.int32)
    return make_constant(name, "int32", source.tensor(weight).shape[:1], sums)
