"""Tables of int8 operators: equal to TFLM for every input integer, over drawn quantizations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.ops import Lookup
from compiler.ir.tensor import Quantization
from tests.tflite_models import draw
from tests.tflite_models.builder import ModelBuilder
from tests.tflite_models.draw_elementwise import STATED
from tests.tflite_models.options import OptionValue
from tests.tflite_models.oracle import run_oracle

CODES = ("ABS", "ELU", "HARD_SWISH", "LOGISTIC", "QUANTIZE", "RELU", "RELU6", "TANH")
ALL = np.arange(-128, 128).astype(np.int8)


def unary(code: str, source: Quantization, output: Quantization, **options: OptionValue) -> bytes:
    model = ModelBuilder()
    x = model.input((1, 256), "INT8", source)
    y = model.tensor((1, 256), "INT8", output)
    model.operator(code, [x], [y], **options)
    model.output(y)
    return model.build()


def answers(model: bytes) -> np.ndarray:
    """What the graph's one table says to each integer, ascending."""
    graph = read_tflite(model, "model")
    (node,) = graph.nodes
    assert isinstance(node.op, Lookup)
    return graph.weights[node.inputs[1]][ALL.view(np.uint8)]


@pytest.mark.parametrize(
    "code", ["ABS", "ELU", "HARD_SWISH", "LOGISTIC", "QUANTIZE", "RELU", "RELU6", "TANH"]
)
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_equal_tflm(code: str, data: st.DataObject) -> None:
    source = data.draw(draw.quantizations("INT8", 2**-12, 2.0))
    gain = data.draw(st.floats(-3, 6))
    output = draw.per_tensor(source.scale[0] * 2.0**gain, data.draw(draw.zero_points()))
    if (code, "INT8") in STATED:
        output = draw.per_tensor(*STATED[code, "INT8"])
    model = unary(code, source, output)
    assert np.array_equal(answers(model), run_oracle(model, [ALL[None]])[0][0])


@pytest.mark.parametrize(
    ("code", "source", "zero_point", "output"),
    [
        ("RELU", 0.00941571966, -128, 0.0229391474), ("RELU", 0.00611831574, -128, 0.00882175751),
        ("ABS", 0.0340876877, -5, 0.0356805697), ("ABS", 0.00855824165, 100, 0.0128181735),
        ("LEAKY_RELU", 0.112633884, -5, 0.0434152447), ("LEAKY_RELU", 0.0798030272, 100, 0.0322798789),
        ("HARD_SWISH", 0.00463839713, -128, 0.00461992761), ("HARD_SWISH", 0.0153204817, -5, 0.0381004885),
        ("RSQRT", 0.00565556670, -128, 0.00752989110), ("RSQRT", 0.198365659, -128, 0.00492905919),
    ],
)  # fmt: skip
def test_scales_that_tell_a_float32_quotient_from_a_double_one(
    code: str, source: float, zero_point: int, output: float
) -> None:
    options = {"alpha": 0.3} if code == "LEAKY_RELU" else {}
    model = unary(code, draw.per_tensor(source, zero_point), draw.per_tensor(output, 0), **options)
    assert np.array_equal(answers(model), run_oracle(model, [ALL[None]])[0][0])


@given(draw.quantizations(), draw.quantizations(), st.floats(-2, 2, width=32))
@settings(max_examples=50, deadline=None)
def test_leaky_relu_equals_tflm(source: Quantization, output: Quantization, alpha: float) -> None:
    output = draw.per_tensor(max(output.scale[0], source.scale[0] / 8), output.zero_point[0])
    model = unary("LEAKY_RELU", source, output, alpha=alpha)
    assert np.array_equal(answers(model), run_oracle(model, [ALL[None]])[0][0])


@given(draw.scales(2**-9, 2**-1), draw.scales(2**-9, 2**-2), draw.zero_points())
@settings(max_examples=50, deadline=None)
def test_rsqrt_equals_tflm_where_tflm_has_an_answer(scale: float, output: float, zero_point: int) -> None:
    model = unary("RSQRT", draw.per_tensor(scale, -128), draw.per_tensor(output, zero_point))
    assert np.array_equal(answers(model), run_oracle(model, [ALL[None]])[0][0])


def test_below_zero_rsqrt_is_the_greatest() -> None:
    model = unary("RSQRT", draw.per_tensor(0.1, 0), draw.per_tensor(0.1, 0))
    assert set(answers(model)[:129]) == {127}


@pytest.mark.parametrize(("code", "scale"), [("LOGISTIC", 1 / 128), ("TANH", 1 / 256)])
def test_outputs_that_the_specification_does_not_state_are_refused(code: str, scale: float) -> None:
    with pytest.raises(UnsupportedError, match="nearest: scale"):
        read_tflite(unary(code, draw.per_tensor(0.1, 0), draw.per_tensor(scale, 0)), "model")


def test_hard_swish_that_tflm_refuses_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="output scale"):
        read_tflite(unary("HARD_SWISH", draw.per_tensor(1, 0), draw.per_tensor(2**-9, 0)), "model")
