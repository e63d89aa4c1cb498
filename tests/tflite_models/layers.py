"""Weighted layers with random constants whose outputs mostly fit their quantization."""

import math
from dataclasses import dataclass

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import ABSENT
from tests.tflite_models.sketch import Sketch

LARGEST_BIAS = 1 << 29


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """How a layer's constants look. `spread`: the channels' scales differ by up to 2**spread either way.
    `narrow`: a bias beside int16 values is int32, and so would one be that is left out. `gain`: the output is
    2**gain times coarser than what just holds typical sums. `dead`: the share of filters of zeros alone."""

    weights: str = "INT8"
    per_channel: bool = True
    bias: bool = True
    narrow: bool = False
    spread: float = 1.0
    weight_scale: float = 2**-7
    bias_size: float = 1.0
    gain: float = 0.0
    zero_point: int = 0
    dead: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How a window walks over a map, as the schema says it."""

    kernel: tuple[int, int] = (1, 1)
    strides: tuple[int, int] = (1, 1)
    dilations: tuple[int, int] = (1, 1)
    padding: str = "VALID"

    def output(self, size: tuple[int, int]) -> tuple[int, int]:
        """Height and width of what comes out; not positive where the window does not fit."""
        rows, columns = (
            -(-side // stride)
            if self.padding == "SAME"
            else (side - (kernel - 1) * dilation - 1) // stride + 1
            for side, kernel, stride, dilation in zip(
                size, self.kernel, self.strides, self.dilations, strict=True
            )
        )
        return rows, columns

    @property
    def stride_options(self) -> dict[str, int]:
        """The strides as every operator's options name them."""
        return {"stride_h": self.strides[0], "stride_w": self.strides[1]}

    @property
    def dilation_options(self) -> dict[str, int]:
        """The dilations as convolutions' options name them."""
        return {"dilation_h_factor": self.dilations[0], "dilation_w_factor": self.dilations[1]}


def conv2d(
    sketch: Sketch, x: int, filters: int, walk: Walk, weighing: Weighing, activation: str, groups: int = 1
) -> int:
    """CONV_2D; its groups follow from the depth of the weights."""
    _, height, width, depth = sketch.shape(x)
    shape = (filters, *walk.kernel, depth // groups)
    weight, bias, quantization = _constants(sketch, x, shape, 0, math.prod(shape[1:]), weighing)
    y = sketch.tensor((1, *walk.output((height, width)), filters), sketch.dtype(x), quantization)
    options = {**walk.stride_options, **walk.dilation_options, "padding": walk.padding, **_narrow(weighing)}
    sketch.operator("CONV_2D", [x, weight, bias], [y], fused_activation_function=activation, **options)
    return y


def depthwise_conv2d(
    sketch: Sketch, x: int, multiplier: int, walk: Walk, weighing: Weighing, activation: str
) -> int:
    """DEPTHWISE_CONV_2D. (TFLM crashes where its bias is there but absent.)"""
    _, height, width, depth = sketch.shape(x)
    shape = (1, *walk.kernel, depth * multiplier)
    weight, bias, quantization = _constants(sketch, x, shape, 3, math.prod(walk.kernel), weighing)
    y = sketch.tensor((1, *walk.output((height, width)), shape[3]), sketch.dtype(x), quantization)
    options = {**walk.stride_options, **walk.dilation_options, "padding": walk.padding}
    sketch.operator(
        "DEPTHWISE_CONV_2D",
        [x, weight] if bias == ABSENT else [x, weight, bias],
        [y],
        fused_activation_function=activation,
        depth_multiplier=multiplier,
        **options,
    )
    return y


def transpose_conv2d(
    sketch: Sketch, x: int, filters: int, walk: Walk, weighing: Weighing, activation: str, extra: int = 0
) -> int:
    """TRANSPOSE_CONV onto a map of which a forward convolution would make this one; VALID maps may be
    `extra` larger than need be."""
    _, height, width, depth = sketch.shape(x)
    shape = (filters, *walk.kernel, depth)
    weight, bias, quantization = _constants(sketch, x, shape, 0, math.prod(shape[1:]), weighing)
    sides = [
        side * stride if walk.padding == "SAME" else (side - 1) * stride + kernel + min(extra, stride - 1)
        for side, stride, kernel in zip((height, width), walk.strides, walk.kernel, strict=True)
    ]
    size = sketch.constant((1, *sides, filters))
    y = sketch.tensor((1, *sides, filters), sketch.dtype(x), quantization)
    inputs = [size, weight, x] if bias == ABSENT else [size, weight, x, bias]
    options = {**walk.stride_options, "padding": walk.padding}
    sketch.operator("TRANSPOSE_CONV", inputs, [y], fused_activation_function=activation, **options)
    return y


def fully_connected(
    sketch: Sketch, x: int, units: int, weighing: Weighing, activation: str, *, keep_axes: bool = False
) -> int:
    """FULLY_CONNECTED over all elements of x, or over its last axis alone."""
    shape = sketch.shape(x)
    depth = shape[-1] if keep_axes else math.prod(shape)
    weight, bias, quantization = _constants(sketch, x, (units, depth), 0, depth, weighing)
    y = sketch.tensor((*shape[:-1], units) if keep_axes else (1, units), sketch.dtype(x), quantization)
    sketch.operator(
        "FULLY_CONNECTED",
        [x, weight, bias],
        [y],
        fused_activation_function=activation,
        keep_num_dims=keep_axes,
        **_narrow(weighing),
    )
    return y


def _narrow(weighing: Weighing) -> dict[str, str]:
    return {"quantized_bias_type": "INT32"} if weighing.narrow else {}


def _constants(
    sketch: Sketch, x: int, shape: tuple[int, ...], axis: int, depth: int, weighing: Weighing
) -> tuple[int, int, Quantization]:
    """Weights, bias or ABSENT, and the quantization of the output; each output sums `depth` products."""
    wide, filters = sketch.dtype(x) == "INT16", shape[axis]
    count = filters if weighing.per_channel else 1
    factors = 2.0 ** sketch.rng.uniform(-weighing.spread, weighing.spread, count)
    scales = tuple(float(s) for s in (weighing.weight_scale * factors).astype(np.float32))
    most = 7 if weighing.weights == "INT4" else 127
    quantization = Quantization(
        scale=scales, zero_point=(0,) * count, axis=axis if weighing.per_channel else None
    )
    numbers = sketch.rng.integers(-most, most + 1, shape, dtype=np.int8)
    zeros = sketch.rng.random(filters) < weighing.dead
    numbers *= np.expand_dims(~zeros, [a for a in range(len(shape)) if a != axis])
    weight = sketch.tensor(shape, weighing.weights, quantization, data=numbers)
    typical = math.sqrt(depth) * 0.58 * most * (18900 if wide else 74)
    source = sketch.quantization(x).scale[0]
    bias = ABSENT
    if weighing.bias:
        dtype = "INT64" if wide and not weighing.narrow else "INT32"
        bias = _bias(sketch, filters, source, scales, typical * weighing.bias_size, dtype)
    held = 11000 if wide else 43
    target = source * weighing.weight_scale * typical / held * 2.0**weighing.gain
    output = Quantization(scale=(float(np.float32(target)),), zero_point=(weighing.zero_point,))
    return weight, bias, output


def _bias(
    sketch: Sketch, filters: int, source: float, scales: tuple[float, ...], size: float, dtype: str
) -> int:
    steps = tuple(float(np.float32(source * scale)) for scale in scales)
    axis = 0 if len(steps) > 1 else None
    quantization = Quantization(scale=steps, zero_point=(0,) * len(steps), axis=axis)
    most = min(int(size) + 1, LARGEST_BIAS)
    return sketch.random((filters,), dtype, quantization, (-most, most))
