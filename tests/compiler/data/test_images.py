import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from compiler.data.netpbm import decode_netpbm
from compiler.data.png import decode_png
from compiler.data.unreadable import Unreadable
from tests.compiler.data.pictures import GREY, PALETTE, RGB, chunk, filtered, pgm, png, png_of_rows

PIXELS = npst.arrays(np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 7), st.sampled_from([1, 3])))


@given(PIXELS, st.data())
def test_png_of_any_filters_gives_back_its_pixels(pixels: np.ndarray, data: st.DataObject) -> None:
    height, width, channels = pixels.shape
    kinds = data.draw(st.lists(st.integers(0, 4), min_size=height, max_size=height))
    content = png_of_rows(filtered(pixels, kinds), height, width, colour=GREY if channels == 1 else RGB)
    np.testing.assert_array_equal(decode_png(content, (height, width)), pixels)


@given(PIXELS)
def test_netpbm_gives_back_its_pixels(pixels: np.ndarray) -> None:
    height, width, _ = pixels.shape
    np.testing.assert_array_equal(decode_netpbm(pgm(pixels), (height, width)), pixels)


@pytest.mark.parametrize(
    ("depth", "row", "expected"), [(1, 0b10100000, [255, 0, 255]), (2, 0b00011000, [0, 85, 170])]
)
def test_greys_of_few_bits_are_spread(depth: int, row: int, expected: list[int]) -> None:
    content = png_of_rows(bytes([0, row]), 1, 3, depth=depth)
    assert decode_png(content, (1, 3)).ravel().tolist() == expected


def test_a_palette_of_four_bits() -> None:
    colours = bytes([1, 2, 3, 4, 5, 6, 7, 8, 9])
    content = png_of_rows(
        bytes([0, 0x20, 0x10]), 1, 3, colour=PALETTE, depth=4, extra=chunk(b"PLTE", colours)
    )
    assert decode_png(content, (1, 3)).tolist() == [[[7, 8, 9], [1, 2, 3], [4, 5, 6]]]


def test_alpha_that_hides_nothing_goes() -> None:
    pixels = np.full((2, 2, 4), 255, np.uint8)
    pixels[..., :3] = 7
    assert decode_png(png(pixels), (2, 2)).tolist() == [[[7] * 3] * 2] * 2


ROWS = bytes(2 * 4)
WRONG = {
    "text": (b"hello", "is no PNG file"),
    "cut short": (png_of_rows(ROWS, 2, 3)[:-5], "is cut short"),
    "a wrong checksum": (png_of_rows(ROWS, 2, 3).replace(b"IDAT", b"IDAU", 1), "a checksum is wrong"),
    "another size": (png_of_rows(bytes(20), 4, 4), "is 4 pixels high and 4 wide; the task's input is 2 by 3"),
    "a bomb": (png_of_rows(bytes(10**7), 2, 3), "its pixels are too many or too few"),
    "too few pixels": (png_of_rows(ROWS[:-1], 2, 3), "its pixels are too many or too few"),
    "a size nobody has": (png_of_rows(ROWS, 2**31 - 1, 2**31 - 1), "the task's input is 2 by 3"),
    "16 bits": (png_of_rows(bytes(14), 2, 3, depth=16), "has 16 bits a channel; 8 are read"),
    "interlaced": (png_of_rows(ROWS, 2, 3, flags=1), "is interlaced"),
    "an unknown filter": (png_of_rows(bytes([9]) * 8, 2, 3), "filter 9"),
    "an unknown colour": (png_of_rows(ROWS, 2, 3, colour=5), "its header makes no sense"),
    "a colour that is transparent": (png_of_rows(ROWS, 2, 3, extra=chunk(b"tRNS", b"\0\0")), "transparent"),
    "transparency": (png(np.zeros((2, 3, 4), np.uint8)), "transparent"),
    "no palette": (png_of_rows(ROWS, 2, 3, colour=PALETTE), "a colour that its palette lacks"),
    "no pixels": (png_of_rows(b"", 2, 3), "its pixels are too many or too few"),
    "a short header": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"") + chunk(b"IEND", b""), "wrong length"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_png(name: str) -> None:
    content, message = WRONG[name]
    with pytest.raises(Unreadable, match=message):
        decode_png(content, (2, 3))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"P2\n3 2\n255\n0 0 0 0 0 0\n", "no binary PGM"),
        (b"P5\n3 2\n65535\n" + bytes(12), "up to 65535"),
        (b"P5 3 2 0\n" + bytes(6), "up to 0"),
        (b"P5 3 2 255\n" + bytes(5), "cut short"),
        (b"P5 999999999 999999999 255\n", "is 999999999 pixels high"),
        (b"P5" + b" " * 10_000, "no binary PGM"),
        (b"", "no binary PGM"),
    ],
)
def test_what_is_wrong_with_a_pgm(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        decode_netpbm(content, (2, 3))


@given(st.data())
def test_damage_never_ends_in_another_error(data: st.DataObject) -> None:
    """With checksums made right again, so that what lies behind them is reached."""
    rows = filtered(np.arange(18, dtype=np.uint8).reshape(2, 3, 3), [4, 3])
    content = bytearray(png_of_rows(rows, 2, 3, colour=RGB))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    position = 8
    while position + 12 <= len(content):
        length = struct.unpack_from(">I", content, position)[0]
        if position + 12 + length > len(content):
            break
        checked = bytes(content[position + 4 : position + 8 + length])
        struct.pack_into(">I", content, position + 8 + length, zlib.crc32(checked))
        position += 12 + length
    try:
        assert decode_png(bytes(content), (2, 3)).shape in ((2, 3, 1), (2, 3, 3))
    except Unreadable as error:
        assert "\n" not in str(error)
