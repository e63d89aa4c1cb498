"""Which int16 layers the library does, with what scratch and tables, and which stay portable and why."""

from dataclasses import replace

import numpy as np
import pytest

from backends.cmsis_nn.backend import CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING
from backends.portable.backend import PORTABLE
from benchmarks.draft import same
from compiler.backend import Backend
from compiler.ir.graph import Graph, Rounding
from compiler.ir.ops import Add, AveragePool2D, Conv2D, Dense, DepthwiseConv2D, Mul, Softmax
from compiler.ir.tensor import Quantization
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
        (layer(Dense(), (30,), weight=(9, 30), dtype="int16"), "one scale for all weights"),
        (
            layer(Conv2D(window=same(3), groups=2), (6, 6, 4), weight=(2, 3, 3, 2), dtype="int16"),
            "no groups",
        ),
        (layer(Conv2D(window=same(3)), (3, 3, 57), weight=(2, 3, 3, 57), dtype="int16"), "more than 511"),
        (layer(Mul(), (4, 4, 3), (1, 1, 3), dtype="int16"), "differ in shape"),
        (layer(Softmax(), (9,), dtype="int16"), "its numbers are int16"),
    ],
)
def test_int16_layers_that_the_library_lacks_are_portable(graph: Graph, reason: str) -> None:
    for isa in ISAS:
        call = only_call(graph, isa)
        assert "cmsis" not in call.kernel
        assert reason in call.fallback


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
