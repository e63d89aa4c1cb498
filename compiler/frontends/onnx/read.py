"""ONNX bytes to a Graph: node after node in the file's order, all that is unsupported told at once."""

from collections.abc import Mapping
from dataclasses import dataclass

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
)
from compiler.frontends.onnx.constants import constant_node, fold
from compiler.frontends.onnx.input_order import input_order
from compiler.frontends.onnx.layout import Order, axes_kept, best_order, channels_last
from compiler.frontends.onnx.model import OnnxModel, OnnxNode, OnnxPort, parse_model, shown
from compiler.frontends.onnx.qoperators import written_out
from compiler.frontends.onnx.reading import Handler, Handlers, Reading, undefined
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.steps import HANDLERS as STEPS
from compiler.frontends.onnx.values import Clamp, Constant, Floats, Indices, Integers, Pending, Reals, Value
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


def import_onnx(data: bytes, name: str, *, float_ports: bool = False) -> Imported:
    """The network of a file: int8 where the file is quantized, else float32; `name` is for messages.

    ModelError where the bytes are no sound ONNX file; UnsupportedError with everything that has no form here.
    """
    model = parse_model(data, name)
    nodes = tuple(written_out(model.nodes))
    quantized = any(node.op in _QUANTIZED for node in nodes)
    reading = Reading(name, model.opset, quantized=quantized, float_ports=float_ports)
    for label, tensor in model.constants.items():
        reading.values[label] = Constant(array=tensor.numbers())
    inputs = tuple(_add_input(reading, port, nodes) for port in model.inputs)
    troubles = _walk(reading, nodes, model.shapes)
    outputs, orders = _outputs(reading, model, troubles)
    if troubles:
        raise UnsupportedError(name, tuple(troubles))
    unknown = Quantization(scale=(1.0,), zero_point=(0,)) if quantized else None
    graph = reading.draft.finish(outputs, "single" if quantized else "double", name, unknown)
    return Imported(graph=graph, inputs=inputs, outputs=orders, quantized=quantized)


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


def _walk(
    reading: Reading, nodes: tuple[OnnxNode, ...], shapes: Mapping[str, tuple[int, ...]]
) -> list[Unsupported]:
    """Reads every node. Of those that read the result of a rejected one only the operator is looked at."""
    troubles: list[Unsupported] = []
    lost: set[str] = set()
    for node in nodes:
        for name in node.inputs:
            if name and name not in reading.values and name not in lost:
                raise undefined(reading.file_name, name)
        if any(name in reading.values or name in lost for name in node.outputs if name):
            raise ModelError(f"{reading.file_name} defines {shown(node.outputs[0])} twice")
        if not node.outputs:
            continue
        try:
            if lost.intersection(node.inputs):
                _handler(node)
                lost.update(name for name in node.outputs if name)
                continue
            found = _read(reading, node)
        except RejectedError as rejected:
            troubles.append(_trouble(reading, node, rejected, shapes))
            lost.update(name for name in node.outputs if name)
            continue
        for name, value in zip(node.outputs, found, strict=False):
            if name:
                reading.values[name] = value
    return troubles


def _read(reading: Reading, node: OnnxNode) -> tuple[Value, ...]:
    if node.op == "Constant" and not node.domain:
        return (constant_node(node),)
    folded = fold(reading, node)
    if folded is not None:
        return (folded,)
    found = _handler(node)(reading, node)
    return found if isinstance(found, tuple) else (found,)


def _handler(node: OnnxNode) -> Handler:
    handler = HANDLERS.get(node.op) if not node.domain else None
    if handler is not None:
        return handler
    if node.op in _DYNAMIC and not node.domain:
        raise RejectedError("its scales are found at run time", "static quantization")
    raise RejectedError(
        "there is no such operator here", _REMEDIES.get(node.op, "the operators of docs/operators.md")
    )


_REMEDIES = {
    "LayerNormalization": "BatchNormalization",
    "LSTM": "a TFLite file, where there is one, or convolutions",
    "GRU": "an LSTM or SVDF in a TFLite file, or convolutions",
    "RNN": "an LSTM or SVDF in a TFLite file, or convolutions",
}
_DYNAMIC = ("DynamicQuantizeLinear", "ConvInteger", "MatMulInteger")


def _trouble(
    reading: Reading, node: OnnxNode, rejected: RejectedError, shapes: Mapping[str, tuple[int, ...]]
) -> Unsupported:
    operator = f"{node.domain}.{node.op}" if node.domain else node.op
    tensor = node.outputs[0].removesuffix("/real")  # what a QOperator node was taken apart into
    shape = shapes.get(tensor, shapes.get(tensor.removesuffix("_quantized")))
    if shape is None:
        known = (_shape(reading.values[name]) for name in node.inputs if name in reading.values)
        shape = next(known, None)
    return Unsupported(
        operator=operator, tensor=tensor, shape=shape, why=rejected.why, nearest=rejected.nearest
    )


def _shape(value: Value) -> tuple[int, ...]:
    return value.array.shape if isinstance(value, Constant) else value.layout.shape


def _outputs(
    reading: Reading, model: OnnxModel, troubles: list[Unsupported]
) -> tuple[dict[str, str], tuple[Order, ...]]:
    outputs: dict[str, str] = {}
    orders: list[Order] = []
    for name in model.outputs:
        if name not in reading.values:
            if not troubles:
                raise undefined(reading.file_name, name)
            continue
        try:
            outputs[name], order = _output(reading, reading.values[name])
            orders.append(order)
        except RejectedError as rejected:
            shape = _shape(reading.values[name])
            troubles.append(
                Unsupported(operator="", tensor=name, shape=shape, why=rejected.why, nearest=rejected.nearest)
            )
    return outputs, tuple(orders)


def _output(reading: Reading, value: Value) -> tuple[str, Order]:
    """The tensor of an output, in the order memory has if that is ONNX's own or channels last."""
    if isinstance(value, Pending) and value.fixed is not None:
        result = value.finish(value.fixed, Clamp(value.low, value.high))
        value = reading.plain(result, value.fixed)
    if isinstance(value, Reals):
        value = reading.settled(value)
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
