"""What a file becomes: names, ports, shapes, constants; and all that stops it, at once."""

import pickle
import time

import numpy as np
import pytest

from compiler.errors import ModelError
from compiler.frontends.tflite.operators import IMPORTERS, SUPPORT
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir import ops
from compiler.ir.graph import Graph, State
from compiler.ir.tensor import Quantization
from compiler.ir.verify import verify_graph
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.tflite_files import UNIT, ZERO, Chain, computing, moving, remembering
from tests.tflite_models.builder import ABSENT
from tests.tflite_models.oracle import run_batch, run_sequences

SECONDS = 10.0
"""On a busy machine; without limits these would take minutes."""


def read(model: Chain | bytes, *, float_ports: bool = False) -> Graph:
    graph = read_tflite(
        model if isinstance(model, bytes) else model.build(), "model", float_ports=float_ports
    )
    verify_graph(graph)
    return graph


def kinds(graph: Graph) -> list[str]:
    return [type(node.op).__name__ for node in graph.nodes]


def reasons(model: Chain) -> list[str]:
    with pytest.raises(UnsupportedError) as caught:
        read(model)
    return [str(reason) for reason in caught.value.reasons]


def test_moving_equals_tflm() -> None:
    x = np.random.default_rng(0).integers(-128, 128, (8, 4, 6, 2), dtype=np.int8)
    graph = read(moving())
    assert np.array_equal(run_int8(graph, x)[graph.outputs[0]], run_batch(moving(), [x])[0])


def test_variables_start_as_call_once_sets_them() -> None:
    graph = read(remembering())
    (state,) = graph.states
    assert isinstance(state, State) and state.initial == 7
    x = np.zeros((1, 1, 2), np.int8)
    assert run_sequences(remembering(), [x])[0].ravel().tolist() == [4, 4]
    assert run_int8(graph, x[0])[graph.outputs[0]].ravel().tolist() == [4, 4]


def test_float_ports_become_the_integers_behind_them_under_their_signature_names() -> None:
    graph = read(computing())
    assert (graph.inputs, graph.outputs) == (("pixels",), ("classes",))
    assert graph.tensors["pixels"].dtype == graph.tensors["classes"].dtype == "int8"
    assert not {"Quantize", "Dequantize"} & set(kinds(graph))


def test_float_ports_stay_on_request() -> None:
    graph = read(computing(), float_ports=True)
    assert kinds(graph)[0] == "Quantize" and kinds(graph)[-1] == "Dequantize"
    assert graph.tensors["pixels"].dtype == graph.tensors["classes"].dtype == "float32"


def test_integer_ports_get_a_float_form_on_request() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT, name="x")
    model.output(model.then("RELU", [x], (1, 4)))
    graph = read(model, float_ports=True)
    assert kinds(graph) == ["Quantize", "Lookup", "Dequantize"]
    assert [graph.tensors[name].dtype for name in (*graph.inputs, *graph.outputs)] == ["float32"] * 2


def test_a_float_input_quantized_in_two_ways_is_refused() -> None:
    model = Chain()
    x = model.input((1, 4), "FLOAT32", name="x")
    model.output(model.then("QUANTIZE", [x], (1, 4)), model.then("QUANTIZE", [x], (1, 4), ZERO))
    assert "quantized in two ways" in reasons(model)[0]


def test_space_to_batch_around_a_convolution_is_a_dilation() -> None:
    conv = read(computing()).nodes[0].op
    assert isinstance(conv, ops.Conv2D)
    assert (conv.window.dilations, conv.window.pads) == ((2, 2), (1, 1, 1, 1))


def test_a_border_that_tflm_does_not_define_is_refused() -> None:
    model = Chain()
    x = model.input((1, 4, 4, 2), "INT8", UNIT)
    blocks, border = model.constant([2, 2]), model.constant([[1, 1], [1, 1]])
    weight = model.random((2, 2, 2, 2), Quantization(scale=(0.1,), zero_point=(0,)))
    apart = model.then("SPACE_TO_BATCH_ND", [x, blocks, border], (4, 3, 3, 2))
    made = model.then(
        "CONV_2D", [apart, weight, ABSENT], (4, 2, 2, 2), padding="VALID", stride_h=1, stride_w=1,
        dilation_h_factor=1, dilation_w_factor=1,
    )  # fmt: skip
    model.output(
        model.then("BATCH_TO_SPACE_ND", [made, blocks, model.constant([[0, 0], [0, 0]])], (1, 4, 4, 2))
    )
    assert len(reasons(model)) == 3


def test_per_tensor_convolutions_have_a_scale_for_each_channel_and_dense_layers_one() -> None:
    model = Chain()
    x = model.input((1, 1, 1, 3), "INT8", UNIT)
    filters = model.random((2, 1, 1, 3), ZERO)
    options = {"padding": "VALID", "stride_h": 1, "stride_w": 1}
    conv = model.then(
        "CONV_2D", [x, filters], (1, 1, 1, 2), dilation_h_factor=1, dilation_w_factor=1, **options
    )
    model.output(model.then("FULLY_CONNECTED", [conv, model.random((4, 2), ZERO), ABSENT], (1, 4)))
    graph = read(model)
    weights = [graph.tensors[node.inputs[1]].quantization for node in graph.nodes if len(node.inputs) > 1]
    assert [weight and weight.axis for weight in weights] == [0, None]


def test_rows_of_a_dense_layer_are_a_map_for_a_convolution() -> None:
    model = Chain()
    x = model.input((1, 5, 3), "INT8", UNIT)
    weight = model.random((4, 3), Quantization(scale=(0.01,), zero_point=(0,)))
    model.output(model.then("FULLY_CONNECTED", [x, weight, ABSENT], (1, 5, 4), keep_num_dims=True))
    graph = read(model)
    assert kinds(graph) == ["Reshape", "Conv2D", "Reshape"]
    given = np.random.default_rng(0).integers(-128, 128, (4, 5, 3), dtype=np.int8)
    assert np.array_equal(run_int8(graph, given)[graph.outputs[0]], run_batch(model.build(), [given])[0])


def test_moves_that_relabel_integers_do_so_by_a_table() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT)
    model.output(model.then("RESHAPE", [x, model.constant([1, 2, 2])], (1, 2, 2), ZERO))
    graph = read(model)
    assert kinds(graph) == ["Lookup", "Reshape"] and graph.tensors[graph.outputs[0]].quantization == ZERO
    given = np.arange(-4, 4, dtype=np.int8).reshape(2, 4)
    assert np.array_equal(run_int8(graph, given)[graph.outputs[0]].ravel(), given.ravel())


def test_constants_are_folded() -> None:
    model = Chain()
    x = model.input((1, 2, 3), "INT8", UNIT)
    numbers = model.tensor((3, 2), "FLOAT32", data=np.arange(6, dtype=np.float32).reshape(3, 2))
    quantized = model.then("QUANTIZE", [numbers], (3, 2))
    turned = model.then("TRANSPOSE", [quantized, model.constant([1, 0])], (2, 3))
    shaped = model.then("RESHAPE", [turned, model.constant([1, 2, 3])], (1, 2, 3))
    model.output(model.then("ADD", [x, shaped], (1, 2, 3)))
    graph = read(model)
    assert kinds(graph) == ["Add"]
    assert graph.weights[graph.parameters[0]].tolist() == [[3, 7, 11], [5, 9, 13]]


def test_a_value_given_out_twice_has_two_names_and_inputs_may_be_outputs() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT, name="x")
    y = model.then("RELU", [x], (1, 4))
    model.output(y, y, x)
    graph = read(model)
    assert len(set(graph.outputs)) == 3 and kinds(graph) == ["Lookup", "Reshape", "Reshape"]


def test_names_are_plain_short_and_unique() -> None:
    model = Chain()
    odd = ("", "a" * 500, 'x"; system("rm")//\n\x00', "ä", "a" * 500)
    inputs = [model.input((1, 2), "INT8", UNIT, name=name) for name in odd]
    value = inputs[0]
    for other in inputs[1:]:
        value = model.then("ADD", [value, other], (1, 2))
    model.output(value)
    graph = read(model)
    for name in (*graph.tensors, *(node.name for node in graph.nodes)):
        assert (
            0 < len(name) < 80 and name.isascii() and name.isprintable() and not set(name) & set(" \"'\\;()")
        )
    assert len(graph.inputs) == 5


def test_nodes_that_no_output_needs_are_left_out() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT)
    model.then("RELU6", [x], (1, 4))
    model.output(model.then("RELU", [x], (1, 4)))
    assert kinds(read(model)) == ["Lookup"]


def test_everything_unsupported_is_told_at_once_and_survives_a_pickle() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT, name="x")
    floated = model.then("DEQUANTIZE", [x], (1, 4), dtype="FLOAT32")
    rooted = model.then("COS", [floated], (1, 4), dtype="FLOAT32")
    doubled = model.then("ADD", [rooted, rooted], (1, 4), dtype="FLOAT32")
    back = model.then("QUANTIZE", [doubled], (1, 4))
    shares = model.then("SOFTMAX", [back], (1, 4), UNIT, beta=1.0)
    model.output(model.then("NEG", [shares], (1, 4)))
    with pytest.raises(UnsupportedError) as caught:
        read(model)
    lines = str(caught.value).splitlines()
    assert lines[0] == "model: 4 unsupported"
    assert [line.split()[0] for line in lines[1:]] == ["COS", "ADD", "SOFTMAX", "NEG"]
    assert "nearest: scale 0.00390625 and zero point -128" in lines[3]
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own error


def test_what_nothing_moves_is_told_with_the_rest() -> None:
    model = Chain()
    ids, x = model.input((1, 4), "INT64", None, name="ids"), model.input((1, 4), "INT8", UNIT)
    turned = model.then("RESHAPE", [ids, model.constant([1, 2, 2])], (1, 2, 2), dtype="INT64")
    constant = model.random((1, 4), UNIT)
    model.output(turned, model.then("COS", [x], (1, 4)), constant, ids)
    found = reasons(model)
    assert [line.split()[0] for line in found] == ["RESHAPE", "COS", "tensor", "tensor"]
    assert found[0].endswith("[1, 2, 2]: it moves int64; nearest: int8, uint8, int16 or int32")
    assert "it is constant" in found[2] and "'ids' [1, 4]: it moves int64" in found[3]


@pytest.mark.parametrize(
    ("shape", "why"), [((2, 4, 4, 1), "batch is 2"), ((1, 4, 4, 1), "its weight is computed")]
)
def test_batches_and_computed_weights_are_refused(shape: tuple[int, ...], why: str) -> None:
    model = Chain()
    x, weight = model.input(shape, "INT8", UNIT), model.input((1, 2, 2, 1), "INT8", ZERO)
    made = model.then(
        "CONV_2D", [x, weight], (shape[0], 3, 3, 1), padding="VALID", stride_h=1, stride_w=1,
        dilation_h_factor=1, dilation_w_factor=1,
    )  # fmt: skip
    model.output(made)
    assert why in reasons(model)[0]


def test_outputs_far_finer_than_their_inputs_are_refused() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", Quantization(scale=(1e6,), zero_point=(0,)))
    tiny = Quantization(scale=(float(np.float32(1e-6)),), zero_point=(0,))
    model.output(model.then("ADD", [x, x], (1, 4), tiny), model.then("RELU", [x], (1, 4), tiny))
    assert all("times finer" in reason for reason in reasons(model)) and len(reasons(model)) == 2


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\x00" * 64, b"PK\x03\x04" + b"\x00" * 60])
def test_other_files_are_no_tflite_files(data: bytes) -> None:
    with pytest.raises(ModelError, match="model: broken file: not a TFLite file"):
        read_tflite(data, "model")


def test_the_support_table_is_in_order_and_names_each_operator_once() -> None:
    names = [row.operator for row in SUPPORT]
    assert len(IMPORTERS) == len(names) and all(row.types for row in SUPPORT)
    assert names == sorted(names, key=lambda name: name.replace("_", ""))


def chained(count: int, code: str, *constants: list[int]) -> bytes:
    """One operator after another, each with the same constants."""
    model = Chain()
    value, extra = model.input((1, 8), "INT8", UNIT), [model.constant(numbers) for numbers in constants]
    for _ in range(count):
        value = model.then(code, [value, *extra], (1, 8))
    model.output(value)
    return model.build()


def test_networks_beyond_our_limits_are_refused_soon() -> None:
    start = time.perf_counter()
    with pytest.raises(ModelError, match=r"5,001 of Operator; up to 5,000 are read"):
        read(chained(5_001, "RELU"))
    wide = Chain()
    x = wide.input((1, 1), "INT8", UNIT)
    for _ in range(40):
        wide.output(wide.then("TILE", [x, wide.constant([1, 1 << 15])], (1, 1 << 15)))
    with pytest.raises(ModelError, match="more than 1,048,576 indices"):
        read(wide)
    assert time.perf_counter() - start < SECONDS


def test_the_longest_network_is_read_in_bounded_time() -> None:
    data = chained(5_000, "RSQRT")
    start = time.perf_counter()
    read_tflite(data, "model")
    assert time.perf_counter() - start < SECONDS


def test_what_is_constant_or_float_throughout_is_no_network() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT)
    constant = model.random((1, 4), UNIT)
    relu = model.then("RELU", [constant], (1, 4))
    model.output(model.then("ADD", [x, relu], (1, 4)), constant)
    assert [line.partition(": ")[2].split(";")[0] for line in reasons(model)] == ["it is constant"]
    floated = Chain()
    y = floated.input((1, 4), "FLOAT32")
    floated.output(floated.then("RESHAPE", [y, floated.constant([4])], (4,), dtype="FLOAT32"))
    with pytest.raises(ModelError, match="nothing in it is quantized"):
        read(floated)


@pytest.mark.parametrize(
    ("reads", "gives", "why"),
    [(False, True, "has no inputs"), (True, False, "has no outputs"), (False, False, "has no outputs")],
)
def test_a_network_without_a_border_is_not_called_broken(reads: bool, gives: bool, why: str) -> None:
    model = Chain()
    if reads:
        model.input((1, 4), "INT8", UNIT)
    if gives:
        model.output(model.random((1, 4), UNIT))
    with pytest.raises(ModelError, match=f"^model: the network {why}"):
        read(model)


def test_a_variable_that_nothing_assigns_is_told_with_the_rest() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT)
    handle = model.tensor((1,), "RESOURCE")
    model.operator("VAR_HANDLE", [], [handle], shared_name="kept")
    before = model.then("READ_VARIABLE", [handle], (1, 4))
    model.output(model.then("ADD", [x, before], (1, 4)), model.then("COS", [x], (1, 4)))
    found = reasons(model)
    assert [line.split()[0] for line in found] == ["COS", "READ_VARIABLE"]
    assert "[1, 4]: nothing ever assigns its variable; nearest: " in found[1]


def test_values_are_computed_once() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT)
    y = model.then("RELU", [x], (1, 4))
    model.operator("RELU6", [x], [y])
    model.output(y)
    with pytest.raises(ModelError, match=r"relu6_1 computes 't1', which is there"):
        read(model)


def test_a_clamp_whose_bound_overflows_is_refused_as_tflm_does() -> None:
    model = Chain()
    fine = Quantization(scale=(2.0**-20,), zero_point=(0,))
    finest = Quantization(scale=(4.656612873077393e-10,), zero_point=(0,))
    inputs = [model.input((1, 1), "INT16", fine) for _ in range(2)]
    output = model.tensor((1, 1), "INT16", finest)
    model.operator("MUL", inputs, [output], fused_activation_function="RELU_N1_TO_1")
    model.output(output)
    with pytest.raises(UnsupportedError, match="activation's bound 1 is no 32-bit number"):
        read_tflite(model.build(), "fine")
