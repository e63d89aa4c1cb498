"""Writes PNG files of every kind the format has, by the book, for tests to read."""

import struct
import zlib

import numpy as np

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_rows(
    rows: bytes,
    height: int,
    width: int,
    *,
    colour: int = GREY,
    depth: int = 8,
    extra: bytes = b"",
    flags: int = 0,
) -> bytes:
    """A file around filtered rows; `extra` chunks come before the pixels, `flags` is the interlace method."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, flags)
    packed = zlib.compress(rows)
    parts = [chunk(b"IHDR", header), extra, chunk(b"IDAT", packed[:7]), chunk(b"IDAT", packed[7:])]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def filtered(pixels: np.ndarray, kinds: list[int]) -> bytes:
    """Rows of uint8 pixels (height, width, channels), row i by filter kinds[i], as the standard says."""
    height, width, channels = pixels.shape
    image = pixels.astype(int)
    result = bytearray()
    for y in range(height):
        result.append(kinds[y])
        for x in range(width):
            for c in range(channels):
                left = image[y, x - 1, c] if x else 0
                up = image[y - 1, x, c] if y else 0
                corner = image[y - 1, x - 1, c] if x and y else 0
                result.append((image[y, x, c] - predicted(kinds[y], left, up, corner)) % 256)
    return bytes(result)


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    p = left + up - corner
    pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
    paeth = left if pa <= pb and pa <= pc else up if pb <= pc else corner
    return int([0, left, up, (left + up) // 2, paeth][kind])


def png(pixels: np.ndarray) -> bytes:
    """An unfiltered file of uint8 pixels (height, width, 1 to 4)."""
    height, width, channels = pixels.shape
    colour = {1: GREY, 2: GREY_ALPHA, 3: RGB, 4: RGB_ALPHA}[channels]
    return png_of_rows(filtered(pixels, [0] * height), height, width, colour=colour)


def pgm(pixels: np.ndarray) -> bytes:
    """P5 or P6 of uint8 pixels (height, width, 1 or 3)."""
    height, width, channels = pixels.shape
    return b"P%d\n# a comment\n%d %d\n255\n" % (5 if channels == 1 else 6, width, height) + pixels.tobytes()
