"""Counts and leads of walks by formula equal those found tap by tap, and no size of a map takes long."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from backends.portable.overlap import channel_overlap, pixel_overlap
from backends.portable.walk import Axis, Walk, furthest_lead, taps_inside, taps_spread

AXES = st.builds(
    Axis,
    size=st.integers(1, 9),
    outputs=st.integers(1, 9),
    kernel=st.integers(1, 6),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 5),
    pad=st.integers(0, 12),
)


def _taps(axis: Axis) -> list[list[int]]:
    """Where each window's taps on the map lie."""
    return [
        [
            position
            for tap in range(axis.kernel)
            if 0 <= (position := window * axis.stride - axis.pad + tap * axis.dilation) < axis.size
        ]
        for window in range(axis.outputs)
    ]


@given(AXES)
def test_taps_inside(axis: Axis) -> None:
    assert taps_inside(axis) == sum(map(len, _taps(axis)))


@given(AXES)
def test_taps_spread(axis: Axis) -> None:
    reached = [
        place * axis.stride + tap - axis.pad for place in range(axis.size) for tap in range(axis.kernel)
    ]
    found = taps_spread(axis.size, axis.outputs, axis.kernel, axis.stride, axis.pad)
    assert found == sum(0 <= position < axis.outputs for position in reached)


@settings(max_examples=300)
@given(AXES, AXES, st.integers(1, 7), st.integers(1, 7))
def test_furthest_lead(rows: Axis, columns: Axis, written: int, read: int) -> None:
    pixels = rows.size * columns.size
    first = [
        min((row * columns.size + column for row, column in product(*taps)), default=pixels)
        for taps in product(_taps(rows), _taps(columns))
    ]
    earliest = [min(first[pixel:]) for pixel in range(len(first))]
    leads = [(pixel + 1) * written - reads * read for pixel, reads in enumerate(earliest)]
    assert furthest_lead(Walk(rows=rows, columns=columns), written, read) == max(leads)


def test_no_size_takes_long() -> None:
    """Numbers of maps that no file of any length could hold."""
    huge = Axis(size=2**31 - 1, outputs=2**31 - 1, kernel=2**31 - 1, stride=1, dilation=1, pad=2**30 - 1)
    # each of the outer windows on either side misses one tap more than the one before
    missing = 2 * (2**30 - 1) * 2**30 // 2
    assert taps_inside(huge) == (2**31 - 1) ** 2 - missing
    long = Axis(size=2**31 - 1, outputs=2**31 - 1, kernel=1, stride=1, dilation=1, pad=0)
    flat = Axis(size=1, outputs=1, kernel=1, stride=1, dilation=1, pad=0)
    for walk in (Walk(rows=long, columns=flat), Walk(rows=long, columns=long), Walk(rows=flat, columns=huge)):
        assert pixel_overlap("y", "x", walk, 1, 1) == channel_overlap("y", "x", walk, 1) == ()
    side = Axis(size=8192, outputs=8192, kernel=1, stride=1, dilation=1, pad=0)
    (overlap,) = channel_overlap("y", "x", Walk(rows=side, columns=side), 3)
    assert overlap.lead_bytes == 0
    (overlap,) = pixel_overlap("y", "x", Walk(rows=side, columns=side), 3, 3)
    assert overlap.lead_bytes == 3
