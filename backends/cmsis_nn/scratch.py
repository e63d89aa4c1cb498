"""How much scratch the library's wrappers want, for each of its three instruction sets.

Figures: CMSIS-NN's public *_get_buffer_size functions (head of July 2026, built with GCC); tests, and builds
with PROTONAS_DEBUG, hold these to the library's own.
"""

from compiler.ir.ops import Window
from compiler.target import Isa

ALIGNMENT = 16
"""Of every scratch buffer."""

MVE_CHANNELS = 124
"""Channels of a map that MVE depthwise kernels take at a time."""

READ_BEHIND = 16
"""Weights that arm_nn_mat_mult_nt_t_s8 on MVE loads before it knows that there are none."""

_PIXELS = 4
"""Columns of a convolution that are computed at a time on MVE."""

_BYTES_S16 = 2


def up(value: int, multiple: int) -> int:
    """`value` rounded up to a multiple."""
    return -(-value // multiple) * multiple


def general_conv_bytes(isa: Isa, taps: int) -> int:
    """arm_convolve_s8: columns of `taps` (window times input channels of all groups) numbers."""
    return _PIXELS * up(taps, 16) if isa == "mve" else 2 * up(taps, 4) * _BYTES_S16


def conv_bytes(
    isa: Isa, window: Window, channels: int, *, pointwise: bool, row: tuple[int, int] | None
) -> int:
    """arm_convolve_wrapper_s8 on a map with `channels`. `pointwise`: a window of 1 x 1 without pads; `row`:
    input and output width where the wrapper takes the convolution for one of a single row."""
    if pointwise:
        return 0
    taps = window.kernel[0] * window.kernel[1] * channels
    if isa != "mve" or row is None:
        return general_conv_bytes(isa, taps)
    kernel, stride, left = window.kernel[1], window.strides[1], window.pads[1]
    total = (row[1] - 1) * stride + kernel - row[0]
    odd = total % 2 if total >= 0 else -(-total % 2)
    right_outputs = max(1, -(-(left + odd) // stride)) if left + odd else 0
    left_outputs = max(1, -(-left // stride)) if left else 0
    if max(row[1] - right_outputs - left_outputs, 0) + right_outputs + left_outputs != row[1]:
        return general_conv_bytes(isa, taps)
    right = right_outputs if odd else left
    return max(kernel + left, kernel - 1 + right) * channels


def depthwise_bytes(isa: Isa, window: Window, channels: int, multiplier: int) -> int:
    """arm_depthwise_conv_wrapper_s8 on a map with `channels`, more than one where a multiplier makes more."""
    taps = window.kernel[0] * window.kernel[1]
    small = window.kernel == (3, 3) and max(window.pads[:2]) <= 1
    if multiplier != 1 or window.dilations != (1, 1) or isa == "plain":
        return 0
    if isa == "mve":
        return 4 * MVE_CHANNELS * taps
    return 0 if small else channels * taps * _BYTES_S16


def conv_bytes_s16(isa: Isa, taps: int) -> int:
    """arm_convolve_wrapper_s16: columns of `taps` numbers."""
    return (_PIXELS * up(taps, 8) if isa == "mve" else 2 * taps) * _BYTES_S16


def depthwise_bytes_s16(isa: Isa, taps: int, channels: int) -> int:
    """arm_depthwise_conv_fast_s16 on DSP and MVE, which reads 8 bytes behind its columns."""
    column = taps * channels * _BYTES_S16
    return _PIXELS * column + 8 if isa == "mve" else column


def conv_bytes_s4(isa: Isa, taps: int) -> int:
    """arm_convolve_s4 and arm_convolve_even_s4."""
    return _PIXELS * up(taps, 16) if isa == "mve" else 2 * taps * _BYTES_S16


def depthwise_bytes_s4(taps: int, channels: int) -> int:
    """arm_depthwise_conv_s4_opt off MVE, without DSP as with it."""
    return channels * taps * _BYTES_S16


def transpose_conv_bytes(window: Window, input_width: int, filters: int) -> int:
    """arm_transpose_conv_s8, the same for all: rows of int32 sums, as many as the kernel has. The library
    compares the kernel's width with the vertical stride."""
    rows = max(window.kernel[0], window.strides[0])
    columns = (input_width - 1) * window.strides[1] + max(window.kernel[1], max(window.strides))
    return 4 * rows * columns * filters


def average_pool_bytes(isa: Isa, channels: int) -> int:
    """arm_avgpool_s8 and arm_avgpool_s16."""
    return 4 * channels if isa == "dsp" else 0


def batch_matmul_bytes(isa: Isa, columns: int) -> int:
    """arm_batch_matmul_s8, of matrices with `columns` in the output."""
    return 4 * columns if isa == "mve" else 0


def svdf_bytes(filters: int, outputs: int) -> int:
    """arm_svdf_s8 and arm_svdf_state_s16_s8, the same for all: int32 sums of filters and of outputs."""
    return 4 * (filters + outputs)
