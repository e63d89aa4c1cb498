"""Whole networks from float graph to kernel calls: the kernels give what the integer interpreter gives."""

import ctypes

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.portable.lower import lower
from compiler.ir.graph import Graph
from compiler.ir.program import Program
from compiler.passes.assume_int8 import assume_int8
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.calibrate import measure_ranges
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.networks import random_graph
from tests.runtime_c.kernel_library import run_apart


def quantized(graph: Graph) -> Graph:
    folded = run_passes(graph)
    shape = graph.tensors[graph.inputs[0]].shape
    x = np.random.default_rng(7).standard_normal((8, *shape), np.float32)
    return quantize_static(folded, measure_ranges(folded, [x]))


def lowered(graph: Graph) -> Program:
    program = lower(graph, "plain")
    assert isinstance(program, Program), program
    return program


def by_kernels(library: ctypes.CDLL, program: Program, x: np.ndarray) -> np.ndarray:
    of = {view.name: view.of for view in program.views}
    name = program.outputs[0]
    while name in of:
        name = of[name]
    return run_apart(library, program, [x])[name]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_networks_equal_the_integer_interpreter(seed: int, library: ctypes.CDLL) -> None:
    graph = quantized(random_graph(seed))
    shape = graph.tensors[graph.inputs[0]].shape
    x = np.random.default_rng(seed).integers(-128, 128, shape, np.int8)
    expected = run_int8(graph, x[None])[graph.outputs[0]]
    np.testing.assert_array_equal(by_kernels(library, lowered(graph), x), expected.reshape(-1))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_network_is_costed_as_the_program_it_becomes(seed: int) -> None:
    """Without weights: the same buffers, constants' sizes and calls."""
    graph = random_graph(seed)
    drawn = Graph(
        name=graph.name,
        inputs=graph.inputs,
        outputs=graph.outputs,
        nodes=graph.nodes,
        tensors=graph.tensors,
        parameters=graph.parameters,
    )
    costed, built = lowered(assume_int8(run_passes(drawn))), lowered(quantized(graph))
    assert (costed.buffers, costed.views, costed.constants) == (built.buffers, built.views, built.constants)
    assert [(call.kernel, call.overlaps, call.macs) for call in costed.calls] == [
        (call.kernel, call.overlaps, call.macs) for call in built.calls
    ]
