"""ONNX bytes to a Graph: node after node in the file's order, all that is unsupported told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from compiler.errors import ModelError
from compiler.frontends.onnx import (
    arithmetic,
    borders,
    casts,
    classes,
    convolutions,
    curves,
    dense,
    moves,
    normalization,
    pooling,
    reductions,
    resizing,
    shapes,
    steps,
    sums,
)
from compiler.frontends.onnx.constants import READABLE
from compiler.frontends.onnx.input_order import input_order
from compiler.frontends.onnx.layout import Order, axes_kept, best_order, channels_last
from compiler.frontends.onnx.model import OnnxModel, OnnxNode, OnnxPort, parse_model, shown
from compiler.frontends.onnx.qoperators import written_out
from compiler.frontends.onnx.reading import Handlers, Reading, shape_of, undefined
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.stand_in import Shapes
from compiler.frontends.onnx.steps import HANDLERS as STEPS
from compiler.frontends.onnx.values import (
    Clamp,
    Constant,
    Floats,
    Indices,
    Integers,
    Pending,
    Reals,
    Sums,
    Value,
)
from compiler.frontends.onnx.walk import Walk
from compiler.frontends.unsupported import Unsupported, UnsupportedError
from compiler.ir.graph import Graph
from compiler.ir.tensor import Quantization

HANDLERS: Handlers = {
    **arithmetic.HANDLERS,
    **borders.HANDLERS,
    **casts.HANDLERS,
    **classes.HANDLERS,
    **convolutions.HANDLERS,
    **curves.HANDLERS,
    **dense.HANDLERS,
    **moves.HANDLERS,
    **normalization.HANDLERS,
    **pooling.HANDLERS,
    **reductions.HANDLERS,
    **resizing.HANDLERS,
    **shapes.HANDLERS,
    **STEPS,
    **sums.HANDLERS,
    "protonas.Bias": steps.bias,
}
_QUANTIZED = ("QuantizeLinear", "DequantizeLinear", "ConvInteger", "MatMulInteger", "DynamicQuantizeLinear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`inputs` and `outputs`: for each port which axis of ONNX's each axis of the Graph's is; a map that is
    (1, C, H, W) in the file is (H, W, C) here: (2, 3, 1). `quantized`: whether the file was.
    """

    graph: Graph
    inputs: tuple[Order, ...]
    outputs: tuple[Order, ...]
    quantized: bool


def import_onnx(data: bytes, name: str, *, float_ports: bool = False, path: Path | None = None) -> Imported:
    """The network of a file: int8 where the file is quantized, else float32; `name` is for messages, `path`
    where it lies: beside it there may be tensors, as PyTorch writes them.

    ModelError where the bytes are no sound ONNX file; UnsupportedError with everything that has no form here.
    """
    model = parse_model(data, name, path)
    nodes = tuple(written_out(model.nodes))
    quantized = any(node.op in _QUANTIZED for node in nodes) or _reads_integers_only(model)
    reading = Reading(name, model.opset, quantized=quantized, float_ports=float_ports)
    walk = Walk(reading, Shapes(model.shapes, data), HANDLERS)
    _add_constants(walk, model)
    inputs = tuple(_add_input(reading, port, nodes) for port in model.inputs)
    walk.run(nodes)
    outputs, orders = _outputs(walk, model)
    if walk.troubles:
        raise UnsupportedError(name, tuple(walk.troubles))
    unknown = Quantization(scale=(1.0,), zero_point=(0,)) if quantized else None
    graph = reading.draft.finish(outputs, "single" if quantized else "double", name, unknown)
    if not graph.nodes:
        raise ModelError(f"{name} computes nothing: what it gives is what it reads")
    axes = dict(zip((*graph.inputs, *graph.outputs), (*inputs, *orders), strict=True))
    return Imported(graph=replace(graph, port_axes=axes), inputs=inputs, outputs=orders, quantized=quantized)


def _reads_integers_only(model: OnnxModel) -> bool:
    return bool(model.inputs) and all(port.dtype != "float32" for port in model.inputs)


def _add_constants(walk: Walk, model: OnnxModel) -> None:
    for label, tensor in model.constants.items():
        if tensor.known:
            walk.reading.values[label] = Constant(array=tensor.numbers(), bits=tensor.bits)
        else:
            why = f"its numbers are {tensor.type_name}"
            walk.troubles.append(
                Unsupported(operator="", tensor=label, shape=tensor.shape, why=why, nearest=READABLE)
            )
            walk.doubtful.add(label)


def _add_input(reading: Reading, port: OnnxPort, nodes: tuple[OnnxNode, ...]) -> Order:
    """A batch that the file leaves open is 1; so it must be where the file gives it."""
    shape = tuple(
        1 if size is None and axis == 0 and len(port.shape) > 1 else size
        for axis, size in enumerate(port.shape)
    )
    if any(size is None for size in shape):
        raise ModelError(
            f"{reading.file_name}: input {shown(port.name)} leaves sizes open; export it with fixed ones"
        )
    known = tuple(size for size in shape if size is not None)
    if port.name in reading.values:
        raise ModelError(f"{reading.file_name} defines {shown(port.name)} twice")
    order = input_order(port.name, known, nodes) or axes_kept(known)
    reading.values[port.name] = reading.ports.add(port, known, order)
    return order


def _outputs(walk: Walk, model: OnnxModel) -> tuple[dict[str, str], tuple[Order, ...]]:
    outputs: dict[str, str] = {}
    orders: list[Order] = []
    for name in model.outputs:
        value = walk.reading.values.get(name)
        if value is None or name in walk.doubtful:
            if not walk.troubles:
                raise undefined(walk.reading.file_name, name)
            continue
        try:
            outputs[name], order = _output(walk.reading, value)
            orders.append(order)
        except RejectedError as rejected:
            shape, why, nearest = shape_of(value), rejected.why, rejected.nearest
            walk.troubles.append(Unsupported(operator="", tensor=name, shape=shape, why=why, nearest=nearest))
    return outputs, tuple(orders)


def _output(reading: Reading, value: Value) -> tuple[str, Order]:
    """The tensor of an output, in the order memory has if that is ONNX's own or channels last."""
    if isinstance(value, Pending) and value.fixed is not None:
        result = value.finish(value.fixed, Clamp(value.low, value.high))
        value = reading.plain(result, value.fixed)
    if isinstance(value, Reals):
        value = reading.settled(value)
    elif isinstance(value, Integers):
        value = reading.narrowed(value)
    elif isinstance(value, Sums):
        raise RejectedError(
            "int32 sums leave the network", "Cast, Mul by a constant scale and QuantizeLinear behind them"
        )
    elif isinstance(value, Pending):
        raise RejectedError("it is not quantized", "QuantizeLinear and DequantizeLinear behind it")
    if isinstance(value, Constant) or (isinstance(value, Floats) and reading.quantized):
        raise RejectedError("it is computed from nothing that is quantized", "an output that is computed")
    order = _port_order(value)
    tensor = reading.draft.arranged(value, order)
    return (reading.ports.real_output(tensor) if isinstance(value, Reals) else tensor), order


def _port_order(value: Integers | Reals | Floats | Indices) -> Order:
    shape = value.layout.shape
    order = best_order(value.layout)
    kept = axes_kept(shape)
    return order if order in (kept, channels_last(shape)) else kept


def read_onnx(
    data: bytes,
    name: str,
    *,
    float_ports: bool = False,
    calibration: Mapping[str, np.ndarray] | np.ndarray | None = None,
) -> Graph:
    """The int8 Graph of an ONNX file, its maps NHWC whatever the file has; `name` stands for it in messages.

    A file that is quantized keeps its own numbers, with ONNX's single rounding; `float_ports`: its float32
    inputs and outputs stay float32. A float file is quantized by ourselves on `calibration`: float32 samples
    (N, ...) in the file's layout or in NHWC, an array for its only input or one by each input's name.
    ModelError where the file is not sound, has no such inputs, or is float without calibration;
    UnsupportedError with everything that has no form here.
    """
    from compiler.frontends.onnx.finish import finished

    return finished(import_onnx(data, name, float_ports=float_ports), name, calibration)
