"""Which layers with int4 weights the library does, with what scratch and tables, and which stay portable."""

from dataclasses import replace

import pytest

from backends.cmsis_nn.backend import CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING
from benchmarks.draft import same
from compiler.ir.graph import Graph, Rounding
from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D, Pads, Window
from compiler.ir.program import Program
from compiler.target import Isa
from tests.backends.cmsis_nn.drawn_layers import layer, per_tensor
from tests.backends.cmsis_nn.lowered import ISAS, lowered, only_call, scratch_bytes

CONV = layer(Conv2D(window=same(3)), (6, 6, 5), weight=(7, 3, 3, 5), filter_dtype="int4")
EVEN = layer(Conv2D(window=same(3)), (6, 6, 4), weight=(7, 3, 3, 4), filter_dtype="int4")
POINTWISE = layer(Conv2D(window=same(1)), (6, 6, 5), weight=(7, 1, 1, 5), filter_dtype="int4")
STRIDED = layer(
    Conv2D(window=Window(kernel=(1, 1), strides=(2, 2))), (6, 6, 5), weight=(7, 1, 1, 5), filter_dtype="int4"
)
DENSE = per_tensor(layer(Dense(), (31,), weight=(9, 31), filter_dtype="int4"))
DEPTHWISE = layer(
    DepthwiseConv2D(window=same(3)), (6, 6, 6), weight=(1, 3, 3, 6), axis=3, filter_dtype="int4"
)


@pytest.mark.parametrize(
    ("graph", "dsp", "mve", "scratch"),
    [
        (CONV, "conv2d_s4", "conv2d_s4", [4 * 45, 4 * 45, 4 * 48]),
        (EVEN, "conv2d_s4", "conv2d_even_s4", [4 * 36, 4 * 36, 4 * 48]),
        (POINTWISE, "conv2d_1x1_s4", "conv2d_1x1_s4", [0, 0, 0]),
        (STRIDED, "conv2d_1x1_strided_s4", "conv2d_1x1_strided_s4", [0, 0, 0]),
        (DENSE, "dense_s4", "dense_s4", [0, 0, 0]),
        (
            layer(Dense(), (31,), weight=(9, 31), filter_dtype="int4"),
            "conv2d_1x1_s4",
            "conv2d_1x1_s4",
            [0, 0, 0],
        ),
    ],
)
def test_int4_weights_have_kernels_and_scratch_of_their_own(
    graph: Graph, dsp: str, mve: str, scratch: list[int]
) -> None:
    assert only_call(graph, "dsp").kernel == f"protonas_cmsis_{dsp}"
    assert only_call(graph, "mve").kernel == f"protonas_cmsis_{mve}"
    assert [scratch_bytes(graph, isa) for isa in ISAS] == scratch


def depthwise(channels: int, multiplier: int, window: Window) -> Graph:
    weight = (1, *window.kernel, channels * multiplier)
    op = DepthwiseConv2D(window=window, multiplier=multiplier)
    return layer(op, (6, 6, channels), weight=weight, axis=3, filter_dtype="int4")


def test_depthwise_int4_is_the_fast_kernels_off_mve_alone() -> None:
    assert [only_call(DEPTHWISE, isa).kernel for isa in ISAS] == [
        "protonas_cmsis_depthwise_conv2d_s4",
        "protonas_cmsis_depthwise_conv2d_s4",
        "protonas_cmsis_depthwise_conv2d_generic_s4",
    ]
    assert [scratch_bytes(DEPTHWISE, isa) for isa in ISAS] == [2 * 6 * 9, 2 * 6 * 9, 0]


@pytest.mark.parametrize(
    ("multiplier", "window"),
    [
        (2, same(3)),
        (3, same(3)),
        (1, Window(kernel=(3, 3), dilations=(2, 1))),
        (1, Window(kernel=(2, 2), pads=(3, 0, 0, 0))),
    ],
)
def test_depthwise_int4_that_the_fast_kernel_cannot_do_is_the_generic_ones_on_even_channels(
    multiplier: int, window: Window
) -> None:
    for isa in ISAS:
        call = only_call(depthwise(4, multiplier, window), isa)
        assert call.kernel == "protonas_cmsis_depthwise_conv2d_generic_s4"
        call = only_call(depthwise(5, multiplier, window), isa)
        assert call.kernel == "protonas_depthwise_conv2d_s4"
        assert "odd number of channels" in call.fallback


def test_int4_tables_of_mve_have_bytes_behind_them() -> None:
    (short,), (long,) = (
        [table for table in lowered(DENSE, isa).constants if "weights" in table.name]
        for isa in ("dsp", "mve")
    )
    assert short.data is not None and long.data is not None
    assert short.bytes == -(-9 * 31 // 2)
    assert long.bytes == short.bytes + 16
    assert long.data.tolist() == [*short.data.reshape(-1).tolist(), *[0] * 16]


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (
            layer(Conv2D(window=same(3), groups=2), (6, 6, 4), weight=(2, 3, 3, 2), filter_dtype="int4"),
            "no groups",
        ),
    ],
)  # fmt: skip
def test_int4_weights_that_the_library_lacks_a_kernel_for_are_portable(graph: Graph, reason: str) -> None:
    for isa in ISAS:
        call = only_call(graph, isa)
        assert "cmsis" not in call.kernel
        assert reason in call.fallback


def test_int4_weights_of_a_double_rounding_model_keep_away_from_the_single_rounding_library() -> None:
    call = only_call(replace(CONV, rounding="double"), "dsp", CMSIS_NN_SINGLE_ROUNDING)
    assert call.kernel == "protonas_conv2d_s4"


def packed_conv(height: int, width: int, channels: int, kernel: int, stride: int = 1) -> Graph:
    window = same(3) if kernel == 3 else Window(kernel=(1, 1), strides=(stride, stride))
    weight = (7, kernel, kernel, channels)
    return layer(Conv2D(window=window), (height, width, channels), weight=weight, filter_dtype="int4")


@pytest.mark.parametrize(
    ("graph", "last"),
    [
        (packed_conv(6, 6, 5, 3), 0),
        (packed_conv(5, 5, 4, 3), 1),
        (packed_conv(5, 2, 5, 3), 2),
        (packed_conv(7, 5, 4, 3), 3),
        (packed_conv(3, 3, 5, 1), 1),
        (packed_conv(2, 3, 5, 1), 2),
        (packed_conv(9, 8, 5, 1, 2), 0),
        (packed_conv(8, 11, 5, 1, 2), 2),
    ],
)
def test_int4_convolutions_that_round_once_are_the_librarys_on_mve_but_where_it_rounds_last_pixels_twice(
    graph: Graph, last: int
) -> None:
    found = CMSIS_NN_SINGLE_ROUNDING.lower(replace(graph, rounding="single"), "mve")
    if last < 2:
        assert isinstance(found, Program)
        assert "cmsis" in found.calls[0].kernel
    else:
        assert not isinstance(found, Program) or "arm_requantize_mve_pred" in found.calls[0].fallback


@pytest.mark.parametrize("isa", ISAS)
def test_pads_below_a_single_int4_pixel_are_nothing_that_the_library_knows(isa: Isa) -> None:
    window = Window(kernel=(1, 1), pads=(0, 0, 1, 1))
    graph = layer(Conv2D(window=window), (4, 4, 6), weight=(3, 1, 1, 6), filter_dtype="int4")
    assert "pads below" in only_call(graph, isa).fallback


@pytest.mark.parametrize(
    ("width", "channels", "stride", "pads", "rounding", "kernel"),
    [
        (20, 4, 1, (0, 1, 0, 1), "double", "row"),
        (20, 4, 2, (0, 0, 0, 1), "double", "row"),
        (20, 4, 2, (0, 1, 0, 1), "double", "even"),
        (20, 4, 1, (0, 3, 0, 3), "double", "even"),
        (20, 4, 1, (1, 1, 0, 1), "double", "even"),
        (20, 6, 1, (0, 1, 0, 1), "double", "even"),
        (20, 6, 2, (0, 0, 0, 1), "double", "row"),
        (20, 5, 4, (0, 0, 0, 3), "double", "conv"),
        (22, 4, 1, (0, 1, 0, 1), "single", "row"),
        (20, 4, 1, (0, 1, 0, 1), "single", "even"),
    ],
)
def test_rows_of_int4_weights_are_the_row_kernels_on_mve_where_it_is_right(
    width: int, channels: int, stride: int, pads: Pads, rounding: Rounding, kernel: str
) -> None:
    """In single rounding 20 pixels inside, or 18 where 20 in all are as good."""
    window = Window(kernel=(1, 3), strides=(1, stride), pads=pads)
    graph = layer(
        Conv2D(window=window), (1, width, channels), weight=(5, 1, 3, channels), filter_dtype="int4"
    )
    backend = CMSIS_NN if rounding == "double" else CMSIS_NN_SINGLE_ROUNDING
    call = only_call(replace(graph, rounding=rounding), "mve", backend)
    names = {"row": "conv2d_row_s4", "even": "conv2d_even_s4", "conv": "conv2d_s4"}
    assert call.kernel == f"protonas_cmsis_{names[kernel]}"
    assert bool(call.scratch) == (kernel != "row")
    assert only_call(graph, "dsp").kernel == "protonas_cmsis_conv2d_s4"
