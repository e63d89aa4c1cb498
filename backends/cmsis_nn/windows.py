"""Which windows the library's special kernels are right for: one pixel, rows of signals, windows in pads."""

from compiler.ir.graph import Rounding
from compiler.ir.ops import Window

TOO_FAR_OUT = "its windows lie further out than the library's buffer has rows"
"""The reason where not meets_rows."""

_PIXELS = 4
"""Output pixels that MVE kernels with int4 weights compute at a time."""


def is_pointwise(window: Window) -> bool:
    """Whether a window is one pixel without any pads: kernels for 1 x 1 go over the input's pixels, and know
    nothing of pads below and to the right."""
    return window.kernel == window.dilations == (1, 1) and not any(window.pads)


def meets_rows(window: Window, height: int, outputs: int) -> bool:
    """Whether no window lies more than wholly above or below a map of `height` rows, where kernels that
    gather columns (arm_depthwise_conv_s8_opt, _s4_opt, _fast_s16, but for MVE) would clear more of their
    buffer than it has."""
    last = (outputs - 1) * window.strides[0] - window.pads[0]
    return window.pads[0] <= window.kernel[0] and last <= height


def row_parts(window: Window, width: int, outputs: tuple[int, int]) -> tuple[int, int, int] | None:
    """How many outputs of a map of one row lie over its left border, inside and over the right one, as
    arm_convolve_1_x_n_s8 and _s4 on MVE split it; `outputs`: height and width. None where they cannot: the
    left pad has to be half of all padding, rounded down."""
    kernel, stride, left = window.kernel[1], window.strides[1], window.pads[1]
    odd = _odd_pad(window, width, outputs[1])
    if outputs[0] != 1 or width < kernel or odd not in (0, 1):
        return None
    over_left, over_right = -(-left // stride), -(-(left + odd) // stride)
    inside = outputs[1] - over_left - over_right
    return None if inside < 0 else (over_left, inside, over_right)


def splits_evenly(window: Window, width: int, outputs: tuple[int, int]) -> bool:
    """Whether arm_convolve_1_x_n_s8 on MVE is right for a map of one row. It expects the first window over
    the right border to reach one element beyond it, and zeros for as many as it counts outputs there."""
    parts = row_parts(window, width, outputs)
    if parts is None:
        return False
    _, _, over_right = parts
    kernel, stride, left = window.kernel[1], window.strides[1], window.pads[1]
    first = (outputs[1] - over_right) * stride - left
    zeros = over_right if _odd_pad(window, width, outputs[1]) else left
    return over_right == 0 or (first + kernel - 1 == width and (over_right - 1) * stride + 1 <= zeros)


def splits_packed(window: Window, width: int, outputs: tuple[int, int], rounding: Rounding) -> bool:
    """Whether arm_convolve_1_x_n_s4 on MVE is right for a map of one row and an even number of channels:
    where all windows meet the map, and those inside are rounded as the model does."""
    parts = row_parts(window, width, outputs)
    if parts is None or not rounds_all_once(rounding, parts[1]):
        return False
    return window.pads[1] + _odd_pad(window, width, outputs[1]) < window.kernel[1]


def _odd_pad(window: Window, width: int, outputs: int) -> int:
    """How much more padding there is than twice the left."""
    return (outputs - 1) * window.strides[1] + window.kernel[1] - width - 2 * window.pads[1]


def rounds_all_once(rounding: Rounding, pixels: int) -> bool:
    """Whether MVE kernels with int4 weights round `pixels` results of a filter as a model does: of the last
    two or three, arm_requantize_mve_pred rounds the product first, also in a build for single rounding."""
    return rounding == "double" or pixels % _PIXELS < 2
