import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from compiler.errors import InternalError
from compiler.ir.count import count_macs
from compiler.ir.graph import Graph, Node, State
from compiler.ir.print import print_graph
from compiler.ir.states import STATE_MARK, state_buffers
from compiler.ir.tensor import Tensor
from compiler.ir.verify import verify_graph
from compiler.passes.fold_reshape import fold_reshape
from compiler.passes.fuse_activation import fuse_activation
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from tests.compiler.stateful_graphs import Stateful


def sound() -> Graph:
    draft = Stateful(np.random.default_rng(0), (6,))
    draft.delay("x", initial=-3)
    return draft.graph(draft.svdf("delay_0", units=2, rank=2, memory=3))


def test_a_sound_graph_prints_its_states() -> None:
    graph = sound()
    verify_graph(graph)
    text = print_graph(graph)
    assert "  state delay_0/variable: int8[6] (scale 0.0500000007 zero 14) initial -3\n" in text
    assert "  nothing = AssignVariable(delay_0/variable, x) 'node_1'\n" in text
    assert count_macs(graph) == 4 * 6 + 4 * 3


def test_an_lstm_is_sound_and_counted() -> None:
    draft = Stateful(np.random.default_rng(0), (5, 3))
    graph = draft.graph(draft.lstm("x", units=2))
    verify_graph(graph)
    assert count_macs(graph) == 5 * 4 * 2 * (3 + 2)


def change(graph: Graph, node: int, **changes: object) -> Graph:
    nodes = list(graph.nodes)
    nodes[node] = replace(nodes[node], **changes)  # type: ignore[arg-type] # broken on purpose
    return replace(graph, nodes=tuple(nodes))


def typed(graph: Graph, name: str, **changes: object) -> Graph:
    tensor = replace(graph.tensors[name], **changes)  # type: ignore[arg-type] # broken on purpose
    return replace(graph, tensors={**graph.tensors, name: tensor})


BROKEN: dict[str, tuple[str, Callable[[Graph], Graph]]] = {
    "not declared": ("reads 'delay_0/variable' before", lambda g: replace(g, states=g.states[1:])),
    "declared twice": ("defined twice", lambda g: replace(g, states=(*g.states, g.states[0]))),
    "not typed": (
        "'ghost' has no type",
        lambda g: replace(g, states=(*g.states, State(name="ghost"))),
    ),
    "no byte of an int8": (
        "state 'delay_0/variable': starts as 128",
        lambda g: replace(g, states=(State(name="delay_0/variable", initial=128), g.states[1])),
    ),
    "an output": ("'delay_0/variable' is a state", lambda g: replace(g, outputs=("delay_0/variable",))),
    "read as a value": (
        "node 'node_2': reads the state 'delay_0/variable' as a value",
        lambda g: change(g, 2, inputs=("delay_0/variable", *g.nodes[2].inputs[1:])),
    ),
    "a value for a state": (
        "node 'node_0': 'x' must be a state",
        lambda g: change(g, 0, inputs=("x",)),
    ),
    "an assignment with an output": (
        "node 'node_1': has 1 outputs",
        lambda g: replace(change(g, 1, outputs=("y",)), tensors={**g.tensors, "y": g.tensors["x"]}),
    ),
    "an assignment of another shape": (
        "node 'node_1': copies between int8.6,. and int8.2,.",
        lambda g: replace(
            change(g, 1, inputs=("delay_0/variable", "svdf_2")), nodes=(g.nodes[0], g.nodes[2], _assign(g))
        ),
    ),
    "time weights and state of different types": (
        "node 'node_2': has dtypes",
        lambda g: typed(g, "svdf_2/state", dtype="int16"),
    ),
    "a state of another shape": (
        "has the state .4, 2.",
        lambda g: typed(g, "svdf_2/state", shape=(4, 2)),
    ),
}


def _assign(graph: Graph) -> Node:
    return replace(graph.nodes[1], inputs=("delay_0/variable", "svdf_2"))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_graph_is_refused(name: str) -> None:
    message, breaking = BROKEN[name]
    with pytest.raises(InternalError, match=re.compile(message)):
        verify_graph(breaking(sound()))


def test_an_lstm_of_other_shapes_is_refused() -> None:
    draft = Stateful(np.random.default_rng(0), (5, 3))
    graph = draft.graph(draft.lstm("x", units=2))
    broken = replace(graph, tensors={**graph.tensors, "lstm_0/cell": Tensor(shape=(3,), dtype="int16")})
    with pytest.raises(InternalError, match="has states"):
        verify_graph(broken)


def test_passes_keep_assignments_and_their_order() -> None:
    draft = Stateful(np.random.default_rng(1), (4,))
    before = draft.delay("x")
    draft.svdf("x", units=2)
    graph = draft.graph(before)
    assert [node.name for node in remove_dead_nodes(graph).nodes] == ["node_0", "node_1"]
    assert [state.name for state in remove_dead_nodes(graph).states] == ["delay_0/variable"]
    for run in (fold_reshape, fuse_activation):
        assert run(graph).nodes == graph.nodes
        assert run(graph).states == graph.states


def test_buffers_of_states_start_as_their_bytes_after_a_mark() -> None:
    mark, variable, state = state_buffers(sound(), alignment=4)
    assert (mark.name, mark.bytes, mark.initial) == (STATE_MARK, 4, 0xA5)
    assert (variable.bytes, variable.initial) == (6, 253)
    assert (state.bytes, state.kind) == (12, "state")
    draft = Stateful(np.random.default_rng(1), (4,))
    assert state_buffers(draft.graph("x"), alignment=4) == ()
