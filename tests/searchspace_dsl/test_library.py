"""The standard library: each block makes what its comment says, wherever its parameters are decided."""

import re
from pathlib import Path

import numpy as np
import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.ir.verify import verify_graph
from searchspace_dsl.architecture import Architecture
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.parse import parse_text
from searchspace_dsl.shapes import infer_shapes
from searchspace_dsl.syntax import Block

LIBRARY = Path(__file__).parents[2] / "searchspace_dsl" / "library"
FILES = sorted(path.name for path in LIBRARY.glob("*.nas"))
# how a block is called, and the shape (H, W, C) or (T, C) it makes of a map 12x12x8 or a series 64x3
CALLS = {
    "conv_bn_relu(16, choose {1, 3, 5}, stride = choose {1, 2})": {(12, 12, 16), (6, 6, 16)},
    "conv_bn_relu(16, groups = choose {1, 8}, activation = choose { relu6, skip })": {(12, 12, 16)},
    "depthwise_separable(24, choose {3, 5}, stride = 2)": {(6, 6, 24)},
    "squeeze_excite(reduction = choose {2, 4, 16})": {(12, 12, 8)},
    "inverted(16, choose {3, 5}, 2, expansion = choose {1, 3, 6})": {(6, 6, 16)},
    "inverted_residual(choose {8, 16}, squeeze = choose { skip, squeeze_excite })": {
        (12, 12, 8),
        (12, 12, 16),
    },
    "residual_basic(16, kernel = choose {3, 5}, stride = choose {1, 2})": {(12, 12, 16), (6, 6, 16)},
    "residual_bottleneck(choose {8, 32}, reduction = choose {2, 4})": {(12, 12, 8), (12, 12, 32)},
    "fire(choose {16, 64}, squeeze = choose 0.1..0.5)": {(12, 12, 16), (12, 12, 64)},
    "inception_time(choose {4, 32}, bottleneck = choose {1, 32})": {(64, 16), (64, 128)},
}


def networks_of(call: str, count: int) -> list[Architecture]:
    block = call.split("(")[0]
    file = "inverted_residual" if block == "inverted" else block
    shape = "[64, 3]" if block == "inception_time" else "[12, 12, 8]"
    spec = load_text(
        f'import "std/{file}.nas" task classification {{ input {shape} classes 3 }}'
        f"arch a {{ {call} global_average_pool -> dense(classes) }}",
        "test.nas",
    )
    rng = np.random.default_rng(1)
    drawn = [spec.space.elaborate(spec.space.sample(rng)) for _ in range(count)]
    assert all(isinstance(network, Architecture) for network in drawn)
    return [network for network in drawn if isinstance(network, Architecture)]


@pytest.mark.parametrize("call", CALLS)
def test_a_block_makes_the_shapes_it_promises(call: str) -> None:
    made = set()
    for network in networks_of(call, 50):
        shapes = infer_shapes(network)
        assert not isinstance(shapes, Infeasible)
        pooled = next(layer for layer in reversed(network.layers) if layer.op == "global_average_pool")
        made.add(shapes[pooled.inputs[0]])
    assert made == CALLS[call]


@pytest.mark.parametrize("call", CALLS)
def test_a_block_becomes_a_graph(call: str) -> None:
    for network in networks_of(call, 5):
        graph = graph_from_architecture(network, name="a")
        assert isinstance(graph, Graph), graph
        verify_graph(graph)


def test_a_block_costs_what_its_paper_says() -> None:
    def kernels(call: str) -> list[int]:
        """Weights of the convolutions of a block whose input has 8 channels, kernels squared."""
        return [
            layer.attributes["kernel"][0] ** 2 * layer.attributes.get("filters", 1)
            for layer in networks_of(call, 1)[0].layers
            if layer.op in ("conv", "depthwise")
        ]

    assert kernels("inverted_residual(8, kernel = 5)") == [48, 25, 8]
    assert kernels("residual_bottleneck(32, stride = 2)") == [8, 9 * 8, 32, 32]
    assert kernels("residual_basic(8)") == [9 * 8, 9 * 8]
    assert kernels("fire(128)") == [16, 64, 9 * 64]


def test_every_file_is_tested_says_how_it_is_imported_and_has_defaults() -> None:
    tested = " ".join(CALLS)
    for name in FILES:
        text = (LIBRARY / name).read_text(encoding="utf-8")
        assert f'//     import "std/{name}"' in text
        for block in re.findall(r"^block (\w+)", text, re.MULTILINE):
            assert f"{block}(" in tested
            assert re.search(rf"^//     .*\b{block}\(", text, re.MULTILINE), "the comment on top shows a call"


def test_the_language_page_lists_every_block_with_its_parameters() -> None:
    page = (LIBRARY.parents[1] / "docs" / "language.md").read_text(encoding="utf-8")
    for name in FILES:
        row = next(line for line in page.splitlines() if line.startswith(f"| `std/{name}`"))
        for item in parse_text((LIBRARY / name).read_text(encoding="utf-8"), name).items:
            if isinstance(item, Block):
                assert f"`{item.name.name}`" in row
                assert all(parameter.name in row for parameter in item.parameters)
