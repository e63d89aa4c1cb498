"""One more operator on a random network: each function takes a sketch and values, and returns new values."""

from collections.abc import Callable, Mapping

import numpy as np

from tests.tflite_models import layers
from tests.tflite_models.layers import Walk
from tests.tflite_models.random_choices import (
    MOST_CHANNELS,
    clamp,
    map_size,
    near,
    of_one,
    of_two,
    requantized,
    rescaled,
    same,
    walk,
    weighing,
)
from tests.tflite_models.random_wide import detour
from tests.tflite_models.sketch import Sketch


def convolution(sketch: Sketch, x: int) -> list[int]:
    filters = int(sketch.rng.integers(1, MOST_CHANNELS + 1))
    steps = walk(sketch, map_size(sketch, x))
    return [layers.conv2d(sketch, x, filters, steps, weighing(sketch), clamp(sketch))]


def depthwise(sketch: Sketch, x: int) -> list[int]:
    channels = sketch.shape(x)[3]
    multiplier = 2 if channels * 2 <= MOST_CHANNELS and sketch.rng.integers(4) == 0 else 1
    steps = walk(sketch, map_size(sketch, x))
    return [layers.depthwise_conv2d(sketch, x, multiplier, steps, weighing(sketch), clamp(sketch))]


def residual(sketch: Sketch, x: int) -> list[int]:
    """x plus a convolution of it."""
    steps = Walk(kernel=(3, 3), padding="SAME")
    y = layers.conv2d(sketch, x, sketch.shape(x)[3], steps, weighing(sketch), clamp(sketch))
    return [of_two(sketch, "ADD", x, y)]


def gate(sketch: Sketch, x: int) -> list[int]:
    """x times the sigmoid of a pointwise convolution of it."""
    y = layers.conv2d(sketch, x, sketch.shape(x)[3], Walk(), weighing(sketch), "NONE")
    return [of_two(sketch, "MUL", x, of_one(sketch, "LOGISTIC", y))]


def squeeze_excite(sketch: Sketch, x: int) -> list[int]:
    """x times a vector for its channels, which comes from its mean."""
    shape = sketch.shape(x)
    mean = rescaled(sketch, (1, 1, 1, shape[3]), sketch.quantization(x).scale[0] / 2)
    sketch.operator("MEAN", [x, sketch.constant((1, 2))], [mean], keep_dims=True)
    y = layers.conv2d(sketch, mean, shape[3], Walk(), weighing(sketch), "NONE")
    return [of_two(sketch, "MUL", x, of_one(sketch, "LOGISTIC", y))]


def constant_pair(sketch: Sketch, x: int) -> list[int]:
    """x and a constant for each channel, or one for each element."""
    shape = sketch.shape(x)
    code = ("ADD", "MUL", "SUB")[sketch.rng.integers(3)]
    operand = (shape, (1, 1, 1, shape[3]))[sketch.rng.integers(2)]
    return [of_two(sketch, code, x, sketch.random(operand, "INT8", near(sketch, x)))]


def pool(sketch: Sketch, x: int) -> list[int]:
    size = map_size(sketch, x)
    code = ("AVERAGE_POOL_2D", "MAX_POOL_2D")[sketch.rng.integers(2)]
    kernel = tuple(int(sketch.rng.integers(1, min(3, side) + 1)) for side in size)
    stride = int(sketch.rng.integers(1, 3))
    steps = Walk(
        kernel=(kernel[0], kernel[1]), strides=(stride, stride), padding=("SAME", "VALID")[stride - 1]
    )
    y = same(sketch, x, (1, *steps.output(size), sketch.shape(x)[3]))
    sketch.operator(
        code,
        [x],
        [y],
        padding=steps.padding,
        filter_height=kernel[0],
        filter_width=kernel[1],
        fused_activation_function=clamp(sketch),
        **steps.stride_options,
    )
    return [y]


def unary(sketch: Sketch, x: int) -> list[int]:
    codes = ("RELU", "RELU6", "LEAKY_RELU", "HARD_SWISH", "LOGISTIC", "TANH")
    return [of_one(sketch, codes[sketch.rng.integers(len(codes))], x)]


def extreme(sketch: Sketch, x: int) -> list[int]:
    """MAXIMUM or MINIMUM of x and a constant."""
    y = sketch.random((1, 1, 1, sketch.shape(x)[3]), "INT8", sketch.quantization(x))
    z = same(sketch, x, sketch.shape(x))
    sketch.operator(("MAXIMUM", "MINIMUM")[sketch.rng.integers(2)], [x, y], [z])
    return [z]


def join(sketch: Sketch, x: int) -> list[int]:
    """x beside a pointwise convolution of it and itself, all of one quantization."""
    shape = sketch.shape(x)
    room = max(1, min(4, MOST_CHANNELS - shape[3]))
    y = layers.conv2d(sketch, x, int(sketch.rng.integers(1, room + 1)), Walk(), weighing(sketch), "NONE")
    target = sketch.quantization((x, y)[sketch.rng.integers(2)])
    parts = [requantized(sketch, value, target) for value in (x, y)]
    channels = sum(sketch.shape(part)[3] for part in parts)
    z = sketch.tensor((*shape[:3], channels), "INT8", target)
    sketch.operator("CONCATENATION", parts, [z], axis=3, fused_activation_function="NONE")
    return [z]


def split(sketch: Sketch, x: int) -> list[int]:
    """Two halves of the channels, or of the rows; one slice where neither is even."""
    shape = sketch.shape(x)
    even = [axis for axis in (1, 3) if shape[axis] % 2 == 0]
    if not even:
        return cut(sketch, x)
    axis = even[sketch.rng.integers(len(even))]
    half = tuple(side // 2 if index == axis else side for index, side in enumerate(shape))
    found = [same(sketch, x, half) for _ in range(2)]
    sketch.operator("SPLIT", [sketch.constant(axis), x], found, num_splits=2)
    return found


def cut(sketch: Sketch, x: int) -> list[int]:
    """A smaller map from the inside."""
    shape = sketch.shape(x)
    begin = [0, *(int(sketch.rng.integers(0, (side + 1) // 2)) for side in shape[1:])]
    size = [
        1,
        *(int(sketch.rng.integers(1, side - b + 1)) for side, b in zip(shape[1:], begin[1:], strict=True)),
    ]
    if tuple(size) == shape:
        size[3], begin[3] = max(1, size[3] - 1), 0
    if tuple(size) == shape:
        return unary(sketch, x)
    y = same(sketch, x, tuple(size))
    sketch.operator("SLICE", [x, sketch.constant(begin), sketch.constant(size)], [y])
    return [y]


def border(sketch: Sketch, x: int) -> list[int]:
    shape = sketch.shape(x)
    sides = np.zeros((4, 2), np.int32)
    sides[1:3] = sketch.rng.integers(0, 3, (2, 2))
    sides[1, 0] += 1
    y = same(sketch, x, tuple(int(n) for n in np.array(shape) + sides.sum(axis=1)))
    sketch.operator("PAD", [x, sketch.tensor((4, 2), "INT32", data=sides)], [y])
    return [y]


def swap(sketch: Sketch, x: int) -> list[int]:
    """Height and width change places, or all three axes; another shape after that."""
    shape = sketch.shape(x)
    order = ((0, 2, 1, 3), (0, 3, 1, 2), (0, 3, 2, 1))[sketch.rng.integers(3)]
    y = same(sketch, x, tuple(shape[axis] for axis in order))
    sketch.operator("TRANSPOSE", [x, sketch.constant(order)], [y])
    target = (1, sketch.shape(y)[2], sketch.shape(y)[1], sketch.shape(y)[3])
    z = same(sketch, y, target)
    sketch.operator("RESHAPE", [y, sketch.constant(target)], [z], new_shape=target)
    return [z]


def enlarge(sketch: Sketch, x: int) -> list[int]:
    """Twice the size, by copies or by a transposed convolution."""
    shape = sketch.shape(x)
    if sketch.rng.integers(2):
        steps = Walk(kernel=(3, 2), strides=(2, 2), padding="SAME")
        return [layers.transpose_conv2d(sketch, x, shape[3], steps, weighing(sketch), "NONE")]
    size = (shape[1] * 2, shape[2] * 2)
    y = same(sketch, x, (1, *size, shape[3]))
    sketch.operator(
        "RESIZE_NEAREST_NEIGHBOR",
        [x, sketch.constant(size)],
        [y],
        align_corners=False,
        half_pixel_centers=False,
    )
    return [y]


def dense(sketch: Sketch, x: int) -> list[int]:
    """Dense layers on all elements; the second one's outputs as a map."""
    y = layers.fully_connected(sketch, x, int(sketch.rng.integers(1, 9)), weighing(sketch), clamp(sketch))
    units = int(sketch.rng.integers(1, 9))
    z = layers.fully_connected(sketch, y, units, weighing(sketch), "NONE")
    found = same(sketch, z, (1, 1, 1, units))
    sketch.operator("RESHAPE", [z, sketch.constant((1, 1, 1, units))], [found], new_shape=(1, 1, 1, units))
    return [found]


def scores(sketch: Sketch, x: int) -> list[int]:
    """A softmax over the channels, or its logarithm."""
    code = ("SOFTMAX", "SOFTMAX", "LOG_SOFTMAX")[sketch.rng.integers(3)]
    return [of_one(sketch, code, x)]


def padded_layer(sketch: Sketch, x: int) -> list[int]:
    """A border of the zero point, or of another number, and a convolution that could pad by itself."""
    shape, rng = sketch.shape(x), sketch.rng
    sides = np.zeros((4, 2), np.int32)
    sides[1:3] = rng.integers(0, 3, (2, 2))
    code = ("PAD", "PAD", "PADV2")[rng.integers(3)]
    inputs = [x, sketch.tensor((4, 2), "INT32", data=sides)]
    if code == "PADV2":
        inputs.append(sketch.random((1,), "INT8", sketch.quantization(x)))
    y = same(sketch, x, tuple(int(n) for n in np.array(shape) + sides.sum(axis=1)))
    sketch.operator(code, inputs, [y])
    return (convolution, depthwise)[rng.integers(2)](sketch, y)


def tables(sketch: Sketch, x: int) -> list[int]:
    """Functions of one number after each other, one or two of them requantizations."""
    y = unary(sketch, x)[0]
    for _ in range(int(sketch.rng.integers(1, 3))):
        z = rescaled(sketch, sketch.shape(x), sketch.quantization(y).scale[0])
        sketch.operator("QUANTIZE", [y], [z])
        y = z
    return unary(sketch, y) if sketch.rng.integers(2) else [y]


def there_and_back(sketch: Sketch, x: int) -> list[int]:
    """Channels first and then last again, a function of each number between or nothing."""
    shape = sketch.shape(x)
    y = same(sketch, x, tuple(shape[axis] for axis in (0, 3, 1, 2)))
    sketch.operator("TRANSPOSE", [x, sketch.constant((0, 3, 1, 2))], [y])
    y = unary(sketch, y)[0] if sketch.rng.integers(2) else y
    z = same(sketch, y, shape)
    sketch.operator("TRANSPOSE", [y, sketch.constant((0, 2, 3, 1))], [z])
    return [z]


OPERATORS: Mapping[str, Callable[[Sketch, int], list[int]]] = {
    function.__name__: function
    for function in (
        convolution, depthwise, residual, gate, squeeze_excite, constant_pair, pool, unary, extreme, join,
        split, cut, border, swap, enlarge, dense, scores, padded_layer, tables, there_and_back,
        detour,
    )
}  # fmt: skip
"""All that may be added to a map (1, H, W, C)."""
