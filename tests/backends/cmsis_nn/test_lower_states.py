"""SVDF, LSTM and products of matrices: which kernel, which tables and which scratch; no library needed."""

from dataclasses import replace

import numpy as np
import pytest

from backends.cmsis_nn.backend import CMSIS_NN_SINGLE_ROUNDING
from backends.portable.backend import PORTABLE
from compiler.ir.graph import Graph
from compiler.ir.ops import BatchMatMul
from compiler.ir.program import KernelCall
from compiler.target import Isa
from tests.backends.cmsis_nn.drawn_states import lstm, matmul, svdf
from tests.backends.cmsis_nn.lowered import ISAS, lowered, only_call, scratch_bytes
from tests.compiler.stateful_graphs import quantization

FLAT = BatchMatMul(transpose_right=True)
PLAIN = BatchMatMul()
TURNED = BatchMatMul(transpose_left=True)
LSTM = lstm(1, 3, 5, 7)
WIDE: tuple[Isa, ...] = ("dsp", "mve")


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_states_are_written_as_by_the_portable_kernel(dtype: str) -> None:
    graph = svdf(0, 9, 4, 2, 5, "int8" if dtype == "int8" else "int16")
    for isa in ISAS:
        ours, theirs = lowered(graph, isa), lowered(graph, isa, PORTABLE)
        assert [call.kernel for call in ours.calls] == [f"protonas_cmsis_svdf_state_s{dtype[3:]}"] * 2
        assert [call.writes for call in ours.calls] == [call.writes for call in theirs.calls]
        states = [[b for b in program.buffers if b.kind == "state"] for program in (ours, theirs)]
        assert states[0] == states[1]
    assert only_call(LSTM, "dsp").writes == only_call(LSTM, "dsp", PORTABLE).writes == ("y", "hidden", "cell")


def test_scratch() -> None:
    filters, units = 4 * 2, 4
    for dtype in ("int8", "int16"):
        graph = svdf(0, 9, units, 2, 5, "int8" if dtype == "int8" else "int16")
        assert [scratch_bytes(graph, isa) for isa in ISAS] == [2 * 4 * (filters + units)] * 3
    assert [scratch_bytes(LSTM, isa) for isa in ISAS] == [2 * 2 * 7] * 3


@pytest.mark.parametrize(
    ("op", "constant", "kind", "moved"),
    [
        (FLAT, "", "direct", 0),
        (PLAIN, "", "transposing", 5 * 6),
        (PLAIN, "right", "direct", 0),
        (PLAIN, "left", "transposing", 5 * 6),
        (TURNED, "right", "transposing", 3 * 5),
        (TURNED, "left", "transposing", 5 * 6),
        (TURNED, "", "transposing", 3 * 5 + 5 * 6),
    ],
)
def test_matrices_that_lie_the_other_way_round(op: BatchMatMul, constant: str, kind: str, moved: int) -> None:
    graph = matmul(0, (2, 3, 5, 6), op, constant=constant)
    assert only_call(graph, "dsp").kernel == f"protonas_cmsis_batch_matmul_{kind}_s8"
    kind_mve = "" if kind == "direct" else f"_{kind}"
    assert only_call(graph, "mve").kernel == f"protonas_cmsis_batch_matmul{kind_mve}_s8"
    assert [scratch_bytes(graph, isa) for isa in ISAS] == [moved, moved, moved + 4 * 6]


@pytest.mark.parametrize(
    ("op", "constant", "moved"),
    [
        (FLAT, "", 0),
        (PLAIN, "right", 0),
        (PLAIN, "", 5 * 6),
        (TURNED, "left", 5 * 6),
        (TURNED, "", 3 * 5 + 5 * 6),
    ],
)
def test_matrices_of_int16_need_scratch_only_to_be_transposed(
    op: BatchMatMul, constant: str, moved: int
) -> None:
    graph = matmul(0, (2, 3, 5, 6), op, constant=constant, dtype="int16")
    kernel = f"protonas_cmsis_batch_matmul{'_transposing' if moved else ''}_s16"
    assert {only_call(graph, isa).kernel for isa in WIDE} == {kernel}
    assert [scratch_bytes(graph, isa) for isa in WIDE] == [2 * moved] * 2


def test_products_of_int16_that_the_library_would_cut_are_portable() -> None:
    """Where depth times multiplier reaches 1, sums of 2^30 products would leave 30 bits."""
    inputs = matmul(0, (1, 2, 8, 3), FLAT, dtype="int16")

    def with_output(multiplier: float) -> KernelCall:
        scale = inputs.tensors["left"].quantization, inputs.tensors["right"].quantization
        assert scale[0] is not None and scale[1] is not None
        output = quantization(scale[0].scale[0] * scale[1].scale[0] / multiplier)
        tensors = inputs.tensors | {"out": replace(inputs.tensors["out"], quantization=output)}
        return only_call(replace(inputs, tensors=tensors), "dsp")

    assert with_output(0.124).kernel == "protonas_cmsis_batch_matmul_s16"
    assert with_output(0.126).kernel == "protonas_batch_matmul_s16"
    assert "30 bits" in with_output(0.126).fallback


def test_constants_that_lie_the_other_way_round_are_transposed_here() -> None:
    graph = matmul(0, (2, 3, 5, 6), PLAIN, constant="right")
    (table,) = lowered(graph, "dsp").constants
    assert only_call(graph, "dsp").reads == ("left", table.name)
    assert table.data is not None
    assert np.array_equal(table.data, graph.weights["right"].transpose(0, 2, 1))


def test_sums_of_weights_are_tables() -> None:
    graph = svdf(0, 9, 4, 2, 5, "int8")
    zero_point = graph.tensors["x"].quantization
    assert zero_point is not None
    tables = {table.name: table.data for table in lowered(graph, "mve").constants}
    sums = tables["node_0/kernel_sum"]
    assert sums is not None
    rows = graph.weights["one/feature"].astype(int).sum(axis=1)
    assert sums.tolist() == (rows * -zero_point.zero_point[0]).tolist()
    assert not any("kernel_sum" in table.name for table in lowered(graph, "dsp").constants)
    biases = {table.name: table.data for table in lowered(LSTM, "dsp").constants}
    found = biases["node_0/input_hidden_sum"]
    hidden = LSTM.tensors["hidden"].quantization
    assert found is not None and hidden is not None
    recurrent = LSTM.weights["r0"].astype(int).sum(axis=1)
    assert found.tolist() == (recurrent * -hidden.zero_point[0]).tolist()


def test_a_state_with_a_zero_point_takes_a_dense_layer_more_on_mve() -> None:
    graph = svdf(0, 9, 4, 2, 5, "int8", zero_point=3)
    program = lowered(graph, "mve")
    assert {call.kernel for call in program.calls} == {"protonas_cmsis_svdf_offset_state_s8"}
    filters, units = 8, 4
    assert scratch_bytes(graph, "mve") == 2 * (4 * (2 * filters + units) + filters)
    (bias,) = [table.data for table in program.constants if table.name == "node_0/offset_bias"]
    weights = graph.weights["one/time"].astype(int).reshape(units, -1).sum(axis=1)
    assert bias is not None and bias.tolist() == (graph.weights["one/bias"] - 3 * weights).tolist()


@pytest.mark.parametrize(
    ("graph", "isa", "reason"),
    [
        (svdf(0, 9, 4, 2, 5, "int8", zero_point=3), "dsp", "zero point"),
        (svdf(0, 9, 4, 2, 5, "int16", zero_point=3), "mve", "zero point"),
        (matmul(0, (1, 2, 3, 9363), PLAIN), "mve", "9362 numbers"),
        (matmul(0, (1, 2, 3, 32768), FLAT), "dsp", "side is longer"),
        (matmul(0, (1, 2, 3, 32768), FLAT, dtype="int16"), "dsp", "side is longer"),
        (matmul(0, (1, 2, 3, 4), FLAT, dtype="int16"), "plain", "takes longer"),
        (lstm(1, 3, 5, 7, dtype="int16"), "plain", "takes longer"),
    ],
)
def test_forms_that_the_library_computes_otherwise_are_portable(graph: Graph, isa: Isa, reason: str) -> None:
    for call in lowered(graph, isa).calls:
        assert "cmsis" not in call.kernel
        assert reason in call.fallback


@pytest.mark.parametrize(
    ("far", "near"),
    [
        (lstm(1, 3, 5, 7, reach=1.001), lstm(1, 3, 5, 7, reach=0.999)),
        (lstm(1, 3, 5, 7, cell_exponent=-16), lstm(1, 3, 5, 7, cell_exponent=-15)),
        (lstm(1, 3, 5, 7, cell_clip=2.0**-12), lstm(1, 3, 5, 7, cell_clip=2.0**-11)),
    ],
)
def test_an_lstm_that_needs_clamps_is_put_together_from_parts(far: Graph, near: Graph) -> None:
    for isa in ISAS:
        assert only_call(near, isa).kernel == "protonas_cmsis_lstm_s8"
        assert only_call(far, isa).kernel == "protonas_cmsis_lstm_clamped_s8"
        assert scratch_bytes(far, isa) == 3 * 2 * 7


@pytest.mark.parametrize(
    ("far", "near"),
    [
        (lstm(1, 3, 5, 7, reach=1.001, dtype="int16"), lstm(1, 3, 5, 7, reach=0.999, dtype="int16")),
        (
            lstm(1, 3, 5, 7, cell_exponent=-16, dtype="int16"),
            lstm(1, 3, 5, 7, cell_exponent=-15, dtype="int16"),
        ),
    ],
)
def test_an_lstm_of_int16_is_put_together_from_parts_where_one_of_int8_is(far: Graph, near: Graph) -> None:
    for isa in WIDE:
        assert only_call(near, isa).kernel == "protonas_cmsis_lstm_s16"
        assert only_call(far, isa).kernel == "protonas_cmsis_lstm_clamped_s16"
        assert [scratch_bytes(graph, isa) for graph in (near, far)] == [2 * 2 * 7, 3 * 2 * 7]


def test_an_lstm_of_int16_adds_its_biases_as_they_are_and_no_others() -> None:
    graph = lstm(1, 3, 5, 7, dtype="int16")
    tables = {table.name: table.data for table in lowered(graph, "mve").constants}
    bias, none = tables["node_0/cell_bias"], tables["node_0/no_bias"]
    assert bias is not None and none is not None
    assert bias.dtype == none.dtype == np.int64
    assert bias.tolist() == graph.weights["b2"].tolist()
    assert none.tolist() == [0] * 7


def test_an_lstm_of_int16_whose_sums_the_library_would_cut_is_portable() -> None:
    graph = lstm(1, 3, 5, 7, dtype="int16")
    most = 2**31 - 1 - int(np.abs(graph.weights["i1"].astype(int)).sum(axis=1).max()) * 2**15

    def call(bias: int) -> KernelCall:
        return only_call(replace(graph, weights=graph.weights | {"b1": np.full(7, bias, np.int64)}), "mve")

    assert call(-most).kernel == "protonas_cmsis_lstm_s16"
    assert call(-most - 1).kernel == "protonas_lstm_s16"
    assert "leave 32 bits" in call(-most - 1).fallback
    coarse = replace(graph.tensors["i1"], quantization=quantization(64.0))
    wide = replace(graph, tensors=graph.tensors | {"i1": coarse})
    assert "leave 30 bits" in only_call(wide, "dsp").fallback


def test_matrices_at_the_border_are_transposed() -> None:
    assert only_call(matmul(0, (1, 2, 3, 9363), PLAIN), "dsp").fallback == ""
    assert only_call(matmul(0, (1, 2, 3, 9362), PLAIN), "mve").fallback == ""


def test_the_single_rounding_library_is_called_for_products_alone() -> None:
    (call,) = lowered(LSTM, "dsp", CMSIS_NN_SINGLE_ROUNDING).calls
    assert "rounds double" in call.fallback
    (call,) = lowered(matmul(0, (2, 3, 5, 6), FLAT, dtype="int16"), "dsp", CMSIS_NN_SINGLE_ROUNDING).calls
    assert "rounds double" in call.fallback
    once = replace(matmul(0, (2, 3, 5, 6), FLAT), rounding="single")
    assert "cmsis" in only_call(once, "dsp", CMSIS_NN_SINGLE_ROUNDING).kernel
    assert "cmsis" not in only_call(once, "dsp").kernel
