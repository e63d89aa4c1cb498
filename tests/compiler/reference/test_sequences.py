"""States across calls: what a sequence leaves is where the next call begins, and rows do not meet."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.errors import DataError, ModelError
from compiler.ir.graph import Graph
from compiler.ir.sigmoid_table import sigmoid_table
from compiler.reference.integer_interpreter import run_int8, step_int8
from compiler.reference.sequences import run_sequence
from compiler.reference.state import fresh_state
from compiler.reference.table_curves import sigmoid_int16, tanh_int16
from tests.compiler.stateful_graphs import Stateful, quantization


def graphs(seed: int) -> Graph:
    rng = np.random.default_rng(seed)
    draft = Stateful(rng, (3, 4))
    before = draft.delay("x", initial=5)
    return draft.graph(draft.lstm(before, units=3, cell_clip=float(rng.choice([0.0, 2.0]))))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(1, 4))
def test_a_sequence_goes_on_where_it_stopped(seed: int, cut: int) -> None:
    graph = graphs(seed)
    x = np.random.default_rng(seed).integers(-128, 128, (2, 5, 3, 4), np.int8)
    (name,) = graph.outputs
    whole = run_sequence(graph, x)[name]
    state = None
    for call in range(cut):
        _, state = step_int8(graph, x[:, call], state=state)
    rest = run_sequence(graph, x[:, cut:], state=state)[name]
    np.testing.assert_array_equal(rest, whole[:, cut:])
    np.testing.assert_array_equal(run_sequence(graph, x[1:])[name], whole[1:])
    np.testing.assert_array_equal(run_int8(graph, x[:, 0])[name], whole[:, 0])


def test_a_variable_holds_the_call_before() -> None:
    draft = Stateful(np.random.default_rng(0), (2,))
    graph = draft.graph(draft.delay("x", initial=-7))
    x = np.arange(8, dtype=np.int8).reshape(1, 4, 2)
    expected = np.concatenate([np.full((1, 1, 2), -7, np.int8), x[:, :-1]], axis=1)
    np.testing.assert_array_equal(run_sequence(graph, x)["delay_0"], expected)


def test_an_svdf_is_a_filter_over_time() -> None:
    """All scales and weights 1: the newest feature, and the sum of the last three of them."""
    draft = Stateful(np.random.default_rng(0), (2,))
    graph = draft.graph(draft.svdf("x", units=1, memory=3))
    unit = {name: replace(tensor, quantization=quantization(1.0)) for name, tensor in graph.tensors.items()}
    ones = {name: np.ones_like(array) for name, array in graph.weights.items()}
    ones["svdf_0/bias"] = np.array([10], np.int32)
    graph = replace(graph, tensors=unit, weights=ones, states=(replace(graph.states[0], initial=0),))
    x = np.array([[[1, 2], [3, 4], [0, 1], [5, 5]]], np.int8)
    np.testing.assert_array_equal(run_sequence(graph, x)["svdf_0"][0, :, 0], [13, 20, 21, 28])


def test_state_of_another_kind_is_refused() -> None:
    graph = graphs(0)
    x = np.zeros((2, 3, 4), np.int8)
    state = fresh_state(graph, 2)
    with pytest.raises(DataError, match="the network keeps"):
        run_int8(graph, x, state={})
    with pytest.raises(DataError, match=re.escape("state 'delay_0/variable' is int8(2, 3, 4)")):
        run_int8(graph, x, state={**state, "delay_0/variable": np.zeros((3, 3, 4), np.int8)})


def test_features_that_can_overflow_are_refused() -> None:
    draft = Stateful(np.random.default_rng(0), (1 << 17,))
    graph = draft.graph(draft.svdf("x", units=1, memory=1))
    graph.weights["svdf_0/feature"][:] = 127
    with pytest.raises(ModelError, match="'node_0' can overflow"):
        run_int8(graph, np.zeros((1, 1 << 17), np.int8))


def test_curves_are_sigmoid_and_tanh() -> None:
    """Every int16, as 12 fractional bits, to within three steps of 2**-15."""
    values = np.arange(-(2**15), 2**15)
    real = values / 4096
    assert np.abs(sigmoid_int16(values, 3, 0) / 2**15 - 1 / (1 + np.exp(-real))).max() < 3 / 2**15
    assert np.abs(tanh_int16(values, 3, 0) / 2**15 - np.tanh(real)).max() < 4 / 2**15
    assert sigmoid_int16(np.array([0]), 3, 0)[0] == 1 << 14
    table = sigmoid_table()
    assert (np.diff(table) >= 0).all() and table[0] == 1 << 15 and table[-1] == (1 << 16) - 1
    assert all(abs(table[i] - 65536 / (1 + math.exp(-i / 24))) < 1.2 for i in range(256))
