"""Kernels that move elements give what the reference gives, and the reference what TFLite Micro gives."""

import ctypes
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings

from backends.portable.borders import bordered_axes
from backends.portable.lower import lower
from backends.portable.strided import Axis, Layout, sliced_layout, transposed_layout
from compiler.ir.ops import ArgMax, Pad, Quantize, ResizeBilinear, Slice, Take, Transpose
from compiler.ir.program import Program
from compiler.ir.tensor import Quantization, Tensor
from compiler.reference.integer_interpreter import run_int8
from searchspace_dsl.infeasible import Infeasible
from tests.runtime_c.as_tflite import run_tflite
from tests.runtime_c.drawn_graphs import Case, one_node
from tests.runtime_c.drawn_moves import KINDS
from tests.runtime_c.kernel_library import run_apart

IN_TFLM = {
    "slice": ("int8", "int16", "int32", "float32"),
    "slice of whole axes": ("int8", "int16", "int32", "float32"),
    "transpose": ("int8", "int16"),
    "take": ("int8", "float32"),
    "pad": ("int8", "int16"),
    "concat": ("int8", "int16", "int32", "float32"),
    "resize bilinear": ("int8",),
    "argmax": ("int8",),
    "quantize": ("int8", "int16"),
    "dequantize": ("int8", "uint8", "int16"),
}
"""What TFLite Micro has: it has more for other types of element than there are here, or fewer."""


MOST_AXES = 3
"""With the batch that TFLite Micro's slices and moves of axes take everywhere."""


def by_reference(case: Case) -> np.ndarray:
    batch = {name: array[None] for name, array in zip(case.graph.inputs, case.inputs, strict=True)}
    return run_int8(case.graph, batch)["out"][0]


def lowered(case: Case) -> Program:
    program = lower(case.graph, "plain")
    assert isinstance(program, Program), program
    return program


@pytest.mark.parametrize("kind", KINDS)
def test_kernels_equal_the_reference(kind: str, library: ctypes.CDLL) -> None:
    @settings(max_examples=80, deadline=None)
    @given(case=KINDS[kind])
    def check(case: Case) -> None:
        expected = by_reference(case)
        found = run_apart(library, lowered(case), case.inputs)["out"]
        np.testing.assert_array_equal(found.view(expected.dtype).reshape(expected.shape), expected)

    check()


@pytest.mark.parametrize("kind", IN_TFLM)
def test_the_reference_equals_tflite_micro(kind: str) -> None:
    pytest.importorskip("tflite_micro")

    @settings(max_examples=80, deadline=None)
    @given(case=KINDS[kind])
    def check(case: Case) -> None:
        (node,) = case.graph.nodes
        integers = node.outputs[0] if kind == "quantize" else node.inputs[0]
        assume(case.graph.tensors[integers].dtype in IN_TFLM[kind])
        assume(len(case.graph.tensors["in"].shape) <= MOST_AXES)
        np.testing.assert_array_equal(by_reference(case), run_tflite(case.graph, case.inputs))

    check()


def test_not_a_number_and_infinities(library: ctypes.CDLL) -> None:
    quantization = Quantization(scale=(0.5,), zero_point=(-3,))
    rng = np.random.default_rng(0)
    source = Tensor(shape=(6,), dtype="float32")
    values = np.array([math.nan, math.inf, -math.inf, 3e38, 0.25, -0.25], np.float32)
    case = Case(one_node(Quantize(), {"in": source}, quantization, rng).graph, [values])
    assert by_reference(case).tolist() == [-3, 127, -128, 127, -2, -4]
    assert run_apart(library, lowered(case), case.inputs)["out"].tolist() == [-3, 127, -128, 127, -2, -4]


def test_axes_merge_as_far_as_they_can() -> None:
    to_nchw = transposed_layout(Transpose(permutation=(2, 0, 1)), (8, 6, 3))
    assert to_nchw == Layout(axes=(Axis(3, 1), Axis(48, 3)), offset=0, block=1)
    rows = sliced_layout(Slice(begin=(2, 0, 0), size=(3, 6, 3), strides=(1, 1, 1)), (8, 6, 3))
    assert rows == Layout(axes=(), offset=36, block=54)
    columns = sliced_layout(Slice(begin=(0, 1, 0), size=(8, 2, 3), strides=(1, 2, 1)), (8, 6, 3))
    assert columns == Layout(axes=(Axis(8, 18), Axis(2, 6)), offset=3, block=3)
    assert bordered_axes(Pad(pads=((0, 0), (1, 1), (0, 0))), (1, 4, 3)) == ((12, 3, 3),)
    assert bordered_axes(Pad(pads=((0, 0), (1, 1), (0, 2))), (5, 4, 3)) == ((5, 0, 0), (4, 1, 1), (3, 0, 2))


@pytest.mark.parametrize(
    ("op", "shape", "words"),
    [
        (Pad(pads=((1, 0),) * 4), (2, 2, 2, 2), "pads more than 3 axes that are apart"),
        (
            Transpose(permutation=(6, 5, 4, 3, 2, 1, 0)),
            (2,) * 7,
            "transpose 'node' (walks 7 axes, more than 6)",
        ),
        (Take(axis=0, indices=(40_000,)), (40_001,), "picks from an axis longer than 32768"),
        (
            ResizeBilinear(size=(1, 3000)),
            (1, 2, 1),
            "steps of 1/1024 pixel do not resolve 2 enlarged to 3000",
        ),
    ],
)
def test_refused_with_the_reason(op: Pad, shape: tuple[int, ...], words: str) -> None:
    quantization = Quantization(scale=(0.5,), zero_point=(-3,))
    source = Tensor(shape=shape, dtype="int8", quantization=quantization)
    refused = lower(one_node(op, {"in": source}, quantization, np.random.default_rng(0)).graph, "plain")
    assert isinstance(refused, Infeasible) and words in refused.reason


def test_argmax_of_int16_has_no_kernel() -> None:
    source = Tensor(shape=(4,), dtype="int16", quantization=Quantization(scale=(0.5,), zero_point=(0,)))
    rng = np.random.default_rng(0)
    case = one_node(ArgMax(axis=0), {"in": source}, source.quantization, rng, dtype="int32")
    refused = lower(case.graph, "plain")
    assert isinstance(refused, Infeasible) and "argmax 'node' (int16 'in')" in refused.reason
