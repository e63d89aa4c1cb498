from itertools import pairwise

from hypothesis import assume, example, given
from hypothesis import strategies as st

from compiler.report.axes import Scale, bottom_ticks, scale_of, ticks
from compiler.report.labels import text_box
from compiler.report.view import Quantity

QUANTITIES = st.sampled_from(["number", "count", "bytes", "fraction", "microseconds", "microjoules"])
VALUES = st.lists(st.floats(0, 1e9).filter(lambda v: v == 0 or v > 1e-3), min_size=1, max_size=20)


@given(values=VALUES, quantity=QUANTITIES, logarithmic=st.booleans())
def test_ticks_are_few_apart_and_on_the_axis(
    values: list[float], quantity: Quantity, logarithmic: bool
) -> None:
    scale = scale_of(values, start=400.0, end=20.0, logarithmic=logarithmic)
    found = ticks(scale, quantity)
    assert len(found) <= 14
    assert len({tick.text for tick in found}) == len(found)
    places = [tick.at for tick in found]
    assert all(20.0 <= place <= 400.0 for place in places)
    assert all(first - second >= 12 for first, second in pairwise(places))


@given(values=VALUES, quantity=QUANTITIES, logarithmic=st.booleans())
@example(values=[0.5], quantity="count", logarithmic=False)
def test_texts_along_the_bottom_keep_apart(
    values: list[float], quantity: Quantity, logarithmic: bool
) -> None:
    found = bottom_ticks(scale_of(values, start=64.0, end=446.0, logarithmic=logarithmic), quantity)
    assert found
    boxes = [text_box(tick.text, tick.at, 0.0) for tick in found]
    assert not any(left.meets(right) for left, right in pairwise(boxes))


@given(base=st.floats(0, 1e12), spread=st.floats(1e-3, 10))
def test_ticks_of_values_close_together_differ(base: float, spread: float) -> None:
    assume(base + spread > base * (1 + 1e-9))
    found = ticks(scale_of([base, base + spread], start=400.0, end=20.0), "number")
    assert len({tick.text for tick in found}) == len(found) >= 2


@given(values=VALUES)
def test_every_value_is_on_the_canvas(values: list[float]) -> None:
    scale = scale_of(values, start=60.0, end=500.0)
    assert all(60.0 <= scale.at(value) <= 500.0 for value in values)


@given(values=VALUES)
def test_costs_over_decades_are_drawn_logarithmically(values: list[float]) -> None:
    assume(min(values) > 0)
    scale = scale_of(values, start=0.0, end=100.0, logarithmic=True)
    assert scale.logarithmic == (max(values) > 20 * min(values))


def texts(scale: Scale, quantity: Quantity) -> list[str]:
    return [tick.text for tick in ticks(scale, quantity)]


def test_round_values_with_units() -> None:
    kibibytes = scale_of([0.0, 20_000.0], start=0.0, end=100.0)
    assert [tick.text for tick in ticks(kibibytes, "bytes")] == [
        "0 KiB",
        "5 KiB",
        "10 KiB",
        "15 KiB",
        "20 KiB",
    ]
    percents = scale_of([0.9, 0.98], start=0.0, end=100.0)
    assert texts(percents, "fraction") == ["90%", "92%", "94%", "96%", "98%"]
    decades = scale_of([30_000.0, 2_000_000.0], start=0.0, end=100.0, logarithmic=True)
    assert texts(decades, "count") == [
        "50 k",
        "100 k",
        "200 k",
        "500 k",
        "1 M",
        "2 M",
    ]


def test_one_value_has_an_axis_too() -> None:
    assert ticks(scale_of([7.0], start=0.0, end=100.0))
    assert ticks(scale_of([], start=0.0, end=100.0))
