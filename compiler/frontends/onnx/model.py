"""An ONNX file as plain values: read with bounded memory, nothing in it believed; other files are only opened
where they lie beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from compiler.errors import ModelError
from compiler.export.onnx_tensor import MOST_BYTES, OnnxTensor, type_name
from compiler.export.onnx_wire import check_fields, text_of

DTYPES: Mapping[int, str] = {
    1: "float32", 2: "uint8", 3: "int8", 21: "uint4", 22: "int4", 25: "uint2", 26: "int2"
}  # fmt: skip
"""What a port of a network may hold, by ONNX's number for it."""
_LARGEST_SIDE = 1 << 24
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxNode:
    """One node; `domain` is empty for ONNX's own operators. Missing inputs are empty names."""

    op: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxPort:
    """An input of the network. `shape`: None for sizes that the file leaves open."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel:
    """`opset` is that of ONNX's own operators; `constants` holds initializers, not yet looked at.

    `shapes`: what the file says of its own tensors, for messages only.
    """

    name: str
    opset: int
    nodes: tuple[OnnxNode, ...]
    inputs: tuple[OnnxPort, ...]
    outputs: tuple[str, ...]
    constants: Mapping[str, OnnxTensor]
    shapes: Mapping[str, tuple[int, ...]]


def parse_model(data: bytes, name: str, path: Path | None = None) -> OnnxModel:
    """`name` stands for the file in messages; `path`: where it lies, since tensors may be stored beside it.
    ModelError where the bytes are no ONNX file, or too many.
    """
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    if not data:
        raise ModelError(f"{name} is empty")
    if len(data) > MOST_BYTES:
        raise ModelError(f"{name} has {len(data):,} B; at most {MOST_BYTES:,} are read")
    check_fields(data, ModelProto.DESCRIPTOR, name)
    try:
        model = ModelProto.FromString(data)
        if not model.HasField("graph") or not model.graph.output:
            raise ModelError(f"{name} is not an ONNX file: it holds no graph")
        return _plain(model, name, path)
    except (DecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{name} is not an ONNX file, or damaged") from error


def shown(text: str) -> str:
    """A name out of the file as messages show it: quoted, escaped, not endless."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _plain(model: Any, name: str, path: Path | None) -> OnnxModel:
    graph = model.graph
    constants = {
        text_of(tensor.name, name): _tensor(tensor.name, tensor, name, path) for tensor in graph.initializer
    }
    beside = sum(tensor.promised_bytes for tensor in constants.values() if tensor.external and tensor.known)
    if beside > MOST_BYTES:
        raise ModelError(f"{name}: {beside:,} B lie beside it; at most {MOST_BYTES:,} are read")
    if graph.sparse_initializer:
        raise ModelError(f"{name} holds sparse tensors, which are not supported")
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    return OnnxModel(
        name=name,
        opset=max(versions, default=1),
        nodes=tuple(_node(node, name) for node in graph.node),
        inputs=tuple(_port(value, name) for value in graph.input if value.name not in constants),
        outputs=tuple(text_of(value.name, name) for value in graph.output),
        constants=constants,
        shapes=dict(_shapes([*graph.value_info, *graph.output], name)),
    )


def _shapes(infos: Iterable[Any], name: str) -> Iterable[tuple[str, tuple[int, ...]]]:
    for info in infos:
        kind = info.type.tensor_type
        dims = kind.shape.dim
        if kind.HasField("shape") and all(dim.HasField("dim_value") for dim in dims):
            yield text_of(info.name, name), tuple(dim.dim_value for dim in dims)


def _tensor(label: str, proto: Any, name: str, path: Path | None = None) -> OnnxTensor:
    """Where the model has no path, and in attributes, tensors must be stored where they are."""
    tensor = OnnxTensor(label, tuple(proto.dims), proto, path or Path(name))
    if tensor.external and path is None:
        raise ModelError(f"{name}: tensor {shown(label)} lies in another file; save the model as one file")
    return tensor


def _port(value: Any, name: str) -> OnnxPort:
    kind, label = value.type.tensor_type, text_of(value.name, name)
    if not value.type.HasField("tensor_type"):
        raise ModelError(f"{name}: input {shown(label)} is no tensor")
    if kind.elem_type not in DTYPES:
        raise ModelError(
            f"{name}: input {shown(label)} is {type_name(kind.elem_type)};"
            " inputs are float32, or integers of at most 8 bits"
        )
    if not kind.HasField("shape"):
        raise ModelError(f"{name}: input {shown(label)} has no shape")
    shape = tuple(dim.dim_value if dim.HasField("dim_value") else None for dim in kind.shape.dim)
    if any(size is not None and not 1 <= size <= _LARGEST_SIDE for size in shape):
        raise ModelError(f"{name}: input {shown(label)} has the shape {shape}")
    return OnnxPort(name=label, shape=shape, dtype=DTYPES[kind.elem_type])


def _node(proto: Any, name: str) -> OnnxNode:
    op, domain = text_of(proto.op_type, name), text_of(proto.domain, name)
    outputs = tuple(text_of(value, name) for value in proto.output)
    return OnnxNode(
        op=op if op.isidentifier() else shown(op),
        domain="" if domain == "ai.onnx" else domain,
        name=text_of(proto.name, name) or (*outputs, "")[0],
        inputs=tuple(text_of(value, name) for value in proto.input),
        outputs=outputs,
        attributes=dict(_attributes(proto.attribute, name)),
    )


def _attributes(protos: Iterable[Any], name: str) -> Iterable[tuple[str, object]]:
    """Numbers, text, tuples of numbers, and tensors as OnnxTensor; anything else as None."""
    from onnx import AttributeProto

    for proto in protos:
        text_of(proto.name, name)
        match proto.type:
            case AttributeProto.FLOAT:
                yield proto.name, float(proto.f)
            case AttributeProto.INT:
                yield proto.name, int(proto.i)
            case AttributeProto.STRING:
                yield proto.name, proto.s.decode()
            case AttributeProto.FLOATS:
                yield proto.name, np.array(proto.floats, np.float32)
            case AttributeProto.INTS:
                yield proto.name, tuple(proto.ints)
            case AttributeProto.TENSOR:
                yield proto.name, _tensor(proto.name, proto.t, name)
            case _:
                yield proto.name, None
