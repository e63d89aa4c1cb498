"""What int16 networks become, and what of them TFLite Micro lacks or computes in a way of its own."""

import numpy as np
import pytest

from backends.cmsis_nn.backend import CMSIS_NN
from benchmarks.kernel_cases.recurrent import lstm_graph
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Activate, PRelu, Requantize
from compiler.ir.program import Program
from compiler.ir.tensor import Quantization
from compiler.passes.channel_bounds import channel_bounds
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.tflite_files import Chain
from tests.tflite_models.options import OptionValue
from tests.tflite_models.oracle import run_oracle

FINE = Quantization(scale=(2.0**-12,), zero_point=(0,))
FINER = Quantization(scale=(2.0**-13,), zero_point=(0,))


def unary(code: str, output: Quantization = FINE, **options: OptionValue) -> Graph:
    model = Chain()
    x = model.input((1, 6), "INT16", FINE)
    y = model.tensor((1, 6), "INT16", output)
    model.operator(code, [x], [y], **options)
    model.output(y)
    return read_tflite(model.build(), "model")


def layer(code: str, bias: str | None, **options: OptionValue) -> Graph:
    """A layer of one weight each of 2 channels; `bias`: its type."""
    model = Chain()
    x = model.input((1, 3, 3, 2), "INT16", FINE)
    first = 1 if code == "DEPTHWISE_CONV_2D" else 2
    weight = model.random((first, 1, 1, 2), FINE)
    inputs = [x, weight]
    if bias is not None:
        numbers = np.array([5, -7], bias.lower())
        inputs.append(
            model.tensor((2,), bias, Quantization(scale=(2.0**-24,), zero_point=(0,)), data=numbers)
        )
    y = model.tensor((1, 3, 3, 2), "INT16", FINE)
    strides = {
        "padding": "VALID",
        "stride_h": 1,
        "stride_w": 1,
        "dilation_h_factor": 1,
        "dilation_w_factor": 1,
    }
    model.operator(code, inputs, [y], **strides, **options)
    model.output(y)
    return read_tflite(model.build(), "model")


def only_node(graph: Graph) -> Node:
    (node,) = graph.nodes
    return node


@pytest.mark.parametrize(("code", "options"), [("LEAKY_RELU", {"alpha": 0.25}), ("ABS", {})])
def test_slopes_of_their_own_make_functions_of_int16_prelus(code: str, options: dict[str, float]) -> None:
    assert isinstance(only_node(unary(code, FINER, **options)).op, PRelu)


def test_clamps_rescale_or_copy_integers_as_tflm_does() -> None:
    assert only_node(unary("RELU")).op == Activate(activation="relu")
    assert only_node(unary("RELU", FINER)).op == Requantize(activation="relu")
    assert only_node(unary("RELU6", FINER)).op == Requantize(activation="relu6", same_integers=True)


@pytest.mark.parametrize(
    ("code", "options", "why"),
    [
        ("LEAKY_RELU", {"alpha": -0.25}, "its alpha is -0.25"),
        ("SOFTMAX", {"beta": 0.0}, "its beta is 0"),
        ("SOFTMAX", {"beta": -1.0}, "its beta is -1"),
        ("RSQRT", {}, "int16"),
        ("HARD_SWISH", {}, "int16"),
        ("ELU", {}, "int16"),
    ],
)
def test_what_tflm_has_no_int16_form_of_is_refused(code: str, options: dict[str, float], why: str) -> None:
    output = Quantization(scale=(2.0**-15,), zero_point=(0,)) if code == "SOFTMAX" else FINE
    with pytest.raises(UnsupportedError, match=why):
        unary(code, output, **options)


def test_an_int8_softmax_of_a_scale_that_ends_tflm_is_refused() -> None:
    model = Chain()
    x = model.input((1, 6), "INT8", Quantization(scale=(2.0**-20,), zero_point=(0,)))
    shares = Quantization(scale=(1 / 256,), zero_point=(-128,))
    model.output(model.then("SOFTMAX", [x], (1, 6), shares, beta=2.0**-6))
    with pytest.raises(UnsupportedError, match="scale times beta"):
        read_tflite(model.build(), "model")


def test_clamps_know_zero_points_as_tflm_does() -> None:
    """RELU of int16 has none; RELU6 begins at its input's."""
    shifted = Quantization(scale=(2.0**-12,), zero_point=(7,))
    with pytest.raises(UnsupportedError, match="it has a zero point"):
        unary("RELU", shifted)
    model = Chain()
    x = model.input((1, 300), "INT16", Quantization(scale=(2.0**-9,), zero_point=(-50,)))
    y = model.tensor((1, 300), "INT16", shifted)
    model.operator("RELU6", [x], [y])
    model.output(y)
    given = np.arange(-400, 5600, 20, dtype=np.int16)[None]
    graph = read_tflite(model.build(), "model")
    found = run_int8(graph, given)[graph.outputs[0]]
    assert np.array_equal(found, np.clip(given, -50, 3072 - 50))
    assert np.array_equal(found, run_oracle(model.build(), [given])[0])


def test_the_bias_says_how_wide_sums_are() -> None:
    wide, narrow = layer("CONV_2D", "INT64"), layer("CONV_2D", "INT32")
    assert [graph.tensors[only_node(graph).inputs[2]].dtype for graph in (wide, narrow)] == ["int64", "int32"]
    assert len(only_node(layer("CONV_2D", None)).inputs) == 2
    without = layer("CONV_2D", None, quantized_bias_type="INT32")
    bias = only_node(without).inputs[2]
    assert without.tensors[bias].dtype == "int32" and not without.weights[bias].any()


def test_depthwise_layers_have_no_int32_bias() -> None:
    """TFLite Micro takes it for int64 and reads behind its end."""
    with pytest.raises(UnsupportedError, match="its bias is int32"):
        layer("DEPTHWISE_CONV_2D", "INT32", depth_multiplier=1)


def test_what_the_library_is_not_called_for_says_why() -> None:
    program = CMSIS_NN.lower(unary("ABS"), "dsp")
    assert isinstance(program, Program) and program.calls[0].fallback


def test_an_int16_lstm_stays_portable_without_dsp_and_says_so() -> None:
    program = CMSIS_NN.lower(lstm_graph(np.random.default_rng(0), ((2, 3, 4),), wide=True), "plain")
    assert isinstance(program, Program)
    (call,) = (call for call in program.calls if call.kernel == "protonas_lstm_s16")
    assert "int16" in call.fallback


def test_nothing_is_said_of_channels_of_int16() -> None:
    assert channel_bounds(layer("CONV_2D", "INT32")) == {} == channel_bounds(unary("ABS"))
