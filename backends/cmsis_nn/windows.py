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


def splits_evenly(window: Window, width: int, outputs: tuple[int, int]) -> bool:
    """Whether arm_convolve_1_x_n_s8 on MVE is right for a map of one row; `outputs`: height and width. It
    splits a row into outputs over the left border, inside and over the right one, takes the left pad for half
    of all padding, rounded down, and expects the first window over the right border to reach one element
    beyond it, and zeros for as many as it counts outputs there."""
    kernel, stride, left = window.kernel[1], window.strides[1], window.pads[1]
    total = (outputs[1] - 1) * stride + kernel - width
    odd = total - 2 * left
    if outputs[0] != 1 or width < kernel or odd not in (0, 1):
        return False
    over_left, over_right = -(-left // stride), -(-(left + odd) // stride)
    if over_left + over_right > outputs[1]:
        return False
    first = (outputs[1] - over_right) * stride - left
    zeros = over_right if odd else left
    return over_right == 0 or (first + kernel - 1 == width and (over_right - 1) * stride + 1 <= zeros)


def rounds_all_once(rounding: Rounding, pixels: int) -> bool:
    """Whether MVE kernels with int4 weights round `pixels` results of a filter as a model does: of the last
    two or three, arm_requantize_mve_pred rounds the product first, also in a build for single rounding."""
    return rounding == "double" or pixels % _PIXELS < 2
