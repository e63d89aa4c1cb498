"""Rows of signals, single pixels, windows in pads: where the library's special kernels are right for them."""

import pytest

from compiler.ir.ops import Conv2D, DepthwiseConv2D, Pads, Window
from compiler.ir.tensor import Dtype
from compiler.target import Isa
from tests.backends.cmsis_nn.drawn_layers import layer
from tests.backends.cmsis_nn.lowered import ISAS, only_call


@pytest.mark.parametrize(
    ("width", "stride", "pads", "kernel"),
    [
        (20, 1, (0, 1, 0, 1), "protonas_cmsis_conv2d_row_s8"),
        (20, 2, (0, 1, 0, 1), "protonas_cmsis_conv2d_general_s8"),
        (21, 2, (0, 1, 0, 1), "protonas_cmsis_conv2d_row_s8"),
        (20, 2, (0, 0, 0, 1), "protonas_cmsis_conv2d_row_s8"),
        (20, 2, (0, 0, 0, 0), "protonas_cmsis_conv2d_general_s8"),
        (20, 1, (0, 2, 0, 0), "protonas_cmsis_conv2d_general_s8"),
        (20, 1, (1, 1, 0, 1), "protonas_cmsis_conv2d_general_s8"),
    ],
)
def test_rows_that_the_row_kernel_of_mve_splits_wrongly_keep_away_from_it(
    width: int, stride: int, pads: Pads, kernel: str
) -> None:
    window = Window(kernel=(1, 3), strides=(1, stride), pads=pads)
    graph = layer(Conv2D(window=window), (1, width, 4), weight=(8, 1, 3, 4))
    assert only_call(graph, "mve").kernel == kernel
    assert only_call(graph, "dsp").kernel == "protonas_cmsis_conv2d_s8"


@pytest.mark.parametrize("isa", ISAS)
def test_a_single_pixel_with_pads_is_no_pointwise_convolution_to_the_library(isa: Isa) -> None:
    window = Window(kernel=(1, 1), pads=(0, 0, 0, 1))
    graph = layer(Conv2D(window=window), (4, 4, 6), weight=(3, 1, 1, 6))
    assert only_call(graph, isa).kernel == "protonas_cmsis_conv2d_general_s8"


@pytest.mark.parametrize("dtype", ["int8", "int16"])
@pytest.mark.parametrize("pads", [(6, 0, 0, 0), (0, 0, 6, 0)])
def test_windows_far_outside_are_portable_where_the_library_clears_more_than_its_scratch(
    pads: Pads, dtype: Dtype
) -> None:
    window = Window(kernel=(5, 5), pads=pads)
    graph = layer(DepthwiseConv2D(window=window), (9, 9, 4), weight=(1, 5, 5, 4), axis=3, dtype=dtype)
    assert [call.fallback[:11] for call in (only_call(graph, isa) for isa in ISAS)] == ["", "its windows", ""]
