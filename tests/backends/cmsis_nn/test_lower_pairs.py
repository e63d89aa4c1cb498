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


@pytest.mark.parametrize("op", [Add(), Sub(), Mul()])
def test_operands_of_two_shapes_are_portable(op: Add | Sub | Mul) -> None:
    call = only_call(layer(op, (4, 5, 3), (1, 1, 3)), "dsp")
    assert "cmsis" not in call.kernel
    assert "differ in shape" in call.fallback


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
