"""Every operator a Graph may hold: one frozen dataclass each, its attributes typed.

Activations are (H, W, C), the batch left out; pads are (top, left, bottom, right). Weights: conv (transposed
too) OHWI, I per group; depthwise (1, H, W, C * multiplier), output channel c * multiplier + m; dense
(units, inputs).
"""

from dataclasses import dataclass
from typing import Literal

Activation = Literal["none", "relu", "relu6"]
"""What an operator may clamp its output to while it writes it."""
Curve = Literal["sigmoid", "tanh", "hard_sigmoid", "hard_swish", "swish", "gelu", "leaky_relu"]
"""Functions of one number that are no clamps; compiler.ir.curve defines them."""
Pair = tuple[int, int]
Pads = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What convolution and pooling share: how a window walks over the map."""

    kernel: Pair
    strides: Pair = (1, 1)
    dilations: Pair = (1, 1)
    pads: Pads = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conv2D:
    """Inputs: x, weight, and bias where there is one."""

    window: Window
    groups: int = 1
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthwiseConv2D:
    """Inputs: x, weight, and bias where there is one."""

    window: Window
    multiplier: int = 1
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransposeConv2D:
    """Inputs: x, weight OHWI, and bias where there is one.

    Input pixel (y, x) adds weight tap (i, j) to output pixel (y * stride + i - top, x * stride + j - left).
    Pads crop, `extra` adds rows below and columns to the right: a side is (n - 1) * stride + kernel - pads +
    extra long.
    """

    window: Window
    extra: Pair = (0, 0)
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """Inputs: x (N,), weight (units, N), and bias where there is one."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNorm:
    """Inputs: x, gamma, beta, mean, variance. gamma * (x - mean) / sqrt(variance + epsilon) + beta."""

    epsilon: float = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Activate:
    """A clamp that no operator before it could take over."""

    activation: Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """A curve applied to every element; `slope`: what leaky_relu multiplies negative numbers by."""

    activation: Curve
    slope: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Elementwise sum of two inputs of one shape."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mul:
    """Elementwise product; the second input may be (1, 1, C)."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concat:
    """Joins two or more inputs along `axis` (counted from 0, without the batch)."""

    axis: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPool2D:
    """Padding never wins."""

    window: Window
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragePool2D:
    """The divisor is the number of elements inside the map."""

    window: Window
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalAveragePool:
    """(H, W, C) -> (C,): the mean over the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """A border of `value`: how many elements (before, after) each axis, one pair for each."""

    pads: tuple[Pair, ...]
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizeNearest:
    """(H, W, C) -> (H * factors[0], W * factors[1], C): every pixel becomes a block of copies."""

    factors: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape:
    """Same numbers in the same order; the new shape is the output tensor's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Softmax:
    """Over the last axis."""


Op = (
    Conv2D | DepthwiseConv2D | TransposeConv2D | Dense | BatchNorm | Activate | Unary | Add | Mul | Concat
    | MaxPool2D | AveragePool2D | GlobalAveragePool | Pad | ResizeNearest | Reshape | Softmax
)  # fmt: skip
