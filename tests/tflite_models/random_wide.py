"""Detours of random networks through int16: operators that int8 networks hold beside those of int8."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models import layers
from tests.tflite_models.layers import Walk, Weighing
from tests.tflite_models.random_choices import clamp, map_size, rescaled, same, walk, weighing
from tests.tflite_models.sketch import Sketch

Step = Callable[[Sketch, int], int]


def detour(sketch: Sketch, x: int) -> list[int]:
    """x as int16, one or two operators on it, and their result as int8."""
    y = _wide(sketch, sketch.shape(x), sketch.quantization(x).scale[0] / 256)
    sketch.operator("QUANTIZE", [x], [y])
    for _ in range(int(sketch.rng.integers(1, 3))):
        ordinary = SQUARABLE[0] < sketch.quantization(y).scale[0] < SQUARABLE[1]
        y = STEPS[sketch.rng.integers(len(STEPS) if ordinary else LINEAR)](sketch, y)
    z = rescaled(sketch, sketch.shape(y), sketch.quantization(y).scale[0] * 256)
    sketch.operator("QUANTIZE", [y], [z])
    return [z]


def _wide(sketch: Sketch, shape: tuple[int, ...], scale: float) -> int:
    """An int16 value of about this scale."""
    scale = float(np.float32(scale * 2.0 ** sketch.rng.uniform(-1.0, 1.0)))
    return sketch.tensor(shape, "INT16", Quantization(scale=(scale,), zero_point=(0,)))


def _weighing(sketch: Sketch, *, narrow: bool = False) -> Weighing:
    return replace(weighing(sketch), zero_point=0, narrow=narrow)


def _convolution(sketch: Sketch, x: int) -> int:
    constants = _weighing(sketch, narrow=bool(sketch.rng.integers(2)))
    filters = int(sketch.rng.integers(1, 9))
    return layers.conv2d(sketch, x, filters, walk(sketch, map_size(sketch, x)), constants, clamp(sketch))


def _depthwise(sketch: Sketch, x: int) -> int:
    steps = walk(sketch, map_size(sketch, x))
    return layers.depthwise_conv2d(sketch, x, 1, steps, _weighing(sketch), clamp(sketch))


def _transposed(sketch: Sketch, x: int) -> int:
    steps = Walk(kernel=(3, 2), strides=(1, 2), padding="SAME")
    return layers.transpose_conv2d(
        sketch, x, int(sketch.rng.integers(1, 9)), steps, _weighing(sketch), "NONE"
    )


def _unary(sketch: Sketch, x: int) -> int:
    codes = ("RELU", "RELU6", "LEAKY_RELU", "ABS", "SOFTMAX")
    code = codes[sketch.rng.integers(len(codes))]
    y = _wide(sketch, sketch.shape(x), sketch.quantization(x).scale[0])
    if code == "SOFTMAX":
        y = sketch.tensor(sketch.shape(x), "INT16", Quantization(scale=(2.0**-15,), zero_point=(0,)))
    options = {"LEAKY_RELU": {"alpha": 0.3}, "SOFTMAX": {"beta": 1.3}}.get(code, {})
    sketch.operator(code, [x], [y], **options)
    return y


def _prelu(sketch: Sketch, x: int) -> int:
    slopes = sketch.random(
        (1, 1, sketch.shape(x)[3]), "INT8", Quantization(scale=(1 / 128,), zero_point=(5,))
    )
    y = _wide(sketch, sketch.shape(x), sketch.quantization(x).scale[0])
    sketch.operator("PRELU", [x, slopes], [y])
    return y


def _extreme(sketch: Sketch, x: int) -> int:
    other = sketch.random((1, 1, 1, sketch.shape(x)[3]), "INT16", sketch.quantization(x))
    y = same(sketch, x, sketch.shape(x))
    sketch.operator(("MAXIMUM", "MINIMUM")[sketch.rng.integers(2)], [x, other], [y])
    return y


def _square(sketch: Sketch, x: int) -> int:
    other = sketch.random((1, 1, 1, sketch.shape(x)[3]), "INT16", sketch.quantization(x))
    y = _wide(sketch, sketch.shape(x), sketch.quantization(x).scale[0] ** 2 * 2**15)
    sketch.operator("SQUARED_DIFFERENCE", [x, other], [y])
    return y


def _product(sketch: Sketch, x: int) -> int:
    """Each row of the map times itself, transposed."""
    _, height, width, channels = sketch.shape(x)
    scale = sketch.quantization(x).scale[0] ** 2 * float(np.sqrt(channels)) * 2**15
    y = _wide(sketch, (1, height, width, width), scale)
    sketch.operator("BATCH_MATMUL", [x, x], [y], adj_x=False, adj_y=True)
    return y


STEPS: tuple[Step, ...] = (
    _convolution, _depthwise, _transposed, _unary, _prelu, _extreme, _square, _product,
)  # fmt: skip
"""Of a map (1, H, W, C) of int16 to another."""
LINEAR = len(STEPS) - 2
"""So many of them give scales near the input's; the others square it."""
SQUARABLE = (2.0**-24, 2.0**-6)
"""Scales whose squares, again and again, stay numbers that a file may hold."""
