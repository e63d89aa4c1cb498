"""The scores on networks small enough to compute by hand, and the pitfalls that were measured."""

from dataclasses import replace

import numpy as np
import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import BatchNorm, GlobalAveragePool, Reshape
from compiler.ir.tensor import Tensor
from compiler.passes.fold_batch_norm import fold_batch_norm
from compiler.passes.fuse_activation import fuse_activation
from compiler.proxies.forward import BATCH, Forward, run_forward
from compiler.proxies.normalize import with_batch_norm
from compiler.proxies.registry import find_proxy, proxies, score_graph
from compiler.reference.float_interpreter import run_float
from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.infeasible import Infeasible

NAMES = ("block_rank", "naswot", "stage_rank")


def network(widths: tuple[int, ...] = (8, 16), resolution: int = 8) -> Graph:
    """conv, batch norm and relu for each width, the second and later with stride 2; global pool; dense."""
    layers: list[Layer] = []

    def add(op: str, **attributes: AttributeValue) -> None:
        source = layers[-1].name if layers else "input"
        layers.append(Layer(name=f"{op}_{len(layers)}", op=op, inputs=(source,), attributes=attributes))

    for index, width in enumerate(widths):
        stride = 2 if index else 1
        window = {"kernel": (3, 3), "stride": (stride, stride), "dilation": (1, 1)}
        add("conv", filters=width, groups=1, padding="same", bias=False, **window)
        add("batch_norm")
        add("relu")
    add("global_average_pool")
    add("dense", units=4, bias=True)
    shape = (resolution, resolution, 3)
    architecture = Architecture(name="n", input_shape=shape, layers=tuple(layers), output=layers[-1].name)
    graph = graph_from_architecture(
        architecture, name="n", encoding=InputEncoding(raw_dtype="int8"), labels=()
    )
    assert not isinstance(graph, Infeasible), graph
    return graph


def forward_of(**values: np.ndarray) -> Forward:
    return Forward(graph=network(), activations=values, blocks=values, seed=1)


def test_the_three_scores_are_found_by_name_and_symbol() -> None:
    assert set(NAMES) <= set(proxies())
    for name, symbol in (("naswot", "w"), ("block_rank", "em"), ("stage_rank", "st")):
        assert find_proxy(name) is find_proxy(symbol) is proxies()[name]
    assert find_proxy("nonsense") is None


def test_naswot_of_codes_by_hand() -> None:
    # Each sample alone switches on its own unit: X X' = I, (1 - X)(1 - X)' = (B - 2) + I.
    codes = np.eye(BATCH)
    expected = np.log(np.linalg.det(2 * np.eye(BATCH) + (BATCH - 2) * np.ones((BATCH, BATCH)))) / BATCH
    assert proxies()["naswot"].function(forward_of(a=codes)) == pytest.approx(expected)


def test_naswot_is_finite_when_all_codes_agree() -> None:
    assert np.isfinite(proxies()["naswot"].function(forward_of(a=np.ones((BATCH, 5)))))


def test_rank_of_independent_channels_is_the_log_of_their_number() -> None:
    signs = np.array([[(n >> c) & 1 for c in range(3)] for n in range(BATCH)]) * 2.0 - 1.0
    block = np.repeat(signs, 2, axis=1).reshape(BATCH, 1, 1, 6)
    assert proxies()["block_rank"].function(forward_of(a=block)) == pytest.approx(np.log(3))


def test_rank_of_a_map_that_never_varies_is_zero() -> None:
    assert proxies()["block_rank"].function(forward_of(a=np.ones((BATCH, 2, 2, 3)))) == 0.0


def test_stage_rank_takes_the_last_block_of_each_resolution() -> None:
    rng = np.random.default_rng(0)
    flat, rich = np.ones((BATCH, 4, 4, 2)), rng.standard_normal((BATCH, 4, 4, 2))
    small = rng.standard_normal((BATCH, 2, 2, 2))
    replaced = proxies()["stage_rank"].function(forward_of(a=flat, b=rich, c=small))
    assert replaced == proxies()["stage_rank"].function(forward_of(b=rich, c=small))
    assert replaced != proxies()["stage_rank"].function(forward_of(a=rich, b=flat, c=small))


def test_only_some_positions_of_a_large_map_are_looked_at() -> None:
    positions = forward_of(a=np.ones((BATCH, 1))).positions(10_000, 2048)
    assert len(positions) == 2048
    assert len(set(positions.tolist())) == 2048
    assert positions.max() < 10_000


def test_same_network_same_score_and_another_seed_another() -> None:
    first, again = score_graph(network(), NAMES, 1), score_graph(network(), NAMES, 1)
    assert first == again
    assert first != score_graph(network(), NAMES, 2)


def test_wider_and_more_varied_networks_score_higher() -> None:
    narrow, wide = score_graph(network((4, 8)), NAMES, 1), score_graph(network((16, 32)), NAMES, 1)
    assert narrow is not None and wide is not None
    assert all(wide[name] > narrow[name] for name in NAMES)


def test_scores_are_finite_where_evaluation_statistics_would_explode() -> None:
    deep = score_graph(network((8,) * 12, resolution=32), NAMES, 1)
    assert deep is not None
    assert all(np.isfinite(score) for score in deep.values())


def test_every_normalized_value_has_the_statistics_of_its_batch() -> None:
    ran = run_forward(network(), 1)
    assert ran is not None
    norms = [node.outputs[0] for node in ran.graph.nodes if isinstance(node.op, BatchNorm)]
    x = np.random.default_rng(3).standard_normal((BATCH, 8, 8, 3)).astype(np.float32) * 50
    for values in run_float(ran.graph, x, batch_statistics=True, keep=norms).values():
        if values.ndim == 4:
            assert values.mean(axis=(0, 1, 2)) == pytest.approx(0.0, abs=1e-4)
            assert values.std(axis=(0, 1, 2)) == pytest.approx(1.0, abs=1e-2)


def test_dead_nodes_change_no_score() -> None:
    graph = network()
    value = graph.nodes[2].outputs[0]
    dead = Node(name="dead", op=GlobalAveragePool(), inputs=(value,), outputs=("dead",))
    shape = graph.tensors[value].shape[-1:]
    with_dead = replace(
        graph, nodes=(*graph.nodes, dead), tensors={**graph.tensors, "dead": Tensor(shape=shape)}
    )
    assert score_graph(with_dead, NAMES, 1) == score_graph(graph, NAMES, 1)


def test_a_disconnected_network_has_no_scores() -> None:
    constant = Node(name="c", op=Reshape(), inputs=("p",), outputs=("y",))
    tensors = {"input": Tensor(shape=(4, 4, 1)), "p": Tensor(shape=(2, 2)), "y": Tensor(shape=(4,))}
    graph = Graph(
        name="g", inputs=("input",), outputs=("y",), nodes=(constant,), tensors=tensors, parameters=("p",)
    )
    assert run_forward(graph, 1) is None
    assert score_graph(graph, NAMES, 1) is None


def test_a_folded_network_is_normalized_again() -> None:
    graph = network()
    folded = fuse_activation(fold_batch_norm(graph))
    assert not any(isinstance(node.op, BatchNorm) for node in folded.nodes)
    norms = [node for node in with_batch_norm(folded).nodes if isinstance(node.op, BatchNorm)]
    assert len(norms) == 2
    assert score_graph(folded, NAMES, 1) == pytest.approx(score_graph(graph, NAMES, 1), rel=1e-4)
