"""Which operators of two maps the library does: differences as sums, extremes that broadcast."""

from dataclasses import replace

import pytest

from compiler.ir.graph import Graph
from compiler.ir.ops import Add, Maximum, Minimum, Mul, Sub
from compiler.ir.tensor import Quantization
from tests.backends.cmsis_nn.drawn_layers import layer
from tests.backends.cmsis_nn.lowered import ISAS, only_call

DIFFERENCE = layer(Sub(), (4, 5), (4, 5))


def scaled(graph: Graph, left: float, right: float, output: float) -> Graph:
    names = (*graph.inputs, *graph.outputs)
    found = {
        name: replace(graph.tensors[name], quantization=Quantization(scale=(scale,), zero_point=(-128,)))
        for name, scale in zip(names, (left, right, output), strict=True)
    }
    return replace(graph, tensors=graph.tensors | found)


def test_a_difference_is_a_sum_whose_right_multiplier_is_negative() -> None:
    graph = scaled(DIFFERENCE, 0.5, 0.25, 0.5)
    difference, total = (
        only_call(graph, "dsp"),
        only_call(scaled(layer(Add(), (4, 5), (4, 5)), 0.5, 0.25, 0.5), "dsp"),
    )
    assert difference.kernel == total.kernel == "protonas_cmsis_add_s8"
    ours, theirs = dict(difference.parameters), dict(total.parameters)
    assert ours.pop("right_multiplier") == -theirs.pop("right_multiplier") < 0
    assert ours == theirs
    assert difference.overlaps == total.overlaps != ()


def test_a_difference_with_products_at_halves_is_portable() -> None:
    """A multiplier with seven zeros behind its last bit, as float32 scales over a power of two have: 8 times
    it is halfway between two integers."""
    call = only_call(scaled(DIFFERENCE, 1.0, 1 - 2.0**-24, 1.0), "dsp")
    assert call.kernel == "protonas_sub_s8"
    assert "between two integers" in call.fallback


@pytest.mark.parametrize(("op", "kind"), [(Add(), "add"), (Sub(), "add"), (Mul(), "mul")])
def test_a_row_that_is_repeated_goes_with_each_row_on_mve_alone(op: Add | Sub | Mul, kind: str) -> None:
    graph = layer(op, (4, 5, 3), (1, 1, 3))
    call = only_call(graph, "mve")
    assert call.kernel == f"protonas_cmsis_{kind}_rows_s8"
    assert [path.rsplit("/", 1)[1] for path in call.sources] == [
        f"protonas_cmsis_{kind}_rows_s8.c",
        f"protonas_cmsis_{kind}_s8.c",
    ]
    fields = dict(call.parameters)
    assert (fields["rows"], fields["row.size"]) == (20, 3)
    assert (fields["left_stride"], fields["right_stride"]) == (3, 0)
    flat = dict(only_call(layer(op, (4, 5, 3), (4, 5, 3)), "mve").parameters)
    rows = {name.removeprefix("row."): value for name, value in fields.items() if name.startswith("row.")}
    assert rows | {"size": 60} == flat
    for isa in ISAS[:2]:
        call = only_call(graph, isa)
        assert "cmsis" not in call.kernel
        assert "differ in shape" in call.fallback


def test_a_repeated_left_row_has_no_stride() -> None:
    fields = dict(only_call(layer(Sub(), (3,), (4, 5, 3)), "mve").parameters)
    assert (fields["left_stride"], fields["right_stride"]) == (0, 3)


@pytest.mark.parametrize("op", [Add(), Sub(), Mul()])
@pytest.mark.parametrize("other", [(1,), (4, 5, 1), (4, 1, 3)])
def test_other_broadcasts_are_portable(op: Add | Sub | Mul, other: tuple[int, ...]) -> None:
    for isa in ISAS:
        assert "differ in shape" in only_call(layer(op, (4, 5, 3), other), isa).fallback


def test_shapes_that_differ_in_axes_of_1_alone_are_one_to_the_library() -> None:
    assert only_call(layer(Add(), (1, 5, 3), (5, 3)), "dsp").kernel == "protonas_cmsis_add_s8"


@pytest.mark.parametrize("op", [Maximum(), Minimum()])
@pytest.mark.parametrize(
    ("left", "right", "sides"),
    [
        ((4, 5, 3), (3,), ((1, 1, 20, 3), (1, 1, 1, 3), (1, 1, 20, 3))),
        ((4, 5, 3), (1,), ((1, 1, 1, 60), (1, 1, 1, 1), (1, 1, 1, 60))),
        ((4, 1, 3), (1, 5, 3), ((1, 4, 1, 3), (1, 1, 5, 3), (1, 4, 5, 3))),
        ((1, 5, 1), (4, 5, 3), ((1, 1, 5, 1), (1, 4, 5, 3), (1, 4, 5, 3))),
    ],
)
def test_extremes_that_broadcast_are_maps_of_joined_axes(
    op: Maximum | Minimum,
    left: tuple[int, ...],
    right: tuple[int, ...],
    sides: tuple[tuple[int, ...], ...],
) -> None:
    for isa in ISAS:
        call = only_call(layer(op, left, right), isa)
        assert call.kernel.endswith("um_broadcast_s8")
        fields = dict(call.parameters)
        found = tuple(
            tuple(fields[f"{name}.{side}"] for side in "nhwc") for name in ("left", "right", "output")
        )
        assert found == sides
