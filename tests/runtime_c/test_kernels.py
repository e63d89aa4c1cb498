import ctypes

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.portable.lower import lower
from compiler.ir.ops import Conv2D, MaxPool2D, Window
from compiler.ir.program import Program
from compiler.ir.tensor import DTYPE_BITS, Quantization, Tensor
from compiler.reference.integer_interpreter import run_int8
from tests.runtime_c import drawn_graphs
from tests.runtime_c.all_cases import all_cases
from tests.runtime_c.drawn_graphs import Case, filter_tensors, one_node
from tests.runtime_c.kernel_library import constants_of, run_apart, run_call
from tests.runtime_c.oracle import run_oracle

KINDS = {
    "conv2d": drawn_graphs.convolutions(),
    "depthwise": drawn_graphs.depthwise_convolutions(),
    "transpose_conv2d": drawn_graphs.transpose_convolutions(),
    "dense": drawn_graphs.dense_layers(),
    "elementwise": drawn_graphs.elementwise(),
    "clamp": drawn_graphs.clamps(),
    "unary": drawn_graphs.unaries(),
    "pad": drawn_graphs.borders(),
    "upsample": drawn_graphs.enlargements(),
    "pool": drawn_graphs.pools(),
    "global_average_pool": drawn_graphs.global_pools(),
    "concat": drawn_graphs.concats(),
}


def lowered(case: Case) -> Program:
    program = lower(case.graph, "plain")
    assert isinstance(program, Program), program
    return program


@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_specification(kind: str, library: ctypes.CDLL) -> None:
    @settings(max_examples=80, deadline=None)
    @given(case=KINDS[kind])
    def check(case: Case) -> None:
        expected = run_oracle(case.graph, case.inputs)["out"]
        found = run_apart(library, lowered(case), case.inputs)["out"]
        np.testing.assert_array_equal(found.view(expected.dtype).reshape(expected.shape), expected)

    check()


@settings(max_examples=400, deadline=None)
@given(case=all_cases, data=st.data())
def test_output_may_lie_over_input_as_closely_as_the_overlap_says(
    case: Case, data: st.DataObject, library: ctypes.CDLL
) -> None:
    program = lowered(case)
    sizes = {buffer.name: buffer.bytes for buffer in program.buffers}
    inputs = dict(zip(program.inputs, case.inputs, strict=True))
    apart = run_apart(library, program, case.inputs)["out"]
    for call in program.calls:
        for overlap in call.overlaps:
            assert overlap.lead_bytes < sizes["out"]
            others = {name: array.copy() for name, array in inputs.items() if name != overlap.read}
            step = DTYPE_BITS[case.graph.tensors[overlap.read].dtype] // 8
            above = overlap.lead_bytes + data.draw(st.sampled_from([0, 0, step, 4]))
            arena = np.full(above + max(sizes["out"], sizes[overlap.read]), 55, dtype=np.int8)
            arena[above : above + sizes[overlap.read]] = inputs[overlap.read].reshape(-1).view(np.int8)
            address = {name: array.ctypes.data for name, array in others.items()}
            address |= {"out": arena.ctypes.data, overlap.read: arena.ctypes.data + above}
            run_call(library, call, constants_of(program), address)
            np.testing.assert_array_equal(arena[: sizes["out"]], apart)


def test_leads_are_as_small_as_can_be(library: ctypes.CDLL) -> None:
    rng = np.random.default_rng(0)
    quantization = Quantization(scale=(0.05,), zero_point=(3,))
    source = Tensor(shape=(4, 4, 8), dtype="int8", quantization=quantization)
    layers = filter_tensors((8, 1, 1, 8), 0, True, True, rng)
    pointwise = Conv2D(window=Window(kernel=(1, 1)))
    overlaps = lowered(one_node(pointwise, {"in": source}, quantization, rng, layers)).calls[0].overlaps
    assert [overlap.lead_bytes for overlap in overlaps] == [8]
    pool = MaxPool2D(window=Window(kernel=(2, 2), strides=(2, 2)))
    overlaps = lowered(one_node(pool, {"in": source}, quantization, rng)).calls[0].overlaps
    assert [overlap.lead_bytes for overlap in overlaps] == [0]


@settings(max_examples=150, deadline=None)
@given(case=all_cases)
def test_equals_the_integer_interpreter(case: Case, library: ctypes.CDLL) -> None:
    batch = {name: array[None] for name, array in zip(case.graph.inputs, case.inputs, strict=True)}
    expected = run_int8(case.graph, batch)["out"][0]
    found = run_apart(library, lowered(case), case.inputs)["out"]
    np.testing.assert_array_equal(found.view(expected.dtype).reshape(expected.shape), expected)
