"""The pipeline of imported models on networks that remember: nothing that a later call reads is taken out."""

from dataclasses import replace

import numpy as np
import pytest

from compiler.ir.graph import Graph
from compiler.ir.ops import AssignVariable, Dense
from compiler.ir.verify import verify_graph
from compiler.passes.compile_pipeline import optimize
from compiler.reference.sequences import run_sequence
from tests.compiler.stateful_graphs import Stateful, quantization


def half_constant(units: int, *, memory_filter: bool) -> Graph:
    """A dense layer, half of whose outputs are always the same, seen one call later or by an SVDF."""
    draft = Stateful(np.random.default_rng(2), (6,))
    weight = draft.parameter("w", (units, 6), 0.01)
    draft.weights[weight][::2] = 0
    bias = draft.parameter("b", (units,), 5e-4, "int32")
    draft.node(Dense(), ("x", weight, bias), draft.value("dense", (units,), quantization(0.5, 4)))
    return draft.graph(draft.svdf("dense", units=3) if memory_filter else draft.delay("dense"))


@pytest.mark.parametrize("memory_filter", [False, True])
def test_outputs_stay_the_same_over_sequences(*, memory_filter: bool) -> None:
    graph = half_constant(8, memory_filter=memory_filter)
    optimized = optimize(graph)
    verify_graph(optimized)
    x = np.random.default_rng(3).integers(-128, 128, (2, 5, 6), np.int8)
    (name,) = graph.outputs
    np.testing.assert_array_equal(run_sequence(optimized, x)[name], run_sequence(graph, x)[name])


def test_an_assignment_that_no_output_needs_stays() -> None:
    graph = half_constant(4, memory_filter=False)
    draft_only = replace(graph, outputs=("dense",))
    optimized = optimize(draft_only)
    verify_graph(optimized)
    assert any(isinstance(node.op, AssignVariable) for node in optimized.nodes)
    assert {state.name for state in optimized.states} == {graph.states[0].name}
