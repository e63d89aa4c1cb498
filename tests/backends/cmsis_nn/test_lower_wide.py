"""Which int16 layers the library does, with what scratch and tables, and which stay portable and why."""

from dataclasses import replace

import numpy as np
import pytest

from backends.cmsis_nn.backend import CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING
from backends.cmsis_nn.curves import MOST_WIDE_ROW
from backends.portable.backend import PORTABLE
from benchmarks.draft import same
from compiler.backend import Backend
from compiler.ir.graph import Graph, Rounding
from compiler.ir.ops import (
    Add,
    AveragePool2D,
    Conv2D,
    Curve,
    Dense,
    DepthwiseConv2D,
    Mul,
    Softmax,
    Sub,
    Unary,
    Window,
)
from compiler.ir.program import KernelCall
from compiler.ir.tensor import Quantization
from compiler.ir.wide import exp_table, reciprocal_table
from tests.backends.cmsis_nn.drawn_layers import layer, per_tensor
from tests.backends.cmsis_nn.lowered import ISAS, lowered, only_call, scratch_bytes

WIDE_CONV = layer(Conv2D(window=same(3)), (6, 6, 5), weight=(7, 3, 3, 5), dtype="int16")
WIDE_DENSE = per_tensor(layer(Dense(), (30,), weight=(9, 30), dtype="int16"))
WIDE_DEPTHWISE = layer(DepthwiseConv2D(window=same(3)), (6, 6, 6), weight=(1, 3, 3, 6), axis=3, dtype="int16")


@pytest.mark.parametrize(
    ("graph", "kernel", "plain", "dsp", "mve"),
    [
        (WIDE_CONV, "conv2d_s16", 4 * 45, 4 * 45, 8 * 48),
        (WIDE_DENSE, "dense_s16", 0, 0, 0),
        (WIDE_DEPTHWISE, "depthwise_conv2d_s16", 0, 2 * 6 * 9, 8 * 6 * 9 + 8),
        (layer(AveragePool2D(window=same(3)), (6, 6, 5), dtype="int16"), "average_pool2d_s16", 0, 4 * 5, 0),
        (layer(Add(), (4, 4, 3), (4, 4, 3), dtype="int16"), "add_s16", 0, 0, 0),
    ],
)
def test_int16_layers_have_kernels_and_scratch_of_their_own(
    graph: Graph, kernel: str, plain: int, dsp: int, mve: int
) -> None:
    assert only_call(graph, "dsp").kernel == f"protonas_cmsis_{kernel}"
    assert [scratch_bytes(graph, isa) for isa in ISAS] == [plain, dsp, mve]


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (layer(Dense(), (512,), weight=(9, 512), dtype="int16"), "more than 511 inputs"),
        (
            layer(Conv2D(window=same(3), groups=2), (6, 6, 4), weight=(2, 3, 3, 2), dtype="int16"),
            "no groups",
        ),
        (layer(Conv2D(window=same(3)), (3, 3, 57), weight=(2, 3, 3, 57), dtype="int16"), "more than 511"),
        (layer(Mul(), (4, 4, 3), (1, 1, 3), dtype="int16"), "differ in shape"),
        (layer(Softmax(), (9,), dtype="int16"), "rows of 2 to 8 numbers"),
        (layer(Softmax(), (4, 1), dtype="int16"), "rows of 2 to 8 numbers"),
        (layer(Sub(), (9,), (9,), dtype="int16"), "no exact kernel for this operator on int16"),
    ],
)
def test_int16_layers_that_the_library_lacks_are_portable(graph: Graph, reason: str) -> None:
    for isa in ISAS:
        call = only_call(graph, isa)
        assert "cmsis" not in call.kernel
        assert reason in call.fallback


def test_int16_dense_layers_with_a_scale_for_each_channel_are_convolutions_of_one_pixel() -> None:
    graph = layer(Dense(), (30,), weight=(9, 30), dtype="int16")
    call = only_call(graph, "dsp")
    assert call.kernel == "protonas_cmsis_conv2d_s16"
    assert [scratch_bytes(graph, isa) for isa in ISAS] == [4 * 30, 4 * 30, 8 * 32]
    fields = dict(call.parameters)
    assert tuple(fields[f"filter.{side}"] for side in "nhwc") == (9, 1, 1, 30)


@pytest.mark.parametrize(
    ("graph", "column", "column_mve"),
    [
        (layer(Conv2D(window=same(3)), (6, 6, 5), weight=(7, 3, 3, 5), dtype="int16", bias="int32"), 45, 48),
        (
            layer(Conv2D(window=same(3)), (3, 3, 90), weight=(2, 3, 3, 90), dtype="int16", bias="int32"),
            810,
            816,
        ),
        (layer(Dense(), (30,), weight=(9, 30), dtype="int16", bias="int32"), 30, 32),
        (per_tensor(layer(Dense(), (600,), weight=(9, 600), dtype="int16", bias="int32")), 600, 600),
    ],
)
def test_int16_layers_with_an_int32_bias_are_convolutions_that_sum_in_32_bits(
    graph: Graph, column: int, column_mve: int
) -> None:
    """However many numbers they sum: those that fit 32 bits fit the library's. Dense ones with DSP alone."""
    for isa in ("dsp", "mve"):
        assert only_call(graph, isa).kernel == "protonas_cmsis_conv2d_s16_int32"
    assert [scratch_bytes(graph, isa) for isa in ("dsp", "mve")] == [4 * column, 8 * column_mve]
    plain, dense = only_call(graph, "plain"), isinstance(graph.nodes[0].op, Dense)
    assert plain.kernel == ("protonas_dense_s16_int32" if dense else "protonas_cmsis_conv2d_s16_int32")
    assert scratch_bytes(graph, "plain") == (0 if dense else 4 * column)
    assert ("takes longer" in plain.fallback) == dense


def test_int16_multipliers_of_sums_of_32_bits_keep_theirs() -> None:
    graph = layer(Conv2D(window=same(3)), (6, 6, 5), weight=(7, 3, 3, 5), dtype="int16", bias="int32")
    tables = {table.name: table for table in lowered(graph, "dsp").constants}
    theirs = {table.name: table for table in lowered(graph, "dsp", PORTABLE).constants}
    for name in ("n0/multiplier", "n0/shift", "n0/bias"):
        ours, portable = tables[name].data, theirs[name].data
        assert ours is not None and portable is not None
        assert ours.dtype == np.int32 and ours.tolist() == portable.tolist()


def test_int16_windows_beyond_what_the_library_counts_are_portable() -> None:
    def call(channels: int) -> KernelCall:
        weight, op = (1, 1, 3, channels), Conv2D(window=Window(kernel=(1, 3)))
        graph = layer(op, (1, 3, channels), weight=weight, dtype="int16", bias="int32")
        return only_call(replace(graph, weights=graph.weights | {"n0/w": np.zeros(weight, np.int8)}), "plain")

    assert call(65535 // 3).kernel == "protonas_cmsis_conv2d_s16_int32"
    assert call(65535 // 3 + 1).kernel == "protonas_conv2d_s16_int32"
    assert "more than 65535 numbers" in call(65535 // 3 + 1).fallback


def test_int16_dense_layers_keep_their_first_sums_within_32_bits() -> None:
    graph = per_tensor(layer(Dense(), (512,), weight=(2, 512), dtype="int16"))
    assert only_call(graph, "dsp").kernel == "protonas_cmsis_dense_s16"
    lowest = graph.weights | {"n0/w": np.full((2, 512), -128, np.int8)}
    assert "leave 32 bits" in only_call(replace(graph, weights=lowest), "dsp").fallback


def test_int16_results_that_the_library_would_cut_are_portable() -> None:
    coarse = Quantization(scale=(64.0,), zero_point=(0,))
    tensors = WIDE_DENSE.tensors | {"n0/w": replace(WIDE_DENSE.tensors["n0/w"], quantization=coarse)}
    call = only_call(replace(WIDE_DENSE, tensors=tensors), "dsp")
    assert call.kernel == "protonas_dense_s16"
    assert "30 bits" in call.fallback


def test_int16_multipliers_stay_those_of_the_reference() -> None:
    def multiplier(backend: Backend) -> list[int]:
        tables = lowered(WIDE_CONV, "dsp", backend).constants
        (data,) = [table.data for table in tables if table.name.endswith("/multiplier")]
        assert data is not None
        return [int(value) for value in data]

    assert multiplier(CMSIS_NN) == [value << 16 for value in multiplier(PORTABLE)]


@pytest.mark.parametrize("rounding", ["single", "double"])
def test_int16_layers_but_pools_keep_away_from_the_single_rounding_library(rounding: Rounding) -> None:
    softmax = layer(Softmax(), (9,), dtype="int16")
    for graph in (WIDE_CONV, WIDE_DENSE, softmax):
        call = only_call(replace(graph, rounding="double"), "dsp", CMSIS_NN_SINGLE_ROUNDING)
        assert "cmsis" not in call.kernel
    pool = replace(layer(AveragePool2D(window=same(3)), (6, 6, 5), dtype="int16"), rounding=rounding)
    assert "cmsis" in only_call(pool, "dsp", CMSIS_NN_SINGLE_ROUNDING).kernel


def test_int16_softmaxes_of_short_rows_never_need_the_clamps_that_the_library_lacks() -> None:
    """Of all sums that a row of 2 to 8 can have: the reciprocal's argument and the greatest result."""
    exp, reciprocal = (table().astype(np.int64) for table in (exp_table, reciprocal_table))

    def at(table: np.ndarray, argument: np.ndarray) -> np.ndarray:
        piece = 256 + (argument >> 7)
        slope = table[piece + 1] - table[piece]
        return np.asarray(table[piece] + ((slope * (argument & 127) + 64) >> 7))

    exponentials = at(exp, np.arange(-32768, 32768))
    least, most = int(exponentials.min()), int(exponentials[-1])
    assert most == exponentials.max()
    sums = np.arange(most + least, MOST_WIDE_ROW * most + 1)
    shift = 31 - np.array([int(value).bit_length() for value in sums])
    rounded = (sums << shift) + (1 << 13)
    argument = (rounded >> 14) - (1 << 15) - (1 << 16)
    results = (most * at(reciprocal, argument) + (1 << (29 - shift))) >> (30 - shift)
    assert rounded.max() < 2**31
    assert argument.max() <= 32767
    assert results.max() <= 32767


def test_int16_softmaxes_of_coarse_numbers_are_portable() -> None:
    graph = layer(Softmax(), (5,), dtype="int16")
    assert only_call(graph, "dsp").kernel == "protonas_cmsis_softmax_s16"
    coarse = replace(graph.tensors["in0"], quantization=Quantization(scale=(4.0,), zero_point=(0,)))
    call = only_call(replace(graph, tensors=graph.tensors | {"in0": coarse}), "dsp")
    assert call.kernel == "protonas_softmax_s16"
    assert "leave 32 bits" in call.fallback


@pytest.mark.parametrize(
    ("scale", "left_shift"), [(2.0, 13), (2.0**-11, 1), (2.0**-12, 0), (2.0**-15, -3), (0.003, None)]
)
@pytest.mark.parametrize("curve", ["sigmoid", "tanh"])
def test_int16_curves_of_scales_that_are_powers_of_two_are_the_librarys(
    curve: Curve, scale: float, left_shift: int | None
) -> None:
    graph = layer(Unary(activation=curve), (9,), dtype="int16")
    quantization = Quantization(scale=(float(np.float32(scale)),), zero_point=(0,))
    source = replace(graph.tensors["in0"], quantization=quantization)
    program = lowered(replace(graph, tensors=graph.tensors | {"in0": source}), "dsp")
    (call,) = program.calls
    assert call.kernel == f"protonas_{'' if left_shift is None else 'cmsis_'}curve_s16"
    assert dict(call.parameters).get("left_shift") == left_shift
    assert len(program.constants) == (left_shift is None)
    assert ("powers of two" in call.fallback) == (left_shift is None)


def test_a_softmax_of_int8_to_int16_is_the_librarys_in_both_builds() -> None:
    graph = layer(Softmax(), (9,))
    fine = Quantization(scale=(2.0**-16,), zero_point=(-32768,))
    output = replace(graph.tensors["n0"], dtype="int16", quantization=fine)
    graph = replace(graph, tensors=graph.tensors | {"n0": output})
    for backend in (CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING):
        assert only_call(graph, "mve", backend).kernel == "protonas_cmsis_softmax_s8_s16"
