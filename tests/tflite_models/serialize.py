"""Subgraphs of a builder as a flatbuffer."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import flatbuffers
import numpy as np
import tflite

from compiler.ir.tensor import Quantization
from tests.tflite_models.entries import OperatorEntry, Subgraph, TensorEntry
from tests.tflite_models.options import code_version, operator_code, write_options

Signature = tuple[str, Mapping[str, int], Mapping[str, int]]


def serialize(subgraphs: Sequence[Subgraph], signatures: Sequence[Signature]) -> bytes:
    """The file: buffer 0 is the empty one, then one for each constant, in order."""
    builder = flatbuffers.Builder(1024)
    codes = list(dict.fromkeys(entry.code for graph in subgraphs for entry in graph.operators))
    data = [b"", *(t.data for graph in subgraphs for t in graph.tensors if t.data is not None)]
    buffers = _offsets(builder, tflite.ModelStartBuffersVector, [_buffer(builder, d) for d in data])
    numbers = iter(range(1, len(data)))
    written = [_subgraph(builder, graph, codes, numbers) for graph in subgraphs]
    graphs = _offsets(builder, tflite.ModelStartSubgraphsVector, written)
    table = _offsets(builder, tflite.ModelStartOperatorCodesVector, [_code(builder, c) for c in codes])
    named = _offsets(
        builder, tflite.ModelStartSignatureDefsVector, [_signature(builder, s) for s in signatures]
    )
    tflite.ModelStart(builder)
    tflite.ModelAddVersion(builder, 3)
    tflite.ModelAddOperatorCodes(builder, table)
    tflite.ModelAddSubgraphs(builder, graphs)
    tflite.ModelAddBuffers(builder, buffers)
    if signatures:
        tflite.ModelAddSignatureDefs(builder, named)
    builder.Finish(tflite.ModelEnd(builder), b"TFL3")
    return bytes(builder.Output())


def _subgraph(builder: flatbuffers.Builder, graph: Subgraph, codes: list[str], numbers: Iterable[int]) -> int:
    remaining = iter(numbers)
    entries = [
        _tensor(builder, entry, 0 if entry.data is None else next(remaining)) for entry in graph.tensors
    ]
    tensors = _offsets(builder, tflite.SubGraphStartTensorsVector, entries)
    operators = _offsets(
        builder,
        tflite.SubGraphStartOperatorsVector,
        [_operator(builder, entry, codes.index(entry.code)) for entry in graph.operators],
    )
    name = builder.CreateString(graph.name)
    inputs, outputs = _integers(builder, graph.inputs), _integers(builder, graph.outputs)
    tflite.SubGraphStart(builder)
    tflite.SubGraphAddName(builder, name)
    tflite.SubGraphAddTensors(builder, tensors)
    tflite.SubGraphAddInputs(builder, inputs)
    tflite.SubGraphAddOutputs(builder, outputs)
    tflite.SubGraphAddOperators(builder, operators)
    return int(tflite.SubGraphEnd(builder))


def _tensor(builder: flatbuffers.Builder, entry: TensorEntry, buffer: int) -> int:
    name, shape = builder.CreateString(entry.name), _integers(builder, entry.shape)
    quantization = None if entry.quantization is None else _quantization(builder, entry.quantization)
    tflite.TensorStart(builder)
    tflite.TensorAddName(builder, name)
    tflite.TensorAddShape(builder, shape)
    tflite.TensorAddType(builder, getattr(tflite.TensorType, entry.dtype))
    tflite.TensorAddBuffer(builder, buffer)
    tflite.TensorAddIsVariable(builder, entry.variable)
    if quantization is not None:
        tflite.TensorAddQuantization(builder, quantization)
    return int(tflite.TensorEnd(builder))


def _quantization(builder: flatbuffers.Builder, quantization: Quantization) -> int:
    scale = builder.CreateNumpyVector(np.array(quantization.scale, np.float32))
    zero_point = builder.CreateNumpyVector(np.array(quantization.zero_point, np.int64))
    tflite.QuantizationParametersStart(builder)
    tflite.QuantizationParametersAddScale(builder, scale)
    tflite.QuantizationParametersAddZeroPoint(builder, zero_point)
    tflite.QuantizationParametersAddQuantizedDimension(builder, quantization.axis or 0)
    return int(tflite.QuantizationParametersEnd(builder))


def _operator(builder: flatbuffers.Builder, entry: OperatorEntry, code: int) -> int:
    kind, options = write_options(builder, entry.code, entry.options)
    inputs, outputs = _integers(builder, entry.inputs), _integers(builder, entry.outputs)
    intermediates = _integers(builder, entry.intermediates)
    tflite.OperatorStart(builder)
    tflite.OperatorAddOpcodeIndex(builder, code)
    tflite.OperatorAddInputs(builder, inputs)
    tflite.OperatorAddOutputs(builder, outputs)
    if entry.intermediates:
        tflite.OperatorAddIntermediates(builder, intermediates)
    if kind:
        tflite.OperatorAddBuiltinOptionsType(builder, kind)
        tflite.OperatorAddBuiltinOptions(builder, options)
    return int(tflite.OperatorEnd(builder))


def _code(builder: flatbuffers.Builder, code: str) -> int:
    """Numbers above 127 only fit the newer field; the older then holds 127."""
    number = operator_code(code)
    tflite.OperatorCodeStart(builder)
    tflite.OperatorCodeAddDeprecatedBuiltinCode(builder, min(number, 127))
    tflite.OperatorCodeAddBuiltinCode(builder, number)
    tflite.OperatorCodeAddVersion(builder, code_version(code))
    return int(tflite.OperatorCodeEnd(builder))


def _buffer(builder: flatbuffers.Builder, data: bytes) -> int:
    """TFLM reads constants in place: they must lie at multiples of 16."""
    content = None
    if data:
        builder.StartVector(1, len(data), 16)
        builder.head -= len(data)
        builder.Bytes[builder.head : builder.head + len(data)] = data
        content = builder.EndVector()
    tflite.BufferStart(builder)
    if content is not None:
        tflite.BufferAddData(builder, content)
    return int(tflite.BufferEnd(builder))


def _signature(builder: flatbuffers.Builder, signature: Signature) -> int:
    key, inputs, outputs = signature
    name = builder.CreateString(key)
    maps = []
    for start, names in (
        (tflite.SignatureDefStartInputsVector, inputs),
        (tflite.SignatureDefStartOutputsVector, outputs),
    ):
        maps.append(_offsets(builder, start, [_tensor_map(builder, n, i) for n, i in names.items()]))
    tflite.SignatureDefStart(builder)
    tflite.SignatureDefAddInputs(builder, maps[0])
    tflite.SignatureDefAddOutputs(builder, maps[1])
    tflite.SignatureDefAddSignatureKey(builder, name)
    tflite.SignatureDefAddSubgraphIndex(builder, 0)
    return int(tflite.SignatureDefEnd(builder))


def _tensor_map(builder: flatbuffers.Builder, name: str, index: int) -> int:
    text = builder.CreateString(name)
    tflite.TensorMapStart(builder)
    tflite.TensorMapAddName(builder, text)
    tflite.TensorMapAddTensorIndex(builder, index)
    return int(tflite.TensorMapEnd(builder))


def _integers(builder: flatbuffers.Builder, values: Sequence[int]) -> int:
    return int(builder.CreateNumpyVector(np.array(values, np.int32)))


def _offsets(
    builder: flatbuffers.Builder, start: Callable[[flatbuffers.Builder, int], int], offsets: Sequence[int]
) -> int:
    start(builder, len(offsets))
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())
