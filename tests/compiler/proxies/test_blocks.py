"""Which values count as block outputs."""

from dataclasses import replace

import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.proxies.blocks import block_outputs
from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.infeasible import Infeasible

CONV: dict[str, AttributeValue] = {
    "kernel": (3, 3), "stride": (1, 1), "dilation": (1, 1), "groups": 1, "padding": "same", "bias": False,
    "filters": 4,
}  # fmt: skip
DENSE: dict[str, AttributeValue] = {"units": 3, "bias": True}


def layer(name: str, *inputs: str, scope: str = "", **attributes: AttributeValue) -> Layer:
    """`name` starts with its operator: conv_a, add_b; `scope` is written a/b/c."""
    op = name.rsplit("_", 1)[0]
    defaults = {"conv": CONV, "dense": DENSE}.get(op, {})
    path = tuple(scope.split("/")) if scope else ()
    return Layer(name=name, op=op, inputs=inputs, attributes={**defaults, **attributes}, scope=path)


def graph_of(*layers: Layer, shape: tuple[int, ...] = (8, 8, 4)) -> Graph:
    architecture = Architecture(name="n", input_shape=shape, layers=layers, output=layers[-1].name)
    encoding = InputEncoding(raw_dtype="int8")
    graph = graph_from_architecture(architecture, name="n", encoding=encoding, labels=())
    assert not isinstance(graph, Infeasible), graph
    return graph


STEM = (layer("conv_s", "input"), layer("batch_norm_s", "conv_s"), layer("relu_s", "batch_norm_s"))
HEAD = (layer("global_average_pool_h", "end"), layer("dense_h", "global_average_pool_h"))


def head(end: str) -> tuple[Layer, ...]:
    return (replace(HEAD[0], inputs=(end,)), HEAD[1])


def test_stem_and_each_block_call_but_not_the_head() -> None:
    graph = graph_of(
        *STEM,
        layer("conv_1", "relu_s", scope="b_1"),
        layer("relu_1", "conv_1", scope="b_1"),
        layer("conv_2", "relu_1", scope="b_2"),
        *head("conv_2"),
    )
    assert block_outputs(graph) == ("relu_s", "relu_1", "conv_2")


def test_coinciding_blocks_count_once() -> None:
    graph = graph_of(*STEM, layer("conv_1", "relu_s", scope="repeat_1/b_1/c_1"), *head("conv_1"))
    assert block_outputs(graph) == ("relu_s", "conv_1")


def test_a_block_inside_a_residual_is_represented_by_the_sum() -> None:
    graph = graph_of(
        *STEM,
        layer("conv_1", "relu_s", scope="residual_1/b_1"),
        layer("add_1", "relu_s", "conv_1", scope="residual_1"),
        *head("add_1"),
    )
    assert block_outputs(graph) == ("relu_s", "add_1")


def test_without_scopes_every_sum_is_a_block() -> None:
    graph = graph_of(
        *STEM,
        layer("conv_1", "relu_s"),
        layer("add_1", "relu_s", "conv_1"),
        layer("conv_2", "add_1"),
        *head("conv_2"),
    )
    assert block_outputs(graph) == ("relu_s", "add_1")


def test_without_scopes_and_sums_every_convolution_is_a_block() -> None:
    graph = graph_of(*STEM, layer("conv_1", "relu_s"), layer("batch_norm_1", "conv_1"), *head("batch_norm_1"))
    assert block_outputs(graph) == ("relu_s", "batch_norm_1")


@pytest.mark.parametrize("scope", ["", "b_1"])
def test_networks_of_vectors_have_blocks_before_their_last_dense(scope: str) -> None:
    graph = graph_of(
        layer("dense_1", "input", scope=scope),
        layer("relu_1", "dense_1", scope=scope),
        layer("dense_2", "relu_1"),
        shape=(16,),
    )
    assert block_outputs(graph) == ("relu_1",)
