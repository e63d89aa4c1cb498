"""From the bytes of a TFLite file to a RawModel: verified first, then read with the `tflite` package."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from compiler.frontends.tflite.raw import (
    NUMPY_DTYPES,
    OptionValue,
    RawModel,
    RawOperator,
    RawSubgraph,
    RawTensor,
)
from compiler.frontends.tflite.refusal import Broken
from compiler.frontends.tflite.schema import OPTIONS
from compiler.frontends.tflite.verify_file import verify_file

MOST_RANK = 8
MOST_ELEMENTS = 1 << 26
"""Of one tensor: 64 Mi, far more than a microcontroller addresses."""
MOST_OPERANDS = 1_000
"""Of one operator."""
MOST_OPERANDS_IN_ALL = 100_000
MOST_NAME_BYTES = 200
MOST_SUBGRAPHS_READ = 16


def read_raw(data: bytes) -> RawModel:
    """Broken for a file that is broken or too large. The arrays are views of `data`."""
    import tflite  # 190 modules: only when a TFLite file is read

    unions = {number: word for word, number in _numbers_of(tflite.BuiltinOptions)}
    verify_file(data, unions)
    return _Reader(data, tflite, unions).model()


def _numbers_of(enumeration: Any) -> list[tuple[str, int]]:
    return [(word, number) for word, number in vars(enumeration).items() if isinstance(number, int)]


class _Reader:
    """What all parts of one file share while they are read."""

    def __init__(self, data: bytes, tflite: Any, unions: Mapping[int, str]) -> None:
        self._data = data
        self._tflite = tflite
        self._unions = unions
        self._model = tflite.Model.GetRootAs(data)
        self._types = {number: word.lower() for word, number in _numbers_of(tflite.TensorType)}
        self._operators = {number: word for word, number in _numbers_of(tflite.BuiltinOperator)}

    def model(self) -> RawModel:
        count = self._model.SubgraphsLength()
        if count == 0:
            raise self._broken("it holds no network")
        subgraphs = tuple(self._subgraph(index) for index in range(min(count, MOST_SUBGRAPHS_READ)))
        inputs, outputs = self._signature_names(len(subgraphs[0].tensors))
        return RawModel(subgraphs=subgraphs, input_names=inputs, output_names=outputs)

    def _broken(self, what: str) -> Broken:
        return Broken(f"{what}")

    def _subgraph(self, index: int) -> RawSubgraph:
        graph = self._model.Subgraphs(index)
        tensors = tuple(self._tensor(graph.Tensors(i), i) for i in range(graph.TensorsLength()))
        operators = tuple(
            self._operator(graph.Operators(i), i, len(tensors)) for i in range(graph.OperatorsLength())
        )
        if sum(len(operator.inputs) + len(operator.outputs) for operator in operators) > MOST_OPERANDS_IN_ALL:
            raise Broken(f"its operators have more than {MOST_OPERANDS_IN_ALL:,} operands")
        return RawSubgraph(
            tensors=tensors,
            operators=operators,
            inputs=self._indices(graph.InputsAsNumpy(), len(tensors), 0, "the network's inputs"),
            outputs=self._indices(graph.OutputsAsNumpy(), len(tensors), 0, "the network's outputs"),
        )

    def _indices(self, found: Any, count: int, least: int, where: str) -> tuple[int, ...]:
        indices = _integers(found)
        if len(indices) > MOST_OPERANDS:
            raise self._broken(f"{where} are {len(indices):,} tensors")
        for index in indices:
            if not least <= index < count:
                raise self._broken(f"{where} name tensor {index} of {count}")
        return indices

    def _tensor(self, tensor: Any, index: int) -> RawTensor:
        name = _text(tensor.Name())
        where = f"tensor {index} {name!r:.80}"
        shape, quantization = _integers(tensor.ShapeAsNumpy()), tensor.Quantization()
        if len(shape) > MOST_RANK or min(shape, default=0) < -1:
            raise self._broken(f"{where} has the shape {list(shape)[:12]}")
        if prod(max(size, 1) for size in shape) > MOST_ELEMENTS:
            raise self._broken(f"{where} of shape {list(shape)} is too large")
        dtype = self._types.get(tensor.Type(), f"type {tensor.Type()}")
        odd = "is stored sparsely" if tensor.Sparsity() is not None else ""
        if quantization is not None and quantization.DetailsType() != 0:
            odd = "is quantized in blocks or by custom rules"
        return RawTensor(
            index=index,
            name=name,
            shape=shape,
            dtype=dtype,
            data=self._constant(tensor, shape, dtype, where) if not odd else None,
            scale=() if quantization is None else _floats(quantization.ScaleAsNumpy()),
            zero_point=() if quantization is None else _integers(quantization.ZeroPointAsNumpy()),
            axis=0 if quantization is None else int(quantization.QuantizedDimension()),
            is_variable=bool(tensor.IsVariable()),
            signature=_integers(tensor.ShapeSignatureAsNumpy()) or shape,
            odd=odd,
        )

    def _constant(self, tensor: Any, shape: tuple[int, ...], dtype: str, where: str) -> memoryview | None:
        number = tensor.Buffer()
        if number == 0:
            return None
        if number >= self._model.BuffersLength():
            raise self._broken(f"{where} lies in buffer {number} of {self._model.BuffersLength()}")
        data = self._buffer(self._model.Buffers(number), where)
        if len(data) == 0:
            return None
        if dtype in NUMPY_DTYPES or dtype == "int4":
            bits = 4 if dtype == "int4" else 8 * NUMPY_DTYPES[dtype].itemsize
            if min(shape, default=0) < 0 or len(data) != (prod(shape) * bits + 7) // 8:
                raise self._broken(f"{where}, {dtype} {list(shape)}, has {len(data):,} bytes of numbers")
        return data

    def _buffer(self, buffer: Any, where: str) -> memoryview:
        """A view of the file; parts of large files lie behind the tables, at an offset of their own."""
        found = buffer.DataAsNumpy()
        if not isinstance(found, int) and len(found):
            return memoryview(found).cast("B")
        offset, size = buffer.Offset(), buffer.Size()
        if offset <= 1 or size == 0:
            return memoryview(b"")
        if offset + size > len(self._data):
            raise self._broken(f"{where} lies outside of it")
        return memoryview(self._data)[offset : offset + size]

    def _operator(self, operator: Any, index: int, tensors: int) -> RawOperator:
        number = operator.OpcodeIndex()
        if number >= self._model.OperatorCodesLength():
            raise self._broken(f"operator {index} is of kind {number}")
        code = self._model.OperatorCodes(number)
        builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        name = self._operators.get(builtin, f"operator {builtin}")
        if name == "CUSTOM":
            name = f"CUSTOM {_text(code.CustomCode())}"
        where = f"operator {index} {name!r:.80}"
        return RawOperator(
            index=index,
            name=name,
            inputs=self._indices(operator.InputsAsNumpy(), tensors, -1, f"inputs of {where}"),
            outputs=self._indices(operator.OutputsAsNumpy(), tensors, 0, f"outputs of {where}"),
            intermediates=self._indices(
                operator.IntermediatesAsNumpy(), tensors, 0, f"intermediates of {where}"
            ),
            options=self._options(operator),
        )

    def _options(self, operator: Any) -> Mapping[str, OptionValue]:
        kind = self._unions.get(operator.BuiltinOptionsType(), "")
        table = operator.BuiltinOptions() if kind in OPTIONS else None
        if table is None:
            return {}
        options = getattr(self._tflite, kind)()
        options.Init(table.Bytes, table.Pos)
        return {option.name: _option(options, option.name, option.field.kind) for option in OPTIONS[kind]}

    def _signature_names(self, tensors: int) -> tuple[dict[int, str], dict[int, str]]:
        """Of the first signature of the first subgraph."""
        for index in range(self._model.SignatureDefsLength()):
            signature = self._model.SignatureDefs(index)
            if signature.SubgraphIndex() == 0:
                return (
                    _names([signature.Inputs(i) for i in range(signature.InputsLength())], tensors),
                    _names([signature.Outputs(i) for i in range(signature.OutputsLength())], tensors),
                )
        return {}, {}


def _names(entries: Sequence[Any], tensors: int) -> dict[int, str]:
    return {entry.TensorIndex(): _text(entry.Name()) for entry in entries if entry.TensorIndex() < tensors}


def _option(options: Any, name: str, kind: str) -> OptionValue:
    if kind == "vector":
        return _integers(getattr(options, f"{name}AsNumpy")())
    value = getattr(options, name)()
    if kind == "string":
        return _text(value)
    return float(value) if isinstance(value, float) else int(value)


def _text(found: bytes | None) -> str:
    return (found or b"")[:MOST_NAME_BYTES].decode("utf-8", "replace")


def _integers(found: Any) -> tuple[int, ...]:
    """The package answers 0 for a vector that is not there."""
    return () if isinstance(found, int) else tuple(np.asarray(found).tolist())


def _floats(found: Any) -> tuple[float, ...]:
    return () if isinstance(found, int) else tuple(np.asarray(found, np.float64).tolist())
