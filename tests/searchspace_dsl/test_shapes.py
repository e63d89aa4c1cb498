"""Pads and output sizes, against a window that is slid by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchspace_dsl.architecture import Architecture, Layer
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.shapes import infer_shapes, layer_pads, layer_shape


def conv(**attributes: object) -> Layer:
    defaults = {
        "filters": 4, "kernel": (1, 1), "stride": (1, 1), "dilation": (1, 1), "groups": 1, "padding": "same",
        "bias": True,
    }  # fmt: skip
    return Layer(name="c", op="conv", inputs=("input",), attributes=defaults | attributes)  # type: ignore[arg-type] # any attribute, right or wrong


def positions(length: int, before: int, after: int, kernel: int, stride: int, dilation: int) -> int:
    """Number of places a window fits, counted one by one."""
    reach = (kernel - 1) * dilation
    return sum(1 for start in range(-before, length + after - reach, stride))


@given(
    st.integers(1, 40),
    st.integers(1, 7),
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from(["same", "valid", "same_upper"]),
)
def test_the_output_is_as_long_as_windows_fit(
    length: int, kernel: int, stride: int, dilation: int, padding: str
) -> None:
    layer = conv(kernel=(kernel, 1), stride=(stride, 1), dilation=(dilation, 1), padding=padding)
    top, left, bottom, right = layer_pads(layer, (length, 3, 2))
    assert (left, right) == (0, 0)
    fits = positions(length, top, bottom, kernel, stride, dilation)
    shape = layer_shape(layer, [(length, 3, 2)])
    if fits == 0:
        assert isinstance(shape, Infeasible) and shape.kind == "shape"
    else:
        assert shape == (fits, 3, 4)
    if padding == "same_upper":
        assert fits == -(-length // stride)
        assert 0 <= bottom - top <= 1


def test_same_is_symmetric_as_in_pytorch() -> None:
    assert layer_pads(conv(kernel=(3, 4), dilation=(2, 1)), (9, 9, 1)) == (2, 2, 2, 2)


def test_same_upper_pads_the_odd_one_below_and_right() -> None:
    layer = conv(kernel=(10, 4), stride=(2, 2), padding="same_upper")
    assert layer_pads(layer, (49, 10, 1)) == (4, 1, 5, 1)


@pytest.mark.parametrize(
    ("layer", "inputs", "reason"),
    [
        (
            conv(groups=3, filters=6),
            [(8, 8, 4)],
            "conv groups 3 divides not both its 4 input channels and 6 filters",
        ),
        (conv(), [(10,)], "conv takes a map, not 10 numbers"),
        (conv(kernel=(3, 3)), [(10, 2)], "conv kernel 3x3, which is two-dimensional, on a 10-step series"),
        (
            Layer(name="a", op="add", inputs=("x", "y")),
            [(4, 4, 2), (4, 4, 3)],
            "add takes equal shapes, not 4x4x2, 4x4x3",
        ),
        (
            Layer(name="a", op="concat", inputs=("x", "y")),
            [(4, 4, 2), (2, 4, 2)],
            "concat of maps that differ in more than channels: 4x4x2, 2x4x2",
        ),
        (
            Layer(name="d", op="dense", inputs=("x",), attributes={"units": 3, "bias": True}),
            [(4, 4, 2)],
            "dense takes a vector, not 4x4x2; put global_average_pool or flatten before it",
        ),
        (
            Layer(name="g", op="global_average_pool", inputs=("x",)),
            [(4,)],
            "global_average_pool takes a map, not 4 numbers",
        ),
        (conv(filters=65_536), [(65_536, 65_536, 1)], "conv makes more than 2147483648 numbers"),
    ],
)
def test_a_misfit_names_the_shapes(layer: Layer, inputs: list[tuple[int, ...]], reason: str) -> None:
    assert layer_shape(layer, inputs) == Infeasible("shape", reason)


def test_mul_takes_one_factor_a_channel() -> None:
    layer = Layer(name="m", op="mul", inputs=("x", "y"))
    assert layer_shape(layer, [(4, 4, 8), (1, 1, 8)]) == (4, 4, 8)
    assert layer_shape(layer, [(4, 4, 8), (8,)]) == (4, 4, 8)
    assert layer_shape(layer, [(4, 8), (1, 8)]) == (4, 8)
    assert isinstance(layer_shape(layer, [(4, 4, 8), (4,)]), Infeasible)


def one(op: str, **attributes: object) -> Layer:
    return Layer(name="x", op=op, inputs=("input",), attributes=attributes)  # type: ignore[arg-type] # any attribute, right or wrong


def growing(kernel: tuple[int, int], stride: tuple[int, int], padding: str) -> Layer:
    return one("transposed_conv", filters=5, kernel=kernel, stride=stride, padding=padding)


@pytest.mark.parametrize(
    ("layer", "given", "made"),
    [
        (growing((3, 3), (2, 2), "same_upper"), (4, 6, 2), (8, 12, 5)),
        (growing((3, 4), (2, 2), "valid"), (4, 6, 2), (9, 14, 5)),
        (growing((4, 1), (2, 1), "valid"), (10, 2), (22, 5)),
        (one("pad", pads=(1, 2, 3, 4)), (4, 6, 2), (8, 12, 2)),
        (one("pad", pads=(1, 0, 3, 0)), (4, 2), (8, 2)),
        (one("upsample", factor=(2, 3)), (4, 6, 2), (8, 18, 2)),
        (one("upsample", factor=(2, 1)), (4, 2), (8, 2)),
        (one("reshape", shape=(1, 1, 8)), (8,), (1, 1, 8)),
        (one("global_max_pool"), (4, 6, 2), (2,)),
        (one("gelu"), (4, 6, 2), (4, 6, 2)),
    ],
)
def test_shapes_of_operators(layer: Layer, given: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert layer_shape(layer, [given]) == made


@pytest.mark.parametrize(
    ("layer", "given", "reason"),
    [
        (one("reshape", shape=(3, 3)), (8,), "reshape to 3x3 of 8 numbers"),
        (one("upsample", factor=(2, 2)), (8,), "upsample takes a map, not 8 numbers"),
        (one("upsample", factor=(2, 2)), (8, 4), "upsample factor 2x2 on a 8-step series"),
    ],
)
def test_misfits_of_operators(layer: Layer, given: tuple[int, ...], reason: str) -> None:
    assert layer_shape(layer, [given]) == Infeasible("shape", reason)


def test_shapes_of_an_architecture_by_name() -> None:
    layers = (conv(stride=(2, 2)), Layer(name="f", op="flatten", inputs=("c",)))
    network = Architecture(name="n", input_shape=(5, 6, 1), layers=layers, output="f")
    assert infer_shapes(network) == {"input": (5, 6, 1), "c": (3, 3, 4), "f": (36,)}
