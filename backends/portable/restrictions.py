"""What stops a node from having a portable kernel although its dtypes are right, each a check of its own."""

from collections.abc import Iterator

import numpy as np

from backends.portable.borders import MOST_AXES as MOST_BORDERED
from backends.portable.borders import bordered_axes
from backends.portable.broadcast import MOST_AXES, joined_axes
from backends.portable.picks import LONGEST_AXIS
from backends.portable.reductions import MOST_AXES as MOST_RUNS
from backends.portable.reductions import joined_runs
from backends.portable.softmax import MOST_ELEMENTS, OUTPUT
from backends.portable.strided import MOST_OUTER_AXES, sliced_layout, transposed_layout
from compiler.ir.bilinear import positions, stays_inside
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    BatchMatMul,
    DepthwiseConv2D,
    Mean,
    Pad,
    ReduceMax,
    ResizeBilinear,
    Slice,
    Sum,
    Take,
    Transpose,
)
from compiler.ir.tensor import DTYPE_BITS

_ACCUMULATOR_MAX = 2**31 - 1


def values(graph: Graph, node: Node) -> Iterator[str]:
    """All inputs are computed."""
    if any(name in graph.parameters for name in node.inputs):
        yield "reads a constant"


def per_tensor(graph: Graph, node: Node) -> Iterator[str]:
    """Inputs and output have one scale each."""
    yield from _per_tensor(graph, (*node.inputs, *node.outputs))


def filtered_per_tensor(graph: Graph, node: Node) -> Iterator[str]:
    """The same of an operator whose filter may have many."""
    yield from _per_tensor(graph, (node.inputs[0], *node.outputs))


def one_quantization(graph: Graph, node: Node) -> Iterator[str]:
    """Kernels that move or compare integers never rescale."""
    names = (*node.inputs, *node.outputs)
    if len({graph.tensors[name].quantization for name in names}) > 1:
        yield "input and output are quantized differently"


def a_value(graph: Graph, node: Node) -> Iterator[str]:
    """At least one input is computed; the others may lie in flash."""
    if all(name in graph.parameters for name in node.inputs):
        yield "reads constants only"


def second_a_parameter(graph: Graph, node: Node) -> Iterator[str]:
    """A first input that is computed, and a second that lies in flash."""
    first, second = node.inputs
    if first in graph.parameters:
        yield "reads a constant"
    if second not in graph.parameters:
        yield f"{second!r} is no constant"


def four_axes(graph: Graph, node: Node) -> Iterator[str]:
    """Shapes that are walked with no more loops than the kernels have."""
    left, right = (graph.tensors[name].shape for name in node.inputs)
    if len(joined_axes(left, right)) > MOST_AXES:
        yield f"{left} and {right} broadcast over more than {MOST_AXES} axes"


def two_runs_of_axes(graph: Graph, node: Node) -> Iterator[str]:
    """Axes that stay and axes that are gone, alternating no oftener than the kernels have loops."""
    assert isinstance(node.op, Mean | Sum | ReduceMax)
    shape = graph.tensors[node.inputs[0]].shape
    if max(len(runs) for runs in joined_runs(shape, node.op.axes)) > MOST_RUNS:
        yield f"reduces {shape} over axes {node.op.axes}, more than {MOST_RUNS} groups of neighbours"


def count_in_int32(graph: Graph, node: Node) -> Iterator[str]:
    """Sums of so few numbers that no input whatever makes them leave 32 bits."""
    before, after = (graph.tensors[name].elements for name in (node.inputs[0], node.outputs[0]))
    if before // after * 2 ** DTYPE_BITS[graph.tensors[node.inputs[0]].dtype] > _ACCUMULATOR_MAX:
        yield "its sums do not fit 32 bits"


def depth_in_int32(graph: Graph, node: Node) -> Iterator[str]:
    """A matrix product whose sums fit 32 bits, whatever the operands."""
    assert isinstance(node.op, BatchMatMul)
    depth = graph.tensors[node.inputs[0]].shape[-2 if node.op.transpose_left else -1]
    if depth * 255 * 255 > _ACCUMULATOR_MAX:
        yield "its sums do not fit 32 bits"


def symmetric_filter(graph: Graph, node: Node) -> Iterator[str]:
    """A filter without zero points."""
    quantization = graph.tensors[node.inputs[1]].quantization
    if quantization is not None and any(quantization.zero_point):
        yield f"{node.inputs[1]!r} has a zero point"


def sums_in_int32(graph: Graph, node: Node) -> Iterator[str]:
    """No input whatever makes a layer's sum leave 32 bits. Only weights can tell; without them all pass."""
    if not graph.weights:
        return
    quantization = graph.tensors[node.inputs[0]].quantization
    zero_point = 0 if quantization is None else quantization.zero_point[0]
    weight = graph.weights[node.inputs[1]]
    axes = (0, 1, 2) if isinstance(node.op, DepthwiseConv2D) else tuple(range(1, weight.ndim))
    sums = np.abs(weight.astype(np.int64)).sum(axis=axes) * max(zero_point + 128, 127 - zero_point)
    if len(node.inputs) == 3:
        sums = sums + np.abs(graph.weights[node.inputs[2]].astype(np.int64))
    if not bool((sums <= _ACCUMULATOR_MAX).all()):
        yield "its sums do not fit 32 bits"


def softmax_output(graph: Graph, node: Node) -> Iterator[str]:
    """The quantization that TFLite gives it, and rows whose exponentials can be summed."""
    if graph.tensors[node.outputs[0]].quantization not in (None, OUTPUT):
        yield f"{node.outputs[0]!r} is not quantized with scale 1/256 and zero point -128"
    if graph.tensors[node.inputs[0]].shape[-1] > MOST_ELEMENTS:
        yield f"more than {MOST_ELEMENTS} elements"


def three_borders(graph: Graph, node: Node) -> Iterator[str]:
    """Borders around few enough axes for the kernel."""
    assert isinstance(node.op, Pad)
    if len(bordered_axes(node.op, graph.tensors[node.inputs[0]].shape)) > MOST_BORDERED:
        yield f"pads more than {MOST_BORDERED} axes that are apart"


def few_strided_axes(graph: Graph, node: Node) -> Iterator[str]:
    """Axes, once merged, that the kernel can walk."""
    shape = graph.tensors[node.inputs[0]].shape
    assert isinstance(node.op, Slice | Transpose)
    layout = (
        sliced_layout(node.op, shape) if isinstance(node.op, Slice) else transposed_layout(node.op, shape)
    )
    if len(layout.axes) > MOST_OUTER_AXES + 1:
        yield f"walks {len(layout.axes)} axes, more than {MOST_OUTER_AXES + 1}"


def short_picks(graph: Graph, node: Node) -> Iterator[str]:
    """Indices that fit 16 bits."""
    assert isinstance(node.op, Take)
    if max(node.op.indices) >= LONGEST_AXIS:
        yield f"picks from an axis longer than {LONGEST_AXIS}"


def resolvable_steps(graph: Graph, node: Node) -> Iterator[str]:
    """Rounded steps that stay inside the input: where they don't, TFLite Micro reads past its end."""
    assert isinstance(node.op, ResizeBilinear)
    shape, sizes = graph.tensors[node.inputs[0]].shape, node.op.size
    for axis, outputs in enumerate(sizes):
        if not stays_inside(positions(node.op, axis, shape[axis]), outputs, shape[axis]):
            yield f"steps of 1/1024 pixel do not resolve {shape[axis]} enlarged to {outputs}"


def _per_tensor(graph: Graph, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        quantization = graph.tensors[name].quantization
        if quantization is not None and quantization.axis is not None:
            yield f"{name!r} is quantized per channel"
