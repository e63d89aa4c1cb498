"""Decodes binary PGM and PPM, the formats that a camera driver's debug code writes in three lines."""

import re

import numpy as np

from compiler.data.unreadable import Unreadable, require_size

_SPACE = rb"(?:\s|#[^\n]*\n)+"
_HEADER = re.compile(rb"P([56])" + _SPACE + rb"(\d{1,9})" + _SPACE + rb"(\d{1,9})" + _SPACE + rb"(\d{1,5})\s")
_MOST_HEADER_BYTES = 4096


def decode_netpbm(content: bytes, wanted: tuple[int, int]) -> np.ndarray:
    """uint8 (height, width, 1 for P5 or 3 for P6), values as stored: netpbm.sourceforge.net/doc/pgm.html.

    Unreadable where it is damaged, has more than 8 bits, or another height and width than `wanted`.
    """
    header = _HEADER.match(content[:_MOST_HEADER_BYTES])
    if header is None:
        raise Unreadable("is no binary PGM (P5) or PPM (P6) file")
    kind, width, height, largest = (int(group) for group in header.groups())
    require_size((height, width), wanted)
    if not 1 <= largest <= 255:
        raise Unreadable(f"has values up to {largest}; at most 255 is read")
    channels = 1 if kind == 5 else 3
    pixels = content[header.end() : header.end() + height * width * channels]
    if len(pixels) < height * width * channels:
        raise Unreadable("is cut short")
    return np.frombuffer(pixels, np.uint8).reshape(height, width, channels)
