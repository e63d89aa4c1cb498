"""Branches that are `none`: what they leave out, and NAS-Bench-201's cell, whose edges may be."""

from collections.abc import Callable

import numpy as np
import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.shapes import infer_shapes
from searchspace_dsl.space import SearchSpace

CELLS = """
task classification { input [32, 32, 3] uint8 classes 10 }
block edge(c) {
    choose {
        none, skip, relu -> conv(c, 1) -> batch_norm, relu -> conv(c, 3) -> batch_norm,
        average_pool(3, stride = 1, padding = same)
    }
}
tied block cell(c) {
    edge(c) as a
    add(input -> edge(c), a -> edge(c)) as b
    add(input -> edge(c), a -> edge(c), b -> edge(c))
}
arch bench {
    conv(16, 3) -> batch_norm
    repeat 5 { cell(16) }
    residual { conv(32, 3, stride = 2) -> batch_norm }
    repeat 5 { cell(32) }
    global_average_pool -> dense(classes)
}
"""


def ops(network: Architecture | Infeasible) -> list[str]:
    assert isinstance(network, Architecture), network
    return [layer.op for layer in network.layers]


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("conv(4, 3) -> add(skip, none)", ["conv"]),
        ("conv(4, 3) -> add(none -> relu -> conv(4, 1), skip, relu)", ["conv", "relu", "add"]),
        ("conv(4, 3) -> concat(none, relu)", ["conv", "relu"]),
        ("conv(4, 3) -> residual { none -> relu }", ["conv"]),
        ("conv(4, 3) as x none add(skip, x)", ["conv"]),
        ("conv(4, 3) as x relu -> sigmoid as unread input -> relu6", ["relu6"]),
        ("add(mul(none, relu), tanh)", ["tanh"]),
        ("conv(4, 1) as x none -> conv(8 / channels(x), 1) -> add(skip, x)", ["conv"]),
    ],
)  # fmt: skip
def test_none_and_what_nobody_reads_leave_no_layer(
    network_of: Callable[..., Architecture], body: str, left: list[str]
) -> None:
    network = network_of(body)
    assert ops(network)[:-2] == left
    assert not isinstance(infer_shapes(network), Infeasible)


def test_names_have_no_gaps(network_of: Callable[..., Architecture]) -> None:
    network = network_of("conv(4, 3) as x conv(8, 3) as unread x -> conv(2, 3)")
    assert [layer.name for layer in network.layers[:2]] == ["conv_1", "conv_2"]
    assert network.layers[1].inputs == ("conv_1",)


def test_a_network_that_none_cuts_is_infeasible(space_of: Callable[..., SearchSpace]) -> None:
    space = space_of("choose { none, relu }")
    cut, whole = space.elaborate(np.array([0.0])), space.elaborate(np.array([1.0]))
    assert cut == Infeasible(
        "shape", "net is disconnected: a `none` is on every way from its input to its output"
    )
    assert isinstance(whole, Architecture)


def test_nas_bench_201_has_15625_members_and_dead_edges_leave_nothing() -> None:
    space = load_text(CELLS, "bench.nas").space
    assert (space.size().count, space.size().exact) == (15_625, True)
    rng = np.random.default_rng(0)
    found = [space.elaborate(space.sample(rng)) for _ in range(200)]
    for network in found:
        if isinstance(network, Architecture):
            read = {network.output} | {name for layer in network.layers for name in layer.inputs}
            assert {layer.name for layer in network.layers} <= read
            assert "none" not in ops(network)
    assert 0 < sum(isinstance(network, Infeasible) for network in found) < 100


def test_edges_named_none_make_a_cell_of_what_is_left() -> None:
    space = load_text(CELLS, "bench.nas").space
    # skip to the output from the input; all else none: the cells vanish
    edges = dict(zip([decision.name for decision in space.decisions], ["none"] * 6, strict=True))
    straight = space.decisions[3].name
    network = space.elaborate(space.encode(edges | {straight: "skip"}))
    assert ops(network) == [
        "conv", "batch_norm", "conv", "batch_norm", "conv", "batch_norm", "add",
        "global_average_pool", "dense",
    ]  # fmt: skip
