import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.report.numbers import (
    bytes_text,
    count_text,
    microjoules_text,
    microseconds_text,
    percent_text,
    quantity_text,
    shape_text,
    significant,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 k"),
        (12_345, "12.3 k"),
        (999_949, "1.00 M"),
        (2_660_000, "2.66 M"),
    ],
)
def test_counts(value: float, text: str) -> None:
    assert count_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (17_600, "17.2 KiB"), (1 << 20, "1.00 MiB")],
)
def test_bytes(value: float, text: str) -> None:
    assert bytes_text(value) == text


def test_times_energies_shares_and_shapes() -> None:
    assert microseconds_text(850) == "850 \N{MICRO SIGN}s"
    assert microseconds_text(116_000.0) == "116 ms"
    assert microseconds_text(2_500_000) == "2.50 s"
    assert microseconds_text(float("nan")) == "\N{EN DASH}"
    assert microjoules_text(1500) == "1.50 mJ"
    assert percent_text(0.98607) == "98.61%"
    assert percent_text(None) == "\N{EN DASH}"
    assert shape_text((8, 8, 16)) == "8 \N{MULTIPLICATION SIGN} 8 \N{MULTIPLICATION SIGN} 16"
    assert quantity_text(0.5, "fraction") == "50.00%"
    assert quantity_text(31.4159, "number") == "31.42"


@given(st.floats(-1e300, 1e300) | st.sampled_from([float("nan"), float("inf"), -float("inf")]))
def test_three_digits_stay_near_the_value(value: float) -> None:
    text = significant(value)
    if text == "\N{EN DASH}":
        assert value != value or abs(value) == float("inf")
    else:
        assert float(text) == pytest.approx(value, rel=0.00501, abs=0)
