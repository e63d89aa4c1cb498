import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backends.portable.broadcast import Axis, broadcast_fields, joined_axes
from backends.portable.reductions import joined_runs


def axes_of(left: tuple[int, ...], right: tuple[int, ...]) -> list[tuple[int, int, int]]:
    return [(axis.size, axis.left_step, axis.right_step) for axis in joined_axes(left, right)]


def test_axes_are_joined_where_both_operands_go_on_evenly() -> None:
    assert axes_of((8, 8, 16), (8, 8, 16)) == [(1024, 1, 1)]
    assert axes_of((8, 8, 16), (16,)) == [(64, 16, 0), (16, 1, 1)]
    assert axes_of((1, 1, 16), (8, 8, 16)) == [(64, 0, 16), (16, 1, 1)]
    assert axes_of((8, 8, 16), ()) == [(1024, 1, 0)]
    assert axes_of((8, 1, 16), (8, 5, 1)) == [(8, 16, 5), (5, 0, 1), (16, 1, 0)]
    assert axes_of((1, 1), (1,)) == [(1, 0, 0)]


def test_fields_are_four_axes_with_those_of_one_index_in_front() -> None:
    fields = dict(broadcast_fields((Axis(size=6, left_step=2, right_step=0),), "", "alpha"))
    assert [fields[f"{axis}_size"] for axis in ("outer", "middle", "inner", "row")] == [1, 1, 1, 6]
    assert fields["alpha_row_step"] == 0 and "left_row_step" not in fields


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=5), data=st.data())
def test_walking_the_axes_reads_what_numpy_reads(shape: list[int], data: st.DataObject) -> None:
    left, right = (tuple(data.draw(st.sampled_from([1, size])) for size in shape) for _ in range(2))
    expected = np.broadcast_arrays(*(np.arange(np.prod(side)).reshape(side) for side in (left, right)))
    axes = joined_axes(left, right)
    index = np.indices([axis.size for axis in axes])
    for side, array in zip(("left_step", "right_step"), expected, strict=True):
        steps = [getattr(axis, side) for axis in axes]
        walked = sum(part * step for part, step in zip(index, steps, strict=True))
        np.testing.assert_array_equal(np.ravel(walked), array.ravel())


def test_runs_of_axes_that_stay_and_that_are_gone() -> None:
    assert joined_runs((8, 4, 16), (0, 1)) == (((16, 1),), ((32, 16),))
    assert joined_runs((3, 4, 5, 6), (1, 3)) == (((3, 120), (5, 6)), ((4, 30), (6, 1)))
    assert joined_runs((3, 1, 5), (0, 2)) == (((1, 0),), ((15, 1),))
