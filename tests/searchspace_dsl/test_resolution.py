"""An input whose size is decided, and what is measured of values."""

from collections.abc import Callable

import numpy as np
import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.errors import SpecError
from searchspace_dsl.load import load_text
from searchspace_dsl.shapes import infer_shapes

HEAD = "global_average_pool -> dense(classes) }"


def spec(sides: str, rest: str = "resize bilinear", before: str = "", body: str = "conv(4, 3)") -> str:
    task = f"task classification {{ input [{sides}] uint8 {rest} classes 10 }}"
    return f"{before}\n{task}\narch a {{ {body} {HEAD}"


def test_the_resolution_is_a_decision_of_each_network() -> None:
    loaded = load_text(spec("r, r, 3", before="r = choose 32..96 step 32"), "r.nas")
    assert (loaded.task.input_shape, loaded.task.resize) == ((96, 96, 3), "bilinear")
    assert loaded.space.size().count == 3
    for side in (32, 64, 96):
        network = loaded.space.elaborate(loaded.space.encode({"r": side}))
        assert isinstance(network, Architecture)
        assert network.input_shape == (side, side, 3)
        shapes = infer_shapes(network)
        assert isinstance(shapes, dict) and shapes["conv_1"] == (side, side, 4)


def test_sides_are_expressions_and_decided_in_place() -> None:
    text = spec("choose {24, 32}, round(48 * w, 8), 1", before="w = choose 0.5..1.0")
    space = load_text(text, "r.nas").space
    assert [decision.name for decision in space.decisions] == ["w", "input.height"]
    network = space.elaborate(space.encode({"w": 0.7, "input.height": 32}))
    assert isinstance(network, Architecture) and network.input_shape == (32, 32, 1)
    assert space.input_shape == (32, 48, 1)
    for seed in range(20):
        member = space.sample(np.random.default_rng(seed))
        assert space.active(member).all()


def test_a_named_side_is_no_decision_and_data_of_any_size_may_be_resized() -> None:
    assert load_text(spec("side, side, 3", "", before="side = 20 * 2"), "r.nas").task.input_shape == (
        40,
        40,
        3,
    )
    loaded = load_text(spec("40, 40, 3", "resize nearest"), "r.nas")
    assert (loaded.task.input_shape, loaded.task.resize) == ((40, 40, 3), "nearest")


def test_a_series_may_have_a_decided_length() -> None:
    space = load_text(spec("choose {50, 100}, 6"), "r.nas").space
    assert space.input_shape == (100, 6)


def test_architectures_share_the_resolution() -> None:
    text = spec("r, r, 1", before="r = choose {8, 16}") + f" arch b {{ relu {HEAD}"
    assert load_text(text, "r.nas").space.size().count == 4


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (spec("r, r, 3", "", "r = choose 8..9"), (2, 29), "the size of the input is decided, so the task"),
        (spec("r, r, r", before="r = 8"), (2, 36), "the last number of an input, its channels, is"),
        (spec("r, 8, 3", before="r = choose 0..9"), (2, 30), "a side of the input is a number from 1"),
        (spec("same, 8, 3"), (2, 30), "a side of the input is a number from 1 to 65536, not a word"),
        (spec("8, 8, 3", "resize cubic"), (2, 52), "data cannot be resized by `cubic`"),
        (spec("r, r, 3", before="r = choose 8..9000"), (2, 29), "an input of 243000000 numbers; at most"),
        (spec("r, r, 3", before="s = 3"), (2, 30), "nothing is called `r` here"),
    ],
)  # fmt: skip
def test_mistakes_stand_where_they_are(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(SpecError) as raised:
        load_text(text, "r.nas")
    found = raised.value.diagnostics[0]
    assert ((found.span.line, found.span.column), found.message[: len(message)]) == (place, message)


def test_values_are_measured_where_they_are_named(network_of: Callable[..., Architecture]) -> None:
    block = "block half() { conv(channels(input) / 2, 1) conv(height(input) * width(input), 1) }"
    network = network_of("conv(12, 3, stride = [2, 1]) as x half half conv(channels(x), 1)", block)
    filters = [layer.attributes["filters"] for layer in network.layers[:-2]]
    assert filters == [12, 6, 32, 16, 32, 12]


def test_a_series_is_one_wide_and_a_vector_is_all_channels(network_of: Callable[..., Architecture]) -> None:
    network = network_of(
        "reshape([16, 4]) as s conv(height(s) + width(s), 1) flatten as v dense(channels(v) / height(v))"
        "reshape([8, 34, 1])"
    )
    assert network.layers[1].attributes["filters"] == 17
    assert network.layers[3].attributes["units"] == 272


def test_a_chain_used_twice_is_measured_twice(network_of: Callable[..., Architecture]) -> None:
    block = "block twice(op) { op -> op }  block wider() { conv(channels(input) * 2 + 1, 1) }"
    network = network_of("twice(wider)  w = wider -> relu  w -> w", block)
    filters = [layer.attributes["filters"] for layer in network.layers if layer.op == "conv"]
    assert filters == [3, 7, 15, 31]


@pytest.mark.parametrize(
    "body",
    [
        "require channels(input) < 3 relu", "repeat channels(input) % 3 { relu }",
        "l = [1, 2] conv(l[channels(input) % 2], 3)",
    ],
)  # fmt: skip
def test_shapes_decide_nothing(body: str) -> None:
    with pytest.raises(SpecError, match="a shape is known only once a network is built"):
        load_text(spec("8, 8, 1", body=body), "r.nas")
