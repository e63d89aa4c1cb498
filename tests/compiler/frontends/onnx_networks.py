"""Small ONNX networks built node by node, quantized by onnxruntime, and its answers to them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from compiler.frontends.onnx.finish import finished
from compiler.frontends.onnx.read import Imported, import_onnx
from compiler.ir.graph import Graph
from compiler.ir.verify import verify_graph
from compiler.reference.integer_interpreter import run_int8

ort = pytest.importorskip("onnxruntime")
OPSET = 17


class Net:
    """An ONNX graph being written; every method returns the name of what it adds."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self._count = 0

    def input(self, name: str, *shape: int | str, dtype: int = TensorProto.FLOAT) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, dtype, list(shape)))
        return name

    def constant(self, array: Any) -> str:
        self._count += 1
        self.constants.append(numpy_helper.from_array(np.asarray(array), f"constant_{self._count}"))
        return f"constant_{self._count}"

    def normal(self, *shape: int, scale: float = 0.4) -> str:
        return self.constant(self.rng.normal(0, scale, shape).astype(np.float32))

    def add(self, op: str, *inputs: str, domain: str = "", **attributes: object) -> str:
        return self.split(op, *inputs, count=1, domain=domain, **attributes)[0]

    def split(
        self, op: str, *inputs: str, count: int, domain: str = "", **attributes: object
    ) -> tuple[str, ...]:
        self._count += 1
        outputs = [f"{op.lower()}_{self._count}_{index}" for index in range(count)]
        name = f"node_{self._count}"
        self.nodes.append(helper.make_node(op, inputs, outputs, name, domain=domain, **attributes))
        return tuple(outputs)

    def conv(self, x: str, filters: int, channels: int, kernel: Sequence[int], **attributes: Any) -> str:
        depth = channels // int(attributes.get("group", 1))
        weight, bias = self.normal(filters, depth, *kernel), self.normal(filters)
        return self.add("Conv", x, weight, bias, kernel_shape=list(kernel), **attributes)

    def model(self, *outputs: str, opset: int = OPSET, dtype: int = TensorProto.FLOAT) -> onnx.ModelProto:
        values = [helper.make_tensor_value_info(name, dtype, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "net", self.inputs, values, self.constants)
        opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
        model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        return model


def quantized(
    model: onnx.ModelProto,
    samples: np.ndarray,
    *,
    qdq: bool = True,
    unsigned: bool = False,
    unsigned_weights: bool = False,
    per_channel: bool = False,
    reduce_range: bool = False,
    weight_type: Any = None,
) -> bytes:
    """The model quantized by onnxruntime; weights int8, or uint8 with a zero point of their own, of 7 bits
    where the range is reduced. `samples` (N, ...) for its only input.
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        quantize_static(
            model,
            str(path),
            _Reader(model.graph.input[0].name, samples),
            quant_format=QuantFormat.QDQ if qdq else QuantFormat.QOperator,
            activation_type=QuantType.QUInt8 if unsigned else QuantType.QInt8,
            weight_type=weight_type or (QuantType.QUInt8 if unsigned_weights else QuantType.QInt8),
            per_channel=per_channel,
            reduce_range=reduce_range,
        )
        return path.read_bytes()


def wrapped(model: onnx.ModelProto, samples: np.ndarray, *, unsigned: bool = False) -> bytes:
    """The model with QuantizeLinear and DequantizeLinear after every node and before every constant operand,
    as exporters other than onnxruntime's write them: weights int8 per channel, biases float.
    """
    ranges, wrapping = _ranges(model, samples), _Wrapping(model, unsigned)
    for port in model.graph.input:
        wrapping.real[port.name] = wrapping.pair(port.name, *ranges[port.name])
    for node in model.graph.node:
        wrapping.add(node)
        for name in node.output:
            wrapping.real[name] = wrapping.pair(name, *ranges[name])
    outputs = [
        helper.make_tensor_value_info(wrapping.real[value.name], TensorProto.FLOAT, None)
        for value in model.graph.output
    ]
    inputs = list(model.graph.input)
    graph = helper.make_graph(wrapping.nodes, "net", inputs, outputs, wrapping.constants)
    made: onnx.ModelProto = helper.make_model(graph, opset_imports=model.opset_import, ir_version=9)
    return made.SerializeToString()


class _Wrapping:
    """The nodes and constants of `wrapped` so far; `real`: a value's name after its pair."""

    def __init__(self, model: onnx.ModelProto, unsigned: bool) -> None:
        self.unsigned = unsigned
        self.nodes: list[onnx.NodeProto] = []
        self.constants = list(model.graph.initializer)
        self.arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in self.constants}
        self.real: dict[str, str] = {}

    def constant(self, name: str, array: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def pair(self, value: str, low: float, high: float) -> str:
        """Q and DQ of a value."""
        scale = np.float32((max(high, 0.0) - min(low, 0.0)) / 255 or 1.0)
        zero = np.array(np.clip(np.rint(-min(low, 0.0) / scale), 0, 255) - (0 if self.unsigned else 128))
        step = [
            self.constant(f"{value}/s", scale),
            self.constant(f"{value}/z", zero.astype(np.uint8 if self.unsigned else np.int8)),
        ]
        self.nodes.append(helper.make_node("QuantizeLinear", [value, *step], [f"{value}/q"]))
        self.nodes.append(helper.make_node("DequantizeLinear", [f"{value}/q", *step], [f"{value}/d"]))
        return f"{value}/d"

    def weight(self, name: str, axis: int) -> str:
        """DQ of int8 weights, a scale for each index of the axis."""
        array = self.arrays[name]
        scale = np.abs(array).max(tuple(a for a in range(array.ndim) if a != axis)).astype(np.float32) / 127
        along = [-1 if a == axis else 1 for a in range(array.ndim)]
        integers = np.clip(np.rint(array / scale.reshape(along)), -127, 127).astype(np.int8)
        step = [self.constant(f"{name}/s", scale), self.constant(f"{name}/z", np.zeros(len(scale), np.int8))]
        inputs = [self.constant(f"{name}/q", integers), *step]
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [f"{name}/d"], axis=axis))
        return f"{name}/d"

    def add(self, node: onnx.NodeProto) -> None:
        """A node on the values after their pairs, its constants quantized."""
        inputs = [self.real.get(name, name) for name in node.input]
        if node.op_type in _CHANNEL_AXES and node.input[1] in self.arrays:
            inputs[1] = self.weight(node.input[1], _CHANNEL_AXES[node.op_type])
        elif node.op_type in ("Add", "Sub", "Mul", "PRelu"):
            for index, name in enumerate(node.input):
                if name in self.arrays and self.arrays[name].size > 1:
                    low, high = float(self.arrays[name].min()), float(self.arrays[name].max())
                    inputs[index] = self.pair(name, low, high)
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        del copy.input[:]
        copy.input.extend(inputs)
        self.nodes.append(copy)


_CHANNEL_AXES = {"Conv": 0, "ConvTranspose": 1, "MatMul": 1, "Gemm": 1}


def _ranges(model: onnx.ModelProto, samples: np.ndarray) -> dict[str, tuple[float, float]]:
    """Least and greatest of every value on the samples."""
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    names = [name for node in model.graph.node for name in node.output]
    del whole.graph.output[:]
    whole.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = ort.InferenceSession(whole.SerializeToString())
    port = model.graph.input[0].name
    found = [session.run(names, {port: sample[None]}) for sample in samples]
    ends = {
        name: (float(min(row[i].min() for row in found)), float(max(row[i].max() for row in found)))
        for i, name in enumerate(names)
    }
    return {port: (float(samples.min()), float(samples.max())), **ends}


class _Reader:
    """What onnxruntime calibrates on."""

    def __init__(self, name: str, samples: np.ndarray) -> None:
        self._feeds: Iterator[dict[str, np.ndarray]] = iter([{name: sample[None]} for sample in samples])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._feeds, None)

    def set_range(self, start_index: int, end_index: int) -> None:
        raise NotImplementedError


def imported(data: bytes) -> tuple[Imported, Graph]:
    """What was read, and the Graph that is made of it; both hold."""
    found = import_onnx(data, "net")
    verify_graph(found.graph)
    graph = finished(found, "net", None)
    verify_graph(graph)
    return found, graph


def steps_apart(data: bytes, samples: np.ndarray, *, optimized: bool = True) -> np.ndarray:
    """How many steps of the output's scale our integers and onnxruntime's numbers are apart: (N, ...).

    `samples` (N, ...): float32, or integers where the input is quantized already.
    """
    found, graph = imported(data)
    theirs = ort_outputs(data, samples, optimized=optimized)
    ours = run_int8(graph, our_input(found, graph, samples))[graph.outputs[0]]
    order = found.outputs[0]
    grid = graph.tensors[graph.outputs[0]].quantization
    assert grid is not None
    real = in_onnx_order(ours, order, theirs.shape)
    if theirs.dtype.kind != "f":
        shifted = theirs.astype(np.int64) - (128 if theirs.dtype == np.uint8 else 0)
        return np.abs(real.astype(np.int64) - shifted)
    steps = theirs / np.float32(grid.scale[0]) + grid.zero_point[0]
    return np.abs(real - np.rint(steps)).astype(np.int64)


def our_input(found: Imported, graph: Graph, samples: np.ndarray) -> np.ndarray:
    """ONNX's input as the Graph reads it: int8, in its order of axes."""
    grid = graph.tensors[graph.inputs[0]].quantization
    if samples.dtype.kind == "f":
        assert grid is not None
        steps = np.rint(samples / np.float32(grid.scale[0])) + grid.zero_point[0]
        whole = np.clip(steps, -128, 127).astype(np.int8)
    else:
        less = 128 if samples.dtype == np.uint8 else 0
        whole = (samples.astype(np.int64) - less).astype(np.int8)
    order = found.inputs[0]
    rank = whole.ndim
    batch = () if 0 in order else (0,)
    moved = whole.transpose((*batch, *order)) if batch else whole
    assert rank == moved.ndim
    return np.ascontiguousarray(moved)


def in_onnx_order(ours: np.ndarray, order: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    """Our output (N, ...) as ONNX has it; `shape` is the whole batch's."""
    back = np.argsort(np.argsort(order))
    return ours.transpose((0, *(1 + np.argsort(order)))).reshape(shape) if len(back) else ours.reshape(shape)


def ort_outputs(data: bytes, samples: np.ndarray, *, optimized: bool = True) -> np.ndarray:
    """onnxruntime's first output, one sample at a time."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    if not optimized:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(data, options)
    name = session.get_inputs()[0].name
    return np.concatenate([session.run(None, {name: sample[None]})[0] for sample in samples])
