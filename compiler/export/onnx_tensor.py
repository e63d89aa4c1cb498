"""The numbers of one tensor of a file that is not trusted: sizes are checked against the bytes there are."""

from dataclasses import dataclass
from math import prod
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from compiler.errors import ModelError

MOST_BYTES = 64 * 1024 * 1024
"""Of a file; no network for a microcontroller has as many."""
_DTYPES = {
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8",
    21: "u1", 22: "i1", 25: "u1", 26: "i1",
}  # fmt: skip
_TYPED_FIELDS = {
    1: "float_data", 2: "int32_data", 3: "int32_data", 4: "int32_data", 5: "int32_data", 6: "int32_data",
    7: "int64_data", 9: "int32_data", 11: "double_data", 21: "int32_data", 22: "int32_data",
    25: "int32_data", 26: "int32_data",
}  # fmt: skip
_PACKED_BITS = {21: 4, 22: 4, 25: 2, 26: 2}
"""Of integers that share a byte, the first in its lowest bits."""
_EXTERNAL = 1
_LONGEST_FILE_NAME = 255


def type_name(number: int) -> str:
    """ONNX's word for a type."""
    from onnx import TensorProto

    names: dict[int, str] = {known: name for name, known in TensorProto.DataType.items()}
    return names.get(number, f"type {number}")


@dataclass(frozen=True, slots=True)
class OnnxTensor:
    """A tensor whose numbers have not been looked at. `path` is the model's; tensors may lie beside it."""

    name: str
    shape: tuple[int, ...]
    proto: Any
    path: Path

    @property
    def bits(self) -> int | None:
        """Of its integers where these are fewer than 8, held in an int8 or uint8 array; None of others."""
        return _PACKED_BITS.get(self.proto.data_type)

    @property
    def known(self) -> bool:
        """Whether numbers can be read: its type is one of those above."""
        return self.proto.data_type in _DTYPES

    @property
    def type_name(self) -> str:
        """ONNX's word for its type."""
        return type_name(self.proto.data_type)

    def numbers(self) -> np.ndarray:
        """The array, of a numeric dtype. ModelError where its bytes are not what its shape promises."""
        promised, dtype = self.promised_bytes, _DTYPES[self.proto.data_type]
        typed = _TYPED_FIELDS.get(self.proto.data_type)
        if not self.external and typed and len(getattr(self.proto, typed)):
            values = getattr(self.proto, typed)
            if self.bits is not None:
                return self._unpacked(self._typed(values, "u1", (len(values),)), dtype, self.bits)
            self._require(len(values), prod(self.shape))
            return self._typed(values, dtype, self.shape)
        data = self._bytes(promised)
        if self.bits is not None:
            return self._unpacked(np.frombuffer(data, np.uint8), dtype, self.bits)
        self._require(len(data), promised)
        return np.frombuffer(data, dtype).reshape(self.shape)

    @property
    def external(self) -> bool:
        """Whether its numbers lie in another file."""
        return bool(self.proto.data_location == _EXTERNAL)

    @property
    def promised_bytes(self) -> int:
        """What its shape and type take. ModelError where its type is unknown, or its shape none."""
        dtype = _DTYPES.get(self.proto.data_type)
        if dtype is None:
            raise self._wrong("is of an ONNX type that is not supported here")
        if min(self.shape, default=0) < 0:
            raise self._wrong(f"has the shape {self.shape}")
        if self.bits is not None:
            return -(-prod(self.shape) * self.bits // 8)
        return prod(self.shape) * np.dtype(dtype).itemsize

    def _unpacked(self, packed: np.ndarray, dtype: str, bits: int) -> np.ndarray:
        """Each byte's integers, shifted to its highest bits and back, which extends signs."""
        together = 8 // bits
        self._require(packed.size, -(-prod(self.shape) // together))
        shifted = [packed << np.uint8(8 - bits * (place + 1)) for place in range(together)]
        spread = np.stack(shifted, -1).ravel()[: prod(self.shape)].view(dtype)
        return (spread >> (8 - bits)).reshape(self.shape)

    def _typed(self, values: Any, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
        try:
            return np.array(values, dtype).reshape(shape)
        except OverflowError as error:
            raise self._wrong(f"holds numbers that are no {np.dtype(dtype).name}") from error

    def _wrong(self, what: str) -> ModelError:
        return ModelError(f"{self.path}: tensor {self.name!r:.120} {what}")

    def _require(self, there: int, promised: int) -> None:
        if there != promised:
            raise self._wrong(f"of shape {self.shape} has the wrong number of bytes")

    def _bytes(self, promised: int) -> bytes:
        if not self.external:
            return bytes(self.proto.raw_data)
        where = {entry.key: entry.value for entry in self.proto.external_data}
        location = where.get("location", "")
        named = location.isprintable() and len(location) <= _LONGEST_FILE_NAME and "\\" not in location
        if not named or len(PurePosixPath(location).parts) != 1 or location in (".", ".."):
            raise self._wrong(f"lies in {location!r:.80}, which is no file beside the model")
        part = (where.get("offset"), where.get("length"))
        return self._read_part(self.path.parent / location, *part, promised)

    def _read_part(self, path: Path, offset: str | None, length: str | None, promised: int) -> bytes:
        """`length` bytes of a file from `offset` on; without them all of it. It must be as promised."""
        try:
            start, size = int(offset or 0), path.stat().st_size
            count = size - start if length is None else int(length)
            if not path.is_file() or min(start, count) < 0 or start + count > size or count > MOST_BYTES:
                raise self._wrong(f"lies outside of {path.name}")
            self._require(count, promised)
            with path.open("rb") as stream:
                stream.seek(start)
                return stream.read(count)
        except ValueError as error:
            raise self._wrong(f"does not say where in {path.name} it lies") from error
        except OSError as error:
            raise self._wrong(f"lies in {path.name}: {error.strerror or error}") from error
