"""An ONNX file of somebody else's as plain values: read with bounded memory, nothing in it believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from compiler.errors import ModelError
from compiler.export.onnx_tensor import MOST_BYTES, OnnxTensor
from compiler.export.onnx_wire import check_fields, text_of

_QUANTIZED = ("QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul", "ConvInteger")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxNode:
    """One node; attributes other than text, numbers, lists of them and one-element arrays are left out."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxFile:
    """`name` is the file's, for messages. `inputs` without initializers; `constants` of nodes too."""

    name: str
    digest: str
    nodes: tuple[OnnxNode, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: Mapping[str, OnnxTensor]
    metadata: Mapping[str, str]


def read_onnx(path: Path) -> OnnxFile:
    """The file at `path`. ModelError where it is missing, too large, cut, no ONNX file, or quantized."""
    try:
        size = path.stat().st_size
        if path.exists() and not path.is_file():
            raise ModelError(f"{path} is no file")
        if size > MOST_BYTES:
            raise ModelError(f"{path} has {size:,} B; no prototype has more than {MOST_BYTES:,}")
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    return parse_onnx(data, path)


def parse_onnx(data: bytes, path: Path) -> OnnxFile:
    """As read_onnx, of bytes; `path` names them, and says where tensors outside of the file are sought."""
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    if not data:
        raise ModelError(f"{path} is empty")
    check_fields(data, ModelProto.DESCRIPTOR, str(path))
    try:
        model = ModelProto.FromString(data)
        if not model.HasField("graph") or not model.graph.node or not model.graph.output:
            raise ModelError(f"{path} is not an ONNX file: it holds no graph")
        return _plain(model, sha256(data).hexdigest(), path)
    except (DecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} is not an ONNX file, or damaged") from error


def _plain(model: Any, digest: str, path: Path) -> OnnxFile:
    graph = model.graph
    constants = {tensor.name: _tensor(tensor.name, tensor, path) for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type in _QUANTIZED:
            raise ModelError(f"{path} is quantized ({node.op_type}); give the float network")
        value = next((attribute.t for attribute in node.attribute if attribute.name == "value"), None)
        if node.op_type == "Constant" and value is not None and len(node.output) == 1:
            constants[node.output[0]] = _tensor(node.output[0], value, path)
        else:
            nodes.append(_node(node, path))
    return OnnxFile(
        name=str(path),
        digest=digest,
        nodes=tuple(nodes),
        inputs=tuple(value.name for value in graph.input if value.name not in constants),
        outputs=tuple(value.name for value in graph.output),
        constants=constants,
        metadata={entry.key: entry.value for entry in model.metadata_props},
    )


def _tensor(name: str, proto: Any, path: Path) -> OnnxTensor:
    return OnnxTensor(name, tuple(proto.dims), proto, path)


def _node(proto: Any, path: Path) -> OnnxNode:
    op, outputs = text_of(proto.op_type, str(path)), tuple(text_of(name, str(path)) for name in proto.output)
    return OnnxNode(
        op=op if op.isidentifier() else repr(op),
        name=text_of(proto.name, str(path)) or (*outputs, "")[0],
        inputs=tuple(text_of(name, str(path)) for name in proto.input),
        outputs=outputs,
        attributes=dict(_attributes(proto.attribute, path)),
    )


def _attributes(protos: Iterable[Any], path: Path) -> Iterable[tuple[str, object]]:
    from onnx import AttributeProto

    for proto in protos:
        match proto.type:
            case AttributeProto.FLOAT:
                yield proto.name, proto.f
            case AttributeProto.INT:
                yield proto.name, proto.i
            case AttributeProto.TENSOR if len(proto.t.dims) == 1 and proto.t.dims[0] == 1:
                yield proto.name, _tensor(proto.name, proto.t, path).numbers()
            case AttributeProto.STRING:
                yield proto.name, proto.s.decode()
            case AttributeProto.FLOATS:
                yield proto.name, tuple(proto.floats)
            case AttributeProto.INTS:
                yield proto.name, tuple(proto.ints)
