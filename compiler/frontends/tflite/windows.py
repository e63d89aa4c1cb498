"""Strides, dilations and paddings as TFLite's options give them.

SAME: as many windows as strides fit into the map, the padding that takes halved, the odd row or column below
and to the right (TensorFlow's GetWindowedOutputSize, lite/kernels/padding.h).
"""

from typing import Literal

from compiler.frontends.tflite.call import Call
from compiler.ir.ops import Pads, Pair, Window

MOST_STEP = 4096
_PADDINGS: dict[int, Literal["same", "valid"]] = {0: "same", 1: "valid"}


def conv_window(call: Call, kernel: Pair, size: Pair) -> Window:
    """The window of a convolution over a map of this size."""
    dilations = (call.option("DilationHFactor"), call.option("DilationWFactor"))
    return _window(call, kernel, dilations, size)


def pool_window(call: Call, size: Pair) -> Window:
    """The window of a pooling operator over a map of this size."""
    kernel = (call.option("FilterHeight"), call.option("FilterWidth"))
    return _window(call, kernel, (1, 1), size)


def strides_of(call: Call) -> Pair:
    """Of any operator with a window."""
    strides = (call.option("StrideH"), call.option("StrideW"))
    _check_steps(call, strides)
    return strides


def is_same(call: Call) -> bool:
    """Whether its padding is SAME. Refusal for what is neither SAME nor VALID."""
    padding = _PADDINGS.get(call.option("Padding"))
    if padding is None:
        call.refuse("its padding is neither SAME nor VALID", "SAME or VALID")
    return padding == "same"


def _window(call: Call, kernel: Pair, dilations: Pair, size: Pair) -> Window:
    strides = strides_of(call)
    _check_steps(call, (*kernel, *dilations))
    pads: Pads = (0, 0, 0, 0)
    folded = call.operator.options.get("Pads")
    if isinstance(folded, tuple):
        pads = (folded[0], folded[1], folded[2], folded[3])
    elif is_same(call):
        extents = [(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)]
        rows, columns = (same_pads(size[i], extents[i], strides[i]) for i in (0, 1))
        pads = (rows[0], columns[0], rows[1], columns[1])
    return Window(kernel=kernel, strides=strides, dilations=dilations, pads=pads)


def same_pads(size: int, extent: int, stride: int) -> Pair:
    """Before and after, along one side."""
    windows = -(-size // stride)
    total = max(0, (windows - 1) * stride + extent - size)
    return total // 2, total - total // 2


def _check_steps(call: Call, steps: tuple[int, ...]) -> None:
    if not all(1 <= step <= MOST_STEP for step in steps):
        raise call.broken(f"has a window of {list(steps)}")
