"""Decodes PNG files (www.w3.org/TR/png-3): grey, colour or palette of up to 8 bits, as datasets hold."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from compiler.data.unreadable import Unreadable, require_size

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGB_ALPHA: 4}
_DEPTHS = {_GREY: (1, 2, 4, 8), _PALETTE: (1, 2, 4, 8), _RGB: (8,), _GREY_ALPHA: (8,), _RGB_ALPHA: (8,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    height: int
    width: int
    depth: int
    colour: int

    @property
    def row_bytes(self) -> int:
        return (self.width * self.depth * _CHANNELS[self.colour] + 7) // 8

    @property
    def pixel_bytes(self) -> int:
        return max(1, self.depth * _CHANNELS[self.colour] // 8)


def decode_png(content: bytes, wanted: tuple[int, int]) -> np.ndarray:
    """uint8 (height, width, 1 or 3); greys of fewer than 8 bits are spread over 0..255.

    Unreadable where it is damaged, interlaced, transparent, of 16 bits, or of another height and width than
    `wanted`; that is asked before its pixels are unpacked.
    """
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR":
        raise Unreadable("is no PNG file, or is damaged")
    header = _header(chunks[0][1], wanted)
    if any(kind == b"tRNS" for kind, _ in chunks):
        raise Unreadable("has transparent pixels; give it a background")
    packed = b"".join(data for kind, data in chunks if kind == b"IDAT")
    samples = _samples(_unfiltered(_unpacked(packed, header), header), header)
    if header.colour == _PALETTE:
        return _coloured(samples[..., 0], next((data for kind, data in chunks if kind == b"PLTE"), b""))
    if header.colour in (_GREY_ALPHA, _RGB_ALPHA):
        if (samples[..., -1] != 255).any():
            raise Unreadable("has transparent pixels; give it a background")
        return samples[..., :-1]
    spread: np.ndarray = samples * np.uint8(255 // (2**header.depth - 1))
    return spread


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk up to IEND, their checksums right."""
    if not content.startswith(_SIGNATURE):
        raise Unreadable("is no PNG file")
    position = len(_SIGNATURE)
    while True:
        if position + 12 > len(content):
            raise Unreadable("is cut short")
        (length,) = struct.unpack_from(">I", content, position)
        body = content[position + 4 : position + 8 + length]
        if len(body) < 4 + length or position + 12 + length > len(content):
            raise Unreadable("is cut short")
        (checksum,) = struct.unpack_from(">I", content, position + 8 + length)
        if zlib.crc32(body) != checksum:
            raise Unreadable("is damaged: a checksum is wrong")
        if body[:4] == b"IEND":
            return
        yield body[:4], body[4:]
        position += 12 + length


def _header(data: bytes, wanted: tuple[int, int]) -> _Header:
    if len(data) != 13:
        raise Unreadable("is damaged: its header has the wrong length")
    width, height, depth, colour, compression, filters, interlace = struct.unpack(">IIBBBBB", data)
    if colour not in _DEPTHS or depth not in (1, 2, 4, 8, 16) or compression or filters or interlace > 1:
        raise Unreadable("is damaged: its header makes no sense")
    require_size((height, width), wanted)
    if depth not in _DEPTHS[colour]:
        raise Unreadable(f"has {depth} bits a channel; 8 are read")
    if interlace:
        raise Unreadable("is interlaced; save it without")
    return _Header(height=height, width=width, depth=depth, colour=colour)


def _unpacked(packed: bytes, header: _Header) -> np.ndarray:
    """Filter byte and bytes of each row, (height, 1 + row_bytes); never more than that is unpacked."""
    size = header.height * (1 + header.row_bytes)
    try:
        rows = zlib.decompressobj().decompress(packed, size + 1)
    except zlib.error as error:
        raise Unreadable("is damaged: its pixels cannot be unpacked") from error
    if len(rows) != size:
        raise Unreadable("is damaged: its pixels are too many or too few")
    return np.frombuffer(rows, np.uint8).reshape(header.height, 1 + header.row_bytes)


def _unfiltered(rows: np.ndarray, header: _Header) -> np.ndarray:
    """Section 9 of the standard: each row adds to its bytes a prediction from the left and from above."""
    result = np.empty((header.height, header.row_bytes), np.uint8)
    above = np.zeros(header.row_bytes, np.uint8)
    for index, row in enumerate(rows):
        result[index] = above = _unfiltered_row(int(row[0]), row[1:], above, header.pixel_bytes)
    return result


def _unfiltered_row(kind: int, row: np.ndarray, above: np.ndarray, reach: int) -> np.ndarray:
    sums: np.ndarray
    match kind:
        case 0:
            return row
        case 1:
            sums = np.cumsum(row.reshape(-1, reach), axis=0, dtype=np.uint8).reshape(-1)
            return sums
        case 2:
            sums = row + above
            return sums
        case 3 | 4:
            return _predicted_row(kind, row.tolist(), above.tolist(), reach)
        case _:
            raise Unreadable(f"is damaged: filter {kind}")


def _predicted_row(kind: int, row: list[int], above: list[int], reach: int) -> np.ndarray:
    """Filters average (3) and Paeth (4), where each byte needs the one before."""
    done = [0] * reach
    corner = [0] * reach + above
    for index, value in enumerate(row):
        left, up = done[index], above[index]
        predicted = (left + up) // 2 if kind == 3 else _paeth(left, up, corner[index])
        done.append((value + predicted) & 255)
    return np.array(done[reach:], np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    return min((left, up, corner), key=lambda neighbour: abs(estimate - neighbour))


def _samples(rows: np.ndarray, header: _Header) -> np.ndarray:
    """(height, width, channels) of packed rows; samples of fewer than 8 bits begin at the high bit."""
    if header.depth == 8:
        return rows.reshape(header.height, header.width, _CHANNELS[header.colour])
    bits = np.unpackbits(rows, axis=1)[:, : header.width * header.depth]
    weights = 1 << np.arange(header.depth - 1, -1, -1)
    values: np.ndarray = (bits.reshape(header.height, header.width, header.depth) @ weights).astype(np.uint8)
    return values[..., None]


def _coloured(indices: np.ndarray, palette: bytes) -> np.ndarray:
    if len(palette) % 3 or int(indices.max()) >= len(palette) // 3:
        raise Unreadable("is damaged: a pixel has a colour that its palette lacks")
    colours: np.ndarray = np.frombuffer(palette, np.uint8).reshape(-1, 3)[indices]
    return colours
