from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.errors import InternalError, ModelError
from compiler.ir.encode import quantize_input
from compiler.ir.graph import Graph
from compiler.ir.print import print_graph
from compiler.ir.tensor import Quantization
from compiler.ir.verify import SAME_QUANTIZATION, verify_graph
from compiler.passes.activation_scales import LEAST_SCALE
from compiler.passes.assume_int8 import assume_int8
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.calibrate import measure_ranges
from compiler.reference.float_interpreter import run_float
from compiler.reference.integer_interpreter import run_int8
from searchspace_dsl.encoding import InputEncoding
from tests.compiler.frontends.networks import Net, random_graph, with_statistics

SEEDS = st.integers(0, 2**32 - 1)


def calibrated(graph: Graph, x: np.ndarray) -> Graph:
    folded = run_passes(graph)
    return quantize_static(folded, measure_ranges(folded, [x]))


def samples(graph: Graph, count: int = 16) -> np.ndarray:
    shape = graph.tensors[graph.inputs[0]].shape
    return np.random.default_rng(7).standard_normal((count, *shape), np.float32)


def quantization(graph: Graph, name: str) -> Quantization:
    found = graph.tensors[name].quantization
    assert found is not None
    return found


def integer_outputs(graph: Graph, x: np.ndarray) -> np.ndarray:
    """The outputs as real numbers."""
    integers = run_int8(graph, quantize_input(x, None, quantization(graph, graph.inputs[0])))
    output = quantization(graph, graph.outputs[0])
    return (integers[graph.outputs[0]].astype(np.float64) - output.zero_point[0]) * output.scale[0]


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_types_are_those_that_assume_int8_promised(seed: int) -> None:
    graph = random_graph(seed)
    quantized = calibrated(graph, samples(graph))
    verify_graph(quantized)
    unquantized = {name: replace(t, quantization=None) for name, t in quantized.tensors.items()}
    promised = assume_int8(run_passes(replace(graph, weights={})))
    verify_graph(promised)
    assert print_graph(replace(quantized, tensors=unquantized)) == print_graph(promised)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_integers_come_close_to_the_floats(seed: int) -> None:
    graph = random_graph(seed)
    x = samples(graph)
    expected = run_float(graph, x)[graph.outputs[0]]
    got = integer_outputs(calibrated(graph, x), x)
    span = max(float(expected.max() - expected.min()), float(np.abs(expected).max()))
    assert np.abs(got - expected).mean() <= 0.05 * span


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_weights_are_symmetric_and_operators_that_move_integers_keep_their_meaning(seed: int) -> None:
    graph = random_graph(seed)
    quantized = calibrated(graph, samples(graph))
    for name in quantized.parameters:
        assert set(quantization(quantized, name).zero_point) == {0}
        assert int(quantized.weights[name].min()) >= (-127 if name.endswith("/weight") else -(2**30))
    for node in quantized.nodes:
        if isinstance(node.op, SAME_QUANTIZATION):
            assert len({quantization(quantized, name) for name in (*node.inputs, *node.outputs)}) == 1


def test_a_channel_uses_the_whole_of_int8_and_its_bias_the_accumulators_scale() -> None:
    net = Net(4, 4, 2)
    net.conv("input", filters=3, bias=True)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    quantized = calibrated(graph, samples(graph))
    weight = quantized.weights["conv_1/weight"]
    assert (np.abs(weight).reshape(3, -1).max(axis=1) == 127).all()
    scales = np.array(quantization(quantized, "conv_1/weight").scale)
    units = quantization(quantized, "input").scale[0] * scales
    assert quantization(quantized, "conv_1/bias").scale == pytest.approx(units)
    restored = quantized.weights["conv_1/bias"] * units
    np.testing.assert_allclose(restored, graph.weights["conv_1/bias"], atol=units.max())


def encoded(encoding: InputEncoding, channels: int = 1) -> Quantization:
    net = Net(4, 4, channels)
    net.conv("input")
    graph = replace(with_statistics(net.graph(), np.random.default_rng(0)), encoding=encoding)
    return quantization(calibrated(graph, samples(graph)), "input")


def test_an_eight_bit_input_without_interval_takes_its_dtypes_range() -> None:
    assert encoded(InputEncoding(raw_dtype="uint8", std=(255.0,))) == Quantization(
        scale=(float(np.float32(1 / 255)),), zero_point=(-128,)
    )
    assert encoded(InputEncoding(raw_dtype="int8")) == Quantization(scale=(1.0,), zero_point=(0,))


@settings(max_examples=50, deadline=None)
@given(st.floats(-1000, 1000), st.floats(1e-3, 1e4), st.floats(-300, 300), st.floats(0.01, 300))
def test_an_interval_around_the_mean_fills_int8(low: float, width: float, mean: float, std: float) -> None:
    mean = min(max(mean, low), low + width)
    encoding = InputEncoding(raw_dtype="float32", low=low, high=low + width, mean=(mean,), std=(std,))
    found = encoded(encoding)
    ends = quantize_input(np.array([[low], [low + width]], np.float32), encoding, found).ravel()
    assert ends[0] == -128
    assert ends[1] >= 126


def test_an_interval_without_zero_is_widened_to_hold_it() -> None:
    found = encoded(InputEncoding(raw_dtype="float32", low=100.0, high=200.0))
    assert found == Quantization(scale=(float(np.float32(200 / 255)),), zero_point=(-128,))
    found = encoded(InputEncoding(raw_dtype="float32", low=-200.0, high=-100.0))
    assert found == Quantization(scale=(float(np.float32(200 / 255)),), zero_point=(127,))


def test_channels_with_their_own_encoding_share_the_widest_interval() -> None:
    encoding = InputEncoding(raw_dtype="uint8", mean=(0.0, 255.0), std=(255.0, 127.5))
    assert encoded(encoding, 2) == Quantization(scale=(float(np.float32(3 / 255)),), zero_point=(42,))


def test_a_raw_float_without_interval_is_measured() -> None:
    found = encoded(InputEncoding(raw_dtype="float32"))
    x = np.random.default_rng(7).standard_normal((16, 4, 4, 1), np.float32)
    assert found.scale[0] == pytest.approx(float(x.max() - x.min()) / 255)


@pytest.mark.parametrize("bias", [0.0, 1e-30, 1e30, -5.0])
@pytest.mark.parametrize("weight", [0.0, 1e-30, 0.1])
def test_dead_and_tiny_channels_stay_within_int32(weight: float, bias: float) -> None:
    net = Net(4, 4, 2)
    net.conv(net.conv("input", filters=2, bias=True), filters=2, bias=True)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    graph.weights["conv_1/weight"][0] = weight
    graph.weights["conv_1/bias"][0] = bias
    x = samples(graph)
    quantized = calibrated(graph, x)
    verify_graph(quantized)
    if bias < 1e20:
        np.testing.assert_allclose(integer_outputs(quantized, x), run_float(graph, x)["conv_2"], atol=0.3)


def test_a_value_that_is_always_zero_has_a_positive_scale() -> None:
    net = Net(4, 4, 1)
    net.conv(net.relu(net.conv("input", bias=True)), bias=True)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    graph.weights["conv_1/bias"][:] = -100
    x = samples(graph)
    quantized = calibrated(graph, x)
    assert quantization(quantized, "relu_2").scale[0] >= LEAST_SCALE
    np.testing.assert_allclose(integer_outputs(quantized, x), run_float(graph, x)["conv_3"], atol=0.02)


def test_an_output_is_never_finer_than_its_accumulator() -> None:
    """Else requantizing would shift to the left, and sums that calibration never saw would wrap around."""
    net = Net(4, 4, 1)
    dead = net.relu(net.conv("input", bias=True))
    net.add(net.relu(net.mul(dead, dead)), dead)
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    graph.weights["conv_1/bias"][:] = -3
    quiet = np.zeros((4, 4, 4, 1), np.float32)
    quiet[0, 0, 0, 0] = 0.1
    quantized = calibrated(graph, quiet)
    units = quantization(quantized, "input").scale[0] * max(quantization(quantized, "conv_1/weight").scale)
    assert quantization(quantized, dead).scale[0] >= np.float32(units)
    loud = np.full((1, 4, 4, 1), 127, np.int8)
    found = run_int8(quantized, loud, keep=[dead, quantized.outputs[0]])
    zero = {name: quantization(quantized, name).zero_point[0] for name in found}
    assert all((array >= zero[name]).all() for name, array in found.items())


def test_a_softmax_has_its_fixed_scale_and_may_not_share_it() -> None:
    net = Net(6)
    soft = net.softmax(net.dense("input", units=4))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    expected = Quantization(scale=(1 / 256,), zero_point=(-128,))
    assert quantization(calibrated(graph, samples(graph)), soft) == expected
    net.concat(soft, net.dense("input", units=2))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    with pytest.raises(ModelError, match="softmax"):
        calibrated(graph, samples(graph))


@pytest.mark.parametrize(("curve", "scale", "zero"), [("sigmoid", 1 / 256, -128), ("tanh", 1 / 128, 0)])
def test_a_sigmoid_or_tanh_has_its_scale_by_specification(curve: str, scale: float, zero: int) -> None:
    net = Net(4, 4, 2)
    bent = getattr(net, curve)(net.conv("input"))
    moved = net.max_pool(net.pad(bent))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    quantized = calibrated(graph, samples(graph))
    prescribed = Quantization(scale=(scale,), zero_point=(zero,))
    assert quantization(quantized, bent) == quantization(quantized, moved) == prescribed
    wide = net.concat(bent, bent, net.mul(bent, net.conv("input")))
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    quantized = calibrated(graph, 30 * samples(graph))
    verify_graph(quantized)
    assert quantization(quantized, bent) == quantization(quantized, wide) != prescribed


def test_other_curves_take_the_range_they_were_seen_to_have() -> None:
    net = Net(4, 4, 2)
    bent = net.hard_swish("input")
    graph = net.graph()
    x = np.full((2, 4, 4, 2), -1.5, np.float32)
    x[0, 0, 0, 0] = 6.0
    found = quantization(calibrated(graph, x), bent)
    assert found.scale[0] == pytest.approx((6.0 + 0.375) / 255)
    assert found.zero_point[0] == -128 + round(0.375 / found.scale[0])


def test_a_border_is_part_of_the_range_even_where_it_is_extreme() -> None:
    net = Net(4, 4, 2)
    bordered = net.pad("input")
    graph = net.graph()
    nodes = (replace(graph.nodes[0], op=replace(graph.nodes[0].op, value=-7.0)),)
    quantized = calibrated(replace(graph, nodes=nodes), samples(graph))
    integers = run_int8(quantized, np.zeros((1, 4, 4, 2), np.int8))[bordered]
    assert integers[0, 0, 0, 0] == -128
    assert quantization(quantized, "input") == quantization(quantized, bordered)


def test_what_cannot_be_quantized_is_our_bug() -> None:
    net = Net(4, 4, 1)
    net.batch_norm(net.conv("input"))
    graph = net.graph()
    with pytest.raises(InternalError, match="no weights"):
        quantize_static(run_passes(graph), {})
    with pytest.raises(InternalError, match="batch_norm_2"):
        assume_int8(graph)
    ready = run_passes(with_statistics(graph, np.random.default_rng(0)))
    with pytest.raises(InternalError, match="'input' was not calibrated"):
        quantize_static(ready, {})


def test_weights_that_blow_up_are_named() -> None:
    net = Net(4, 4, 1)
    net.conv("input")
    graph = with_statistics(net.graph(), np.random.default_rng(0))
    graph.weights["conv_1/weight"][:] = np.inf
    with np.errstate(invalid="ignore"), pytest.raises(ModelError, match="'conv_1' is not finite"):
        measure_ranges(graph, [samples(graph)])
