"""Holds every offset, length and size of a TFLite file that will be read against the bytes there are.

The `tflite` package's reader checks nothing; after this pass all that it follows lies inside the file.
"""

import struct
from dataclasses import dataclass

from compiler.frontends.tflite.refusal import Broken
from compiler.frontends.tflite.schema import MOST, OPTIONS, TABLES, Field

MOST_BYTES = 256 * 1024 * 1024
MOST_TABLES = 60_000
MOST_VECTOR_BYTES = 64 * 1024 * 1024
"""In all vectors and strings together, each counted as often as something points to it; not weights."""
_IDENTIFIER = b"TFL3"


def verify_file(data: bytes, options: dict[int, str]) -> None:
    """Broken where anything that is read lies outside `data`, or is larger than our limits.

    `options` names the table that each number of the BuiltinOptions union stands for.
    """
    if len(data) < 8 or data[4:8] != _IDENTIFIER:
        raise Broken(f"not a TFLite file (no {_IDENTIFIER.decode()} mark)")
    if len(data) > MOST_BYTES:
        raise Broken(f"{len(data):,} bytes; models of up to {MOST_BYTES:,} are read")
    _Walk(data, options).table(_u32(data, 0), "Model")


def _u32(data: bytes, offset: int) -> int:
    return int(struct.unpack_from("<I", data, offset)[0])


@dataclass(frozen=True, slots=True)
class _Slots:
    """A table whose head has been checked."""

    position: int
    vtable: int
    vtable_bytes: int
    table_bytes: int
    kind: str


class _Walk:
    """One pass over the tables; it counts what it visits, so that shared parts cannot make it long."""

    def __init__(self, data: bytes, options: dict[int, str]) -> None:
        self._data = data
        self._options = options
        self._tables = MOST_TABLES
        self._vector_bytes = MOST_VECTOR_BYTES

    def table(self, position: int, kind: str) -> None:
        """A table of the schema at `position`, and all below it."""
        slots = self._slots(position, kind)
        for field in TABLES[kind]:
            if field.kind == "options":
                self._union(slots, field)
            else:
                self._field(slots, field)

    def _slots(self, position: int, kind: str) -> _Slots:
        self._tables -= 1
        if self._tables < 0:
            raise Broken(f"holds more than {MOST_TABLES:,} tables")
        data, size = self._data, len(self._data)
        self._require(position + 4 <= size, kind)
        vtable = position - int(struct.unpack_from("<i", data, position)[0])
        self._require(vtable >= 0 and vtable + 4 <= size, kind)
        vtable_bytes, table_bytes = struct.unpack_from("<HH", data, vtable)
        self._require(vtable_bytes >= 4 and vtable + vtable_bytes <= size, kind)
        self._require(table_bytes >= 4 and position + table_bytes <= size, kind)
        return _Slots(position, vtable, vtable_bytes, table_bytes, kind)

    def _field(self, slots: _Slots, field: Field) -> None:
        width = field.bytes if field.kind == "scalar" else 4
        position = self._place(slots, field.slot, width)
        if not position or field.kind == "scalar":
            return
        target = position + _u32(self._data, position)
        if field.kind == "table":
            self.table(target, field.table)
        elif field.kind == "tables":
            self._vector_of_tables(target, field.table)
        else:
            self._vector(target, field, slots.kind)

    def _place(self, slots: _Slots, slot: int, width: int) -> int:
        """Where in the file a field lies; 0 where the table leaves it out."""
        entry = 4 + 2 * slot
        if entry + 2 > slots.vtable_bytes:
            # the tflite package reads an entry that begins inside of its table
            self._require(entry >= slots.vtable_bytes, slots.kind)
            return 0
        offset = int(struct.unpack_from("<H", self._data, slots.vtable + entry)[0])
        if offset == 0:
            return 0
        self._require(offset >= 4 and offset + width <= slots.table_bytes, slots.kind)
        return slots.position + offset

    def _vector(self, position: int, field: Field, kind: str) -> None:
        self._require(position + 4 <= len(self._data), kind)
        count, width = _u32(self._data, position), max(1, field.bytes)
        self._require(position + 4 + count * width <= len(self._data), kind)
        if kind == "Buffer":
            return
        self._vector_bytes -= count * width
        if self._vector_bytes < 0:
            raise Broken(f"its lists and names take more than {MOST_VECTOR_BYTES:,} bytes")

    def _vector_of_tables(self, position: int, kind: str) -> None:
        self._require(position + 4 <= len(self._data), kind)
        count = _u32(self._data, position)
        self._require(position + 4 + 4 * count <= len(self._data), kind)
        if count > MOST[kind]:
            raise Broken(f"holds {count:,} of {kind}; up to {MOST[kind]:,} are read")
        for index in range(count):
            entry = position + 4 + 4 * index
            self.table(entry + _u32(self._data, entry), kind)

    def _union(self, slots: _Slots, field: Field) -> None:
        number = self._place(slots, field.slot - 1, 1)
        position = self._place(slots, field.slot, 4)
        kind = self._options.get(self._data[number], "") if number else ""
        if not position or kind not in OPTIONS:
            return
        inner = self._slots(position + _u32(self._data, position), kind)
        for option in OPTIONS[kind]:
            self._field(inner, option.field)

    def _require(self, holds: bool, kind: str) -> None:
        if not holds:
            raise Broken(f"a part of {kind} lies outside of it")
