"""Int8 graph to kernel calls. One dispatch; each family of operators has its own file."""

from collections.abc import Callable
from typing import Any

from backends.portable.borders import lower_pad, lower_resize_nearest
from backends.portable.concatenation import lower_concat
from backends.portable.convolution import (
    lower_conv2d,
    lower_dense,
    lower_depthwise_conv2d,
    lower_transpose_conv2d,
)
from backends.portable.elementwise import lower_activate, lower_lookup, lower_requantize, lower_unary
from backends.portable.float_ports import lower_dequantize, lower_quantize
from backends.portable.pairs import (
    lower_add,
    lower_extreme,
    lower_mul,
    lower_prelu,
    lower_squared_difference,
    lower_sub,
)
from backends.portable.picks import lower_take
from backends.portable.pooling import lower_pool
from backends.portable.recurrent import lower_lstm, lower_svdf
from backends.portable.reductions import (
    lower_batch_matmul,
    lower_global_average_pool,
    lower_mean,
    lower_reduce_max,
    lower_sum,
)
from backends.portable.resizing import lower_argmax, lower_resize_bilinear
from backends.portable.single_rounding import kernels_without_variant, round_once
from backends.portable.softmax import lower_log_softmax, lower_softmax
from backends.portable.source import ALIGNMENT, Lowered, Source
from backends.portable.strided import lower_slice, lower_transpose
from backends.portable.support import missing_kernels
from backends.portable.variables import lower_assign_variable, lower_read_variable
from compiler.ir import ops
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Op, Reshape
from compiler.ir.program import Buffer, BufferKind, Constant, KernelCall, Program, View
from compiler.ir.states import state_buffers
from compiler.target import Isa
from searchspace_dsl.infeasible import Infeasible

NodeLowering = Callable[[Source, Node], Lowered]
"""How a node becomes kernel calls."""


def lower(graph: Graph, isa: Isa) -> Program | Infeasible:
    """An int8 graph, with or without weights, as calls of portable C kernels. `isa` is only recorded.

    Buffers and constants have the same names and sizes with and without weights. Infeasible("no kernel", ...)
    names every node there is no kernel for.
    """
    return assemble(graph, isa, "portable", lower_node)


def assemble(graph: Graph, isa: Isa, backend: str, lowering: NodeLowering) -> Program | Infeasible:
    """What `lower` gives, each node lowered by `lowering`: backends may fall back to portable kernels."""
    missing = missing_kernels(graph)
    if missing:
        names = ", ".join(map(str, missing))
        return Infeasible("no kernel", f"the portable backend has no kernel for {names}", missing)
    source = Source(graph=graph, storage=_storage(graph), owner=_owners(graph))
    lowered = [lowering(source, node) for node in graph.nodes]
    if graph.rounding == "single":
        lacking = kernels_without_variant(lowered)
        if lacking:
            return Infeasible("no kernel", f"no single rounding yet: {', '.join(lacking)}")
        lowered = [round_once(part) for part in lowered]
    constants: dict[str, Constant] = {}
    calls: list[KernelCall] = []
    for part in lowered:
        calls += part.calls
        constants.update({constant.name: constant for constant in part.constants})
    return Program(
        name=graph.name,
        backend=backend,
        isa=isa,
        inputs=graph.inputs,
        outputs=graph.outputs,
        calls=tuple(calls),
        buffers=(*_buffers(source), *(buffer for part in lowered for buffer in part.scratch)),
        views=_views(graph),
        constants=tuple(constants.values()),
    )


def lower_reshape(source: Source, node: Node, op: Reshape) -> Lowered:
    """A view: see _views."""
    return Lowered(calls=())


LOWERINGS: dict[type[Op], Callable[[Source, Node, Any], Lowered]] = {
    ops.Activate: lower_activate,
    ops.Add: lower_add,
    ops.ArgMax: lower_argmax,
    ops.AssignVariable: lower_assign_variable,
    ops.AveragePool2D: lower_pool,
    ops.BatchMatMul: lower_batch_matmul,
    ops.Concat: lower_concat,
    ops.Conv2D: lower_conv2d,
    ops.Dense: lower_dense,
    ops.DepthwiseConv2D: lower_depthwise_conv2d,
    ops.Dequantize: lower_dequantize,
    ops.GlobalAveragePool: lower_global_average_pool,
    ops.LogSoftmax: lower_log_softmax,
    ops.Lookup: lower_lookup,
    ops.Lstm: lower_lstm,
    ops.MaxPool2D: lower_pool,
    ops.Maximum: lower_extreme,
    ops.Mean: lower_mean,
    ops.Minimum: lower_extreme,
    ops.Mul: lower_mul,
    ops.PRelu: lower_prelu,
    ops.Pad: lower_pad,
    ops.Quantize: lower_quantize,
    ops.ReadVariable: lower_read_variable,
    ops.ReduceMax: lower_reduce_max,
    ops.Requantize: lower_requantize,
    ops.Reshape: lower_reshape,
    ops.ResizeBilinear: lower_resize_bilinear,
    ops.ResizeNearest: lower_resize_nearest,
    ops.Slice: lower_slice,
    ops.Softmax: lower_softmax,
    ops.SquaredDifference: lower_squared_difference,
    ops.Sub: lower_sub,
    ops.Sum: lower_sum,
    ops.Svdf: lower_svdf,
    ops.Take: lower_take,
    ops.Transpose: lower_transpose,
    ops.TransposeConv2D: lower_transpose_conv2d,
    ops.Unary: lower_unary,
}
"""Each has a line in backends.portable.support, too."""


def lower_node(source: Source, node: Node) -> Lowered:
    """One node as portable kernel calls; missing_kernels must have let it pass."""
    return LOWERINGS[type(node.op)](source, node, node.op)


def _storage(graph: Graph) -> dict[str, str]:
    """The buffer behind every value and every state."""
    storage = {name: name for name in (*graph.inputs, *(state.name for state in graph.states))}
    for node in graph.nodes:
        for name in node.outputs:
            storage[name] = storage[node.inputs[0]] if isinstance(node.op, Reshape) else name
    return storage


def _owners(graph: Graph) -> dict[str, str]:
    """Constants are named after the first node that reads them, so layers that share weights share flash."""
    parameters = set(graph.parameters)
    owners: dict[str, str] = {}
    for node in graph.nodes:
        for name in node.inputs:
            if name in parameters:
                owners.setdefault(name, node.name)
    return owners


def _buffers(source: Source) -> tuple[Buffer, ...]:
    inputs = set(source.graph.inputs)
    states = {state.name for state in source.graph.states}
    outputs = set(source.buffers(source.graph.outputs))

    def kind(name: str) -> BufferKind:
        if name in inputs:
            return "input"
        return "output" if name in outputs else "value"

    of_values = tuple(
        Buffer(name=name, bytes=source.tensor(name).bytes, alignment=ALIGNMENT, kind=kind(name))
        for name in dict.fromkeys(source.storage.values())
        if name not in states
    )
    return (*of_values, *state_buffers(source.graph, ALIGNMENT))


def _views(graph: Graph) -> tuple[View, ...]:
    return tuple(
        View(name=node.outputs[0], of=node.inputs[0]) for node in graph.nodes if isinstance(node.op, Reshape)
    )
