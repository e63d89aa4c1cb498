"""Damaged copies of .tflite files: what a reader of files that are not trusted is tested with."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from unittest import mock

import numpy as np
from flatbuffers import encode

from compiler.errors import ModelError
from compiler.frontends.tflite import verify_file
from compiler.frontends.tflite.read_tflite import read_tflite

MOST_LISTED = 40
"""Elements of one list that are worth damaging; weights have more."""
INTERESTING = (0, 1, 2, 3, 4, 8, 127, 128, 255, 2**15, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 4, 2**32 - 1)


@dataclass(frozen=True, slots=True)
class Places:
    """Offsets of a file: `structure` holds offsets and lengths, `values` numbers and short lists of them."""

    structure: tuple[int, ...]
    values: tuple[int, ...]


def places_read(model: bytes) -> Places:
    """Every offset at which reading the model looks."""
    structure: set[int] = set()
    values: set[int] = set()
    reading, listing, unpacking = encode.Get, encode.GetVectorAsNumpy, struct.unpack_from

    def get(packer: object, data: bytes, head: int) -> object:
        values.add(head)
        return reading(packer, data, head)

    def get_list(dtype: np.dtype, data: bytes, count: int, offset: int) -> np.ndarray:
        values.update(range(offset, offset + min(count, MOST_LISTED) * dtype.itemsize, dtype.itemsize))
        return np.asarray(listing(dtype, data, count, offset))

    def unpack(layout: str, data: bytes, offset: int) -> object:
        structure.add(offset)
        return unpacking(layout, data, offset)

    with (
        mock.patch.object(encode, "Get", get),
        mock.patch.object(encode, "GetVectorAsNumpy", get_list),
        mock.patch.object(verify_file, "struct", mock.Mock(unpack_from=unpack)),
        suppress(ModelError),
    ):
        read_tflite(model, "model")
    return Places(tuple(sorted(structure)), tuple(sorted(values - structure)))


def mutants(model: bytes, others: list[bytes], count: int, rng: np.random.Generator) -> Iterator[bytes]:
    """`count` damaged copies: most where the reader looks, some anywhere, some cut short or patched."""
    places = places_read(model)
    for _ in range(count):
        kind = rng.integers(0, 20)
        if kind == 0:
            yield model[: rng.integers(0, len(model))]
        elif kind == 1:
            yield _spliced(model, others[rng.integers(0, len(others))], rng)
        elif kind < 4:
            yield _flipped(model, list(rng.integers(0, len(model), rng.integers(1, 9))), rng)
        elif kind < 8:
            yield _overwritten(model, list(rng.choice(places.structure, 1)), rng)
        elif kind < 12:
            yield _flipped(model, list(rng.choice(places.values, rng.integers(1, 4))), rng)
        else:
            yield _overwritten(model, list(rng.choice(places.values, rng.integers(1, 4))), rng)


def _flipped(model: bytes, places: list[int], rng: np.random.Generator) -> bytes:
    changed = bytearray(model)
    for place in places:
        changed[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(changed)


def _overwritten(model: bytes, places: list[int], rng: np.random.Generator) -> bytes:
    """Fields of one, two or four bytes become a number that is often wrong, or one close to what it was."""
    changed = bytearray(model)
    for place in places:
        width = int(rng.choice([1, 2, 4, 4]))
        old = int.from_bytes(changed[place : place + width], "little")
        near = old + int(rng.integers(-4, 5))
        value = near if rng.integers(0, 2) else INTERESTING[rng.integers(0, len(INTERESTING))]
        changed[place : place + width] = (value % (1 << (8 * width))).to_bytes(width, "little")
    return bytes(changed[: len(model)])


def _spliced(model: bytes, other: bytes, rng: np.random.Generator) -> bytes:
    """A piece of another file, or of this one, over or between its bytes."""
    start = int(rng.integers(0, len(other)))
    piece = other[start : start + int(rng.integers(1, 200))]
    place = int(rng.integers(0, len(model)))
    kept = place + (len(piece) if rng.integers(0, 2) else 0)
    return model[:place] + piece + model[kept:]
