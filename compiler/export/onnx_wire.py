"""A look at the bytes of an ONNX file before anything is built from them: whole, and how many parts.

Protocol buffers let two bytes of a file become hundreds in memory. A parser of ours, which only counts, goes
first, so that what the real one builds is bounded. Format: protobuf.dev/programming-guides/encoding.
"""

from typing import Any

from compiler.errors import ModelError

MOST_FIELDS = 300_000
"""A prototype has some ten thousand."""
_VARINT, _EIGHT_BYTES, _DELIMITED, _FOUR_BYTES = 0, 1, 2, 5
_MOST_VARINT_BYTES = 10
_LENGTH_UNKNOWN = -1


def check_fields(data: bytes, descriptor: Any, name: str) -> None:
    """Walks over all fields of all messages in `data`, the root's type given by a protobuf descriptor.

    ModelError where the file is truncated, no such message, or has more than MOST_FIELDS fields. Numbers
    packed into one field are passed over, so weights cost nothing.
    """
    fields = 0
    pending = [(0, len(data), descriptor)]
    while pending:
        position, end, message = pending.pop()
        while position < end:
            fields += 1
            if fields > MOST_FIELDS:
                raise ModelError(f"{name} has more than {MOST_FIELDS:,} parts: no prototype has so many")
            tag, position = _varint(data, position, end, name)
            start, stop = _extent(data, position, end, tag & 7, name)
            nested = message.fields_by_number.get(tag >> 3)
            if tag & 7 == _DELIMITED and nested is not None and nested.message_type is not None:
                pending.append((start, stop, nested.message_type))
            position = stop


def text_of(value: Any, name: str) -> str:
    """A text field. Those that are no UTF-8 come as bytes, where a format is as old as ONNX's: ModelError."""
    if not isinstance(value, str):
        raise ModelError(f"{name} is not an ONNX file, or damaged")
    return value


def _extent(data: bytes, position: int, end: int, kind: int, name: str) -> tuple[int, int]:
    """Where a field's content lies; at most up to `end`."""
    if kind == _VARINT:
        return position, _varint(data, position, end, name)[1]
    if kind == _DELIMITED:
        length, position = _varint(data, position, end, name)
    else:
        length = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind, _LENGTH_UNKNOWN)
    if length == _LENGTH_UNKNOWN:
        raise ModelError(f"{name} is not an ONNX file")
    if position + length > end:
        raise _cut_short(data, end, name)
    return position, position + length


def _varint(data: bytes, position: int, end: int, name: str) -> tuple[int, int]:
    value = 0
    for shift in range(_MOST_VARINT_BYTES):
        if position + shift >= end:
            raise _cut_short(data, end, name)
        byte = data[position + shift]
        value |= (byte & 127) << (7 * shift)
        if byte < 128:
            return value, position + shift + 1
    raise ModelError(f"{name} is not an ONNX file")


def _cut_short(data: bytes, end: int, name: str) -> ModelError:
    """A part that runs over the end of the file was cut; one that runs over its parent's never was whole."""
    what = "is truncated, or not an ONNX file" if end == len(data) else "is not an ONNX file, or damaged"
    return ModelError(f"{name} {what}")
