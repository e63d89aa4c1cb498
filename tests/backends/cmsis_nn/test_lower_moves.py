"""Which pads, concatenations and transposed axes the library does: those that it does not do slower."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.cmsis_nn.moves import matrices
from backends.portable.strided import transposed_layout
from compiler.ir.ops import Concat, Pad, Transpose
from compiler.ir.tensor import Dtype
from tests.backends.cmsis_nn.drawn_layers import layer
from tests.backends.cmsis_nn.lowered import lowered, only_call

PAD = Pad(pads=((1, 2), (3, 4), (0, 0)))


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_pads_and_concatenations_are_the_librarys_on_mve_alone(dtype: Dtype) -> None:
    element = 1 if dtype == "int8" else 2
    pad = layer(PAD, (5, 6, 7), dtype=dtype)
    concat = layer(Concat(axis=1), (5, 6, 7), (5, 1, 7), dtype=dtype)
    call = only_call(pad, "mve")
    assert call.kernel == "protonas_cmsis_pad_s8"
    fields = dict(call.parameters)
    for name, sides in (
        ("input", (1, 5, 42 * element, 1)),
        ("before", (0, 1, 21 * element, 0)),
        ("after", (0, 2, 28 * element, 0)),
    ):
        assert tuple(fields[f"{name}.{side}"] for side in "nhwc") == sides
    calls = lowered(concat, "mve").calls
    assert [call.kernel for call in calls] == ["protonas_cmsis_concatenation_s8"] * 2
    assert [dict(call.parameters)["output_offset"] for call in calls] == [0, 42 * element]
    for graph in (pad, concat):
        assert all("by memcpy, too" in call.fallback for call in lowered(graph, "dsp").calls)


def test_a_border_of_int16_numbers_with_two_different_bytes_is_portable() -> None:
    assert (
        "no single byte"
        in only_call(layer(Pad(pads=((1, 1),), value=0.5), (9,), dtype="int16"), "mve").fallback
    )


def test_rows_too_long_for_the_librarys_counters_are_portable() -> None:
    graph = layer(Concat(axis=0), (300, 200), (50, 200))
    assert all("up to 65535" in call.fallback for call in lowered(graph, "mve").calls)
    assert "up to 9362" in only_call(layer(Transpose(permutation=(1, 0)), (2, 9363)), "dsp").fallback


@pytest.mark.parametrize(
    ("shape", "order", "found"),
    [
        ((3, 5), (1, 0), (1, 3, 5)),
        ((4, 6, 5), (2, 0, 1), (1, 24, 5)),
        ((4, 6, 5), (1, 2, 0), (1, 4, 30)),
        ((4, 6, 5), (0, 2, 1), (4, 6, 5)),
        ((4, 6, 5), (1, 0, 2), None),
        ((4, 6, 5), (2, 1, 0), None),
        ((2, 4, 6, 5), (1, 0, 3, 2), None),
    ],
)
def test_matrices_are_found_among_permutations(
    shape: tuple[int, ...], order: tuple[int, ...], found: tuple[int, int, int] | None
) -> None:
    graph = layer(Transpose(permutation=order), shape)
    program = lowered(graph, "plain")
    (call,) = program.calls
    if found is None:
        assert "no rows and columns" in call.fallback
    else:
        assert call.kernel == "protonas_cmsis_transpose_s8"
        assert tuple(value for _, value in call.parameters) == found
        assert not program.constants


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=4), data=st.data())
def test_what_is_taken_for_matrices_is_transposed_as_by_numpy(shape: list[int], data: st.DataObject) -> None:
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    found = matrices(transposed_layout(Transpose(permutation=order), tuple(shape)))
    if found is not None:
        numbers = np.arange(np.prod(shape))
        expected = numbers.reshape(shape).transpose(order).reshape(-1)
        assert np.array_equal(numbers.reshape(found).transpose(0, 2, 1).reshape(-1), expected)
