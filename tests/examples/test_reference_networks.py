"""Networks that others published are members of the examples: same multiplies, same weights."""

from collections.abc import Callable, Mapping

import pytest

from compiler.ir.count import count_macs
from compiler.ir.graph import Graph

SMALL = {"ds_cnn.depthwise_separable.stride": 1, "count": 3}
GraphOf = Callable[[str, Mapping[str, object]], Graph]


def weights(graph: Graph) -> int:
    """Of convolutions and dense layers; no biases, no batch norm."""
    return sum(graph.tensors[name].elements for name in graph.parameters if name.endswith("/weight"))


@pytest.mark.parametrize(
    ("name", "decisions", "macs", "weight_count"),
    [
        ("resnet8_cifar", {"width": 16, "count": 0, "kernel": 3}, 12_501_632, 77_360),
        ("mobilenet_v1_vww", {"width": 0.25, "count": 5, "kernel": 3}, 7_489_664, 208_112),
        ("fc_autoencoder_ad", {"width": 128, "depth": 3, "units": 8}, 264_192, 264_192),
        (
            "kws_ds_cnn",
            {"filters": 64, "window": (10, 4), "stride": (2, 2), "kernel": 3, **SMALL},
            2_656_768,
            22_016,
        ),
    ],
)  # fmt: skip
def test_the_networks_of_mlperf_tiny_are_members(
    name: str, decisions: Mapping[str, object], macs: int, weight_count: int, graph_of: GraphOf
) -> None:
    graph = graph_of(name, decisions)
    assert (count_macs(graph), weights(graph)) == (macs, weight_count)


@pytest.mark.parametrize(
    ("filters", "repeats", "operations"),
    [(172, 3, 19.8e6), (276, 4, 56.9e6)],
    ids=["M", "L"],
)
def test_hello_edge_networks_cost_what_its_table_says(
    filters: int, repeats: int, operations: float, graph_of: GraphOf
) -> None:
    decisions = {
        "filters": filters,
        "window": (10, 4),
        "stride": (2, 1),
        "ds_cnn.depthwise_separable.stride": 2,
    }
    graph = graph_of("kws_ds_cnn", {**decisions, "count": repeats, "kernel": 3})
    assert 2 * count_macs(graph) == pytest.approx(operations, rel=0.01)
