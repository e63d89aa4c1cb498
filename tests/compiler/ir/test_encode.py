import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.ir.encode import encode_input, encoded_interval, quantize_input, quantize_real, round_half_away
from compiler.ir.tensor import Quantization
from searchspace_dsl.encoding import InputEncoding

FLOATS = st.floats(-(2.0**20), 2.0**20, width=32)


def test_encoding_is_float32_at_every_step() -> None:
    encoding = InputEncoding(raw_dtype="uint8", mean=(0.1,), std=(0.3,))
    raw = np.arange(256, dtype=np.uint8).reshape(-1, 1)
    found = encode_input(raw, encoding)
    assert found.dtype == np.float32
    for value, x in zip(raw.ravel(), found.ravel(), strict=True):
        assert x == np.float32(np.float32(value) - np.float32(0.1)) / np.float32(0.3)


def test_each_channel_has_its_own_mean_and_std() -> None:
    encoding = InputEncoding(raw_dtype="uint8", mean=(1.0, 2.0), std=(1.0, 4.0))
    raw = np.full((2, 3, 3, 2), 10, np.uint8)
    found = encode_input(raw, encoding)
    assert found.shape == raw.shape
    assert (found[..., 0] == 9).all() and (found[..., 1] == 2).all()


def test_no_encoding_is_the_raw_values() -> None:
    raw = np.array([[1, -2]], np.int16)
    assert encode_input(raw, None).tolist() == [[1.0, -2.0]]


@settings(max_examples=300)
@given(FLOATS)
def test_rounding_is_half_away_from_zero(value: float) -> None:
    found = round_half_away(np.array([value, np.trunc(value) + 0.5], np.float32))
    expected = [
        np.copysign(np.floor(abs(np.float64(x)) + 0.5), x) for x in (value, np.float32(np.trunc(value) + 0.5))
    ]
    assert found.tolist() == expected


def test_the_largest_float_below_a_half_rounds_to_zero() -> None:
    below = np.nextafter(np.float32(0.5), np.float32(0))
    assert round_half_away(np.array([below, -below, 0.5, -0.5], np.float32)).tolist() == [0, 0, 1, -1]


def test_quantizing_saturates_whatever_it_is_given() -> None:
    types = Quantization(scale=(0.5,), zero_point=(3,))
    values = np.array([np.inf, -np.inf, 1e30, -1e30, np.nan, 0.25, -0.25, 0.2], np.float32)
    assert quantize_real(values, types).tolist() == [127, -128, 127, -128, 3, 4, 2, 3]


def test_an_eight_bit_image_is_only_shifted() -> None:
    encoding = InputEncoding(raw_dtype="uint8", std=(255.0,))
    types = Quantization(scale=(float(np.float32(1 / 255)),), zero_point=(-128,))
    raw = np.arange(256, dtype=np.uint8).reshape(-1, 1)
    assert quantize_input(raw, encoding, types).ravel().tolist() == list(range(-128, 128))


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        (InputEncoding(raw_dtype="uint8"), (0.0, 255.0)),
        (InputEncoding(raw_dtype="int8", mean=(-128.0,), std=(255.0,)), (0.0, 1.0)),
        (InputEncoding(raw_dtype="uint8", high=15.0), (0.0, 15.0)),
        (InputEncoding(raw_dtype="int16"), None),
        (InputEncoding(raw_dtype="float32", low=-1.0), None),
        (InputEncoding(raw_dtype="float32", low=-1.0, high=3.0, mean=(1.0,), std=(0.5,)), (-4.0, 4.0)),
        (InputEncoding(raw_dtype="uint8", mean=(0.0, 255.0), std=(255.0, 51.0)), (-5.0, 1.0)),
    ],
)
def test_the_interval_a_network_sees(encoding: InputEncoding, expected: tuple[float, float] | None) -> None:
    assert encoded_interval(encoding) == expected
