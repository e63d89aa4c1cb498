"""The headers' arithmetic against values worked out by hand, and against the definitions at the extremes."""

import ctypes
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compiler.ir.fixed_point import Multiplier
from tests.runtime_c.kernel_library import INCLUDE, WARNINGS
from tests.runtime_c.oracle import requantize

EXPORTS = """
#include "protonas_clamp.h"
#include "protonas_requantize.h"
#include "protonas_taps.h"
int32_t requantize(int32_t value, int32_t multiplier, int32_t shift);
int32_t requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    return protonas_requantize(value, multiplier, shift);
}
int8_t to_int8(int32_t value, int32_t zero_point, int32_t low, int32_t high);
int8_t to_int8(int32_t value, int32_t zero_point, int32_t low, int32_t high)
{
    return protonas_to_int8(value, zero_point, low, high);
}
protonas_taps taps(int32_t origin, int32_t kernel, int32_t dilation, int32_t size);
protonas_taps taps(int32_t origin, int32_t kernel, int32_t dilation, int32_t size)
{
    return protonas_taps_inside(origin, kernel, dilation, size);
}
"""

INT32 = st.integers(-(2**31), 2**31 - 1)
MANTISSA = st.integers(2**30, 2**31 - 1)


class Taps(ctypes.Structure):
    _fields_ = (("first", ctypes.c_int32), ("count", ctypes.c_int32), ("position", ctypes.c_int32))


@pytest.fixture(scope="module")
def arithmetic(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder: Path = tmp_path_factory.mktemp("arithmetic")
    (folder / "exports.c").write_text(EXPORTS)
    traps = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]
    command = ["gcc", "-std=c11", "-O1", *WARNINGS, *traps, INCLUDE, "-shared", "-fPIC", "exports.c"]
    subprocess.run([*command, "-o", "arithmetic.so"], check=True, cwd=folder)
    library = ctypes.CDLL(str(folder / "arithmetic.so"))
    library.to_int8.restype = ctypes.c_int8
    library.taps.restype = Taps
    return library


@pytest.mark.parametrize(
    ("value", "mantissa", "shift", "expected"),
    [
        (100, 2**30, 0, 50),
        (101, 2**30, 0, 51),  # 50.5 rounds up
        (-101, 2**30, 0, -50),  # -50.5 rounds up in the multiply
        (3, 2**30, 1, 3),
        (-3, 2**30, -1, -1),  # -1.5 becomes -1, then -0.5 away from zero
        (-5, 2**30, -1, -1),  # -2.5 becomes -2, then -1
        (7, 2**30, -2, 1),  # 3.5 becomes 4, then 1
        (5, 2**30, -1, 2),  # 2.5 becomes 3, then 1.5 away from zero: rounding twice
        (1 << 20, 1518500250, -7, 5793),  # 2^20 * 0.70710678 / 2^7 = 5792.6
        (12345, 0, 0, 0),
    ],
)
def test_worked_by_hand(
    arithmetic: ctypes.CDLL, value: int, mantissa: int, shift: int, expected: int
) -> None:
    assert arithmetic.requantize(value, mantissa, shift) == expected
    assert requantize(value, Multiplier(mantissa, shift)) == expected


@given(value=INT32, mantissa=MANTISSA, shift=st.integers(-31, 30))
@example(value=-(2**31), mantissa=2**31 - 1, shift=-1)
@example(value=2**31 - 1, mantissa=2**31 - 1, shift=-1)
@example(value=2**31 - 1, mantissa=2**31 - 1, shift=-31)
@example(value=-(2**31), mantissa=2**30, shift=-31)
def test_any_int32(arithmetic: ctypes.CDLL, value: int, mantissa: int, shift: int) -> None:
    assert arithmetic.requantize(value, mantissa, shift) == requantize(value, Multiplier(mantissa, shift))


@given(
    value=INT32,
    zero_point=st.integers(-128, 127),
    bounds=st.lists(st.integers(-128, 127), min_size=2, max_size=2),
)
def test_clamp_of_any_value(arithmetic: ctypes.CDLL, value: int, zero_point: int, bounds: list[int]) -> None:
    low, high = sorted(bounds)
    expected = min(max(value + zero_point, low), high)
    assert arithmetic.to_int8(value, zero_point, low, high) == expected


@given(
    origin=st.integers(-20, 20), kernel=st.integers(1, 6), dilation=st.integers(1, 4), size=st.integers(1, 10)
)
def test_taps_inside(arithmetic: ctypes.CDLL, origin: int, kernel: int, dilation: int, size: int) -> None:
    inside = [k for k in range(kernel) if 0 <= origin + k * dilation < size]
    taps = arithmetic.taps(origin, kernel, dilation, size)
    assert taps.count == len(inside)
    if inside:
        assert (taps.first, taps.position) == (inside[0], origin + inside[0] * dilation)
    else:
        assert (taps.first, taps.position) == (0, 0)
