"""Kernels for weights with zero points, held to sums that are written out, and to the integer interpreter."""

import ctypes
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from backends.portable.lower import lower
from compiler.ir.graph import Graph, Rounding
from compiler.ir.ops import Dense
from compiler.ir.program import Program
from compiler.ir.tensor import Quantization, Tensor
from compiler.reference.integer_interpreter import run_int8
from searchspace_dsl.infeasible import Infeasible
from tests.runtime_c.drawn_graphs import Case, one_node
from tests.runtime_c.drawn_offsets import offset_cases
from tests.runtime_c.kernel_library import run_apart
from tests.runtime_c.oracle import run_oracle


def _lowered(graph: Graph) -> Program:
    program = lower(graph, "plain")
    assert isinstance(program, Program), program
    return program


def _with_zero_points(graph: Graph, zero_points: tuple[int, ...]) -> Graph:
    weight = graph.tensors["weight"]
    assert weight.quantization is not None
    quantization = replace(weight.quantization, zero_point=zero_points)
    return replace(graph, tensors={**graph.tensors, "weight": replace(weight, quantization=quantization)})


@pytest.mark.parametrize("rounding", ["double", "single"])
def test_equals_the_integer_interpreter(rounding: Rounding, library: ctypes.CDLL) -> None:
    @settings(max_examples=150, deadline=None)
    @given(case=offset_cases())
    def check(case: Case) -> None:
        graph = replace(case.graph, rounding=rounding)
        expected = run_int8(graph, case.inputs[0][None])["out"][0]
        program = _lowered(graph)
        assert "_offset" in program.calls[0].kernel
        found = run_apart(library, program, case.inputs)["out"]
        np.testing.assert_array_equal(found.view(np.int8).reshape(expected.shape), expected)

    check()


@settings(max_examples=100, deadline=None)
@given(case=offset_cases())
def test_equals_weights_less_their_zero_points(case: Case, library: ctypes.CDLL) -> None:
    """Small weights, which still are int8 less their zero points: the oracle knows such layers."""
    quantization = case.graph.tensors["weight"].quantization
    assert quantization is not None
    axis = 3 if case.graph.weights["weight"].shape[0] == 1 and quantization.axis == 3 else 0
    points = np.array(quantization.zero_point) // 2
    small = case.graph.weights["weight"] // 4
    along = [-1 if index == axis and len(points) > 1 else 1 for index in range(small.ndim)]
    points = points if len(points) > 1 else points.reshape(1)
    stored = (small.astype(np.int64) + points.reshape(along)).astype(np.int8)
    offset = replace(case.graph, weights={**case.graph.weights, "weight": stored})
    plain = replace(case.graph, weights={**case.graph.weights, "weight": small})
    expected = run_oracle(_with_zero_points(plain, (0,) * len(points)), case.inputs)["out"]
    program = _lowered(_with_zero_points(offset, tuple(points.tolist())))
    found = run_apart(library, program, case.inputs)["out"]
    np.testing.assert_array_equal(found.view(np.int8).reshape(expected.shape), expected)


def test_sums_that_might_leave_32_bits_are_refused() -> None:
    size = 2**31 // (250 * 199)
    grid = Quantization(scale=(0.01,), zero_point=(-72,))
    source = Tensor(shape=(size,), dtype="int8", quantization=grid)
    weight = Tensor(shape=(1, size), dtype="int8", quantization=Quantization(scale=(1.0,), zero_point=(0,)))
    graph = one_node(Dense(), {"in": source}, grid, np.random.default_rng(0), {"weight": weight}).graph
    graph = replace(graph, weights={"weight": np.full((1, size), 127, np.int8)})
    assert isinstance(lower(graph, "plain"), Program)
    found = lower(_with_zero_points(graph, (-128,)), "plain")
    assert isinstance(found, Infeasible) and "32 bits" in found.reason
