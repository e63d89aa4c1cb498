"""Every operator a Graph may hold: one frozen dataclass each, its attributes typed.

Activations are (H, W, C), the batch left out; pads are (top, left, bottom, right). Weights: conv (transposed
too) OHWI, I per group; depthwise (1, H, W, C * multiplier), output channel c * multiplier + m; dense
(units, inputs).
"""

from dataclasses import dataclass
from typing import Literal

Activation = Literal["none", "relu", "relu6", "relu_n1_1"]
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
class Lookup:
    """Inputs: x int8, table int8 (256,), a parameter. Entry i answers the integer whose eight bits are i.

    `curve` names in words what the table holds: for comments and messages, never for results.
    """

    curve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PRelu:
    """Inputs: x, and alpha, a parameter that broadcasts to x: alpha * x where x is negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requantize:
    """The same real numbers under another quantization or integer dtype, clamped by the activation."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantize:
    """float32 to integers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dequantize:
    """Integers to float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Elementwise sum. Inputs of every operator of two maps broadcast as NumPy's do; either may be a
    parameter."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub:
    """Elementwise difference."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mul:
    """Elementwise product."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """The greater of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """The lesser of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SquaredDifference:
    """(left - right) squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMatMul:
    """Inputs: left (..., rows, depth), right (..., depth, columns), their leading axes equal; a transposed
    operand is stored with its last two axes the other way round."""

    transpose_left: bool = False
    transpose_right: bool = False


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
class Mean:
    """The mean over `axes` (ascending, counted without the batch), which are gone afterwards."""

    axes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The sum over `axes` (ascending, counted without the batch), which are gone afterwards."""

    axes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReduceMax:
    """The greatest over `axes` (ascending, counted without the batch), which are gone afterwards."""

    axes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgMax:
    """int32: where along `axis`, which is gone afterwards, the greatest lies (the least where `least` is
    set); the first of equals."""

    axis: int
    least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Along each axis `size` elements from `begin` on, `strides` apart; strides may be negative, not 0."""

    begin: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transpose:
    """Axis i of the output is axis permutation[i] of the input (without the batch)."""

    permutation: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Along `axis`, element k of the output is element indices[k] of the input: gathering, tiling, mirroring
    and resizing by nearest neighbours."""

    axis: int
    indices: tuple[int, ...]


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
class ResizeBilinear:
    """(H, W, C) -> (*size, C), as TFLite defines its two ways to align the maps."""

    size: Pair
    align_corners: bool = False
    half_pixel_centers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Svdf:
    """One step of a rank-decomposed memory filter (Nakkiran et al. 2015).

    Inputs: x (I,), feature weights (units * rank, I), time weights (units * rank, memory), bias int32
    (units,), and the state (units * rank, memory), which it updates. Time weights and state are both int8 or
    both int16. Output: (units,).
    """

    rank: int
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lstm:
    """A layer of long short-term memory, without peepholes, projection and layer norm.

    Inputs: x (steps, I), then for the gates input, forget, cell, output in this order: input weights
    (units, I), recurrent weights (units, units), bias int32 (units,), which makes 12 parameters; then the
    states hidden int8 (units,) and cell int16 (units,), which it updates. Output: (steps, units), quantized
    as the hidden state. Weights are quantized per tensor. `cell_clip`: 0 for none.
    """

    cell_clip: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVariable:
    """Input: a state. Output: what it holds now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignVariable:
    """Inputs: a state, and the value it holds from now on. No output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape:
    """Same numbers in the same order; the new shape is the output tensor's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Softmax:
    """Over the last axis."""


DesignedOp = (
    Conv2D | DepthwiseConv2D | TransposeConv2D | Dense | BatchNorm | Activate | Unary | Add | Mul | Concat
    | MaxPool2D | AveragePool2D | GlobalAveragePool | Pad | ResizeNearest | Reshape | Softmax
)  # fmt: skip
"""What the language's architectures are made of: these have a float form and can be trained."""

Op = (
    DesignedOp | Lookup | PRelu | Requantize | Quantize | Dequantize | Sub | Maximum | Minimum
    | SquaredDifference | BatchMatMul | Mean | Sum | ReduceMax | ArgMax | Slice | Transpose | Take
    | ResizeBilinear | Svdf | Lstm | ReadVariable | AssignVariable
)  # fmt: skip
"""All of them: the rest come with models that others quantized."""
