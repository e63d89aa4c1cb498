from math import prod

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.frontends.onnx.layout import Layout, best_order, channels_last, moved_runs, stored


def _memory(layout: Layout, array: np.ndarray) -> np.ndarray:
    """The elements of an ONNX array in the order in which a layout stores them."""
    atoms = array.reshape([layout.sizes[atom] for atom in layout.logical])
    place = {atom: index for index, atom in enumerate(layout.logical)}
    return atoms.transpose([place[atom] for atom in layout.storage]).ravel()


def _numbered(shape: tuple[int, ...]) -> np.ndarray:
    return np.arange(prod(shape)).reshape(shape)


_SHAPES = st.lists(st.sampled_from([1, 1, 2, 3, 4, 6]), min_size=1, max_size=4).map(tuple)


def test_a_flattened_map_stays_where_it_is() -> None:
    layout = stored((1, 3, 4, 5), channels_last((1, 3, 4, 5)))
    flat = layout.reshaped((1, 60))
    assert flat is not None
    memory = _memory(layout, _numbered((1, 3, 4, 5)))
    assert (_memory(flat, _numbered((1, 60))) == memory).all()


def test_shuffled_channels_need_one_transpose_of_four_axes() -> None:
    layout = stored((1, 6, 4, 4), channels_last((1, 6, 4, 4)))
    split = layout.reshaped((1, 2, 3, 4, 4))
    assert split is not None
    joined = split.transposed((0, 2, 1, 3, 4)).reshaped((1, 6, 4, 4))
    assert joined is not None
    assert moved_runs(joined, (2, 3, 1)) == ((16, 2, 3), (0, 2, 1))


def test_an_axis_across_pieces_that_lie_apart_is_refused() -> None:
    layout = stored((1, 4, 9), channels_last((1, 4, 9)))
    assert layout.reshaped((1, 6, 6)) is None
    assert stored((1, 4, 9), (1, 2)).reshaped((1, 6, 6)) is not None


@settings(max_examples=200)
@given(shape=_SHAPES, data=st.data())
def test_transposes_and_reshapes_say_where_every_element_lies(
    shape: tuple[int, ...], data: st.DataObject
) -> None:
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    layout, array = stored(shape, order), _numbered(shape)
    memory = _memory(layout, array)
    for _ in range(data.draw(st.integers(1, 4))):
        if data.draw(st.booleans()):
            permutation = tuple(data.draw(st.permutations(range(array.ndim))))
            layout, array = layout.transposed(permutation), array.transpose(permutation)
        else:
            wanted = data.draw(_regrouped(array.shape))
            seen = layout.reshaped(wanted)
            if seen is None:
                continue
            layout, array = seen, array.reshape(wanted)
        assert layout.shape == array.shape
        assert (_memory(layout, array) == memory).all()
    sizes, moved = moved_runs(layout, best_order(layout))
    wanted_memory = array.transpose((*_left_out(layout), *best_order(layout))).ravel()
    assert (memory.reshape(sizes).transpose(moved).ravel() == wanted_memory).all()


def _left_out(layout: Layout) -> tuple[int, ...]:
    return tuple(axis for axis in range(len(layout.dims)) if axis not in best_order(layout))


@st.composite
def _regrouped(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Another shape of as many elements."""
    left, sizes = prod(shape), []
    while left > 1:
        divisors = [size for size in range(2, left + 1) if left % size == 0]
        sizes.append(draw(st.sampled_from(divisors)))
        left //= sizes[-1]
    place = draw(st.integers(0, len(sizes)))
    return (*sizes[:place], 1, *sizes[place:])
