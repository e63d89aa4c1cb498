"""The integer reference of arithmetic operators gives what TFLite Micro gives, to the byte."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compiler.ir.ops import Requantize
from compiler.reference.integer_interpreter import run_int8
from tests.runtime_c import drawn_arithmetic as drawn
from tests.runtime_c import drawn_wide as wide
from tests.runtime_c.as_tflite import run_tflite
from tests.runtime_c.drawn_graphs import Case

pytest.importorskip("tflite_micro")

KINDS: dict[str, st.SearchStrategy[Case]] = {
    "pairs": drawn.pairs(),
    "prelu": drawn.prelus(),
    "reductions": drawn.reductions(),
    "matrix products": drawn.matrix_products(),
    "requantize": drawn.requantizations(),
    "log softmax": drawn.log_softmaxes(),
    "int16 layers": wide.layers("int16", padded=False),
    "int4 layers": wide.layers("int8", padded=False),
    "int16 pairs": wide.wide_pairs(),
    "int16 pools": wide.wide_pools(padded=False),
    "int16 sums": wide.wide_sums(),
    "int16 curves": wide.wide_curves(),
    "int16 prelu": wide.wide_prelus(),
    "int16 matrix products": wide.wide_products(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_equals_tflite_micro(kind: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(case=KINDS[kind])
    def check(case: Case) -> None:
        op = case.graph.nodes[0].op
        assume(not isinstance(op, Requantize) or op.activation == "none")
        batch = {name: array[None] for name, array in zip(case.graph.inputs, case.inputs, strict=True)}
        expected = run_tflite(case.graph, case.inputs)
        np.testing.assert_array_equal(run_int8(case.graph, batch)["out"][0], expected)

    check()
