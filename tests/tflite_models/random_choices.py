"""What random networks are made of: quantizations, windows and operators, drawn from a sketch."""

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.draw_elementwise import STATED
from tests.tflite_models.layers import Walk, Weighing
from tests.tflite_models.sketch import Sketch

MOST_SIDE = 12
MOST_CHANNELS = 16


def same(sketch: Sketch, x: int, shape: tuple[int, ...]) -> int:
    """A value of another shape with x's type and quantization."""
    return sketch.tensor(shape, sketch.dtype(x), sketch.quantization(x))


def rescaled(sketch: Sketch, shape: tuple[int, ...], scale: float) -> int:
    """An int8 value of about this scale, its zero point anywhere."""
    scale = float(np.float32(scale * 2.0 ** sketch.rng.uniform(-1.0, 1.0)))
    zero_point = int(sketch.rng.integers(-128, 128))
    return sketch.tensor(shape, "INT8", Quantization(scale=(scale,), zero_point=(zero_point,)))


def clamp(sketch: Sketch) -> str:
    """A fused activation, none more often than not."""
    return ("NONE", "NONE", "RELU", "RELU6")[sketch.rng.integers(4)]


def weighing(sketch: Sketch) -> Weighing:
    """Constants of a layer whose outputs mostly fit."""
    return Weighing(
        per_channel=bool(sketch.rng.integers(2)),
        bias=bool(sketch.rng.integers(4)),
        weight_scale=float(2.0 ** sketch.rng.uniform(-9, -5)),
        gain=float(sketch.rng.uniform(-1.5, 1.0)),
        zero_point=int(sketch.rng.choice([-128, int(sketch.rng.integers(-128, 128))])),
        dead=float(sketch.rng.choice([0.0, 0.0, 0.4])),
    )


def walk(sketch: Sketch, size: tuple[int, int]) -> Walk:
    """A window that fits, sometimes with strides or dilations."""
    rng = sketch.rng
    kernel = tuple(int(rng.integers(1, min(3, side) + 1)) for side in size)
    strides = (1, 1) if rng.integers(3) else tuple(int(n) for n in rng.integers(1, 3, 2))
    dilated = rng.integers(4) == 0 and all(
        (k - 1) * 2 + 1 <= side for k, side in zip(kernel, size, strict=True)
    )
    return Walk(
        kernel=(kernel[0], kernel[1]),
        strides=(strides[0], strides[1]),
        dilations=(2, 2) if dilated else (1, 1),
        padding=("SAME", "VALID")[rng.integers(2)],
    )


def map_size(sketch: Sketch, x: int) -> tuple[int, int]:
    """Height and width of a map (1, H, W, C)."""
    return sketch.shape(x)[1], sketch.shape(x)[2]


def near(sketch: Sketch, x: int) -> Quantization:
    """A quantization whose scale is about x's."""
    scale = sketch.quantization(x).scale[0] * 2.0 ** sketch.rng.uniform(-2.0, 1.0)
    return Quantization(scale=(float(np.float32(scale)),), zero_point=(int(sketch.rng.integers(-128, 128)),))


def of_two(sketch: Sketch, code: str, x: int, y: int) -> int:
    """ADD, MUL or kin of two values of one shape."""
    left, right = sketch.quantization(x).scale[0], sketch.quantization(y).scale[0]
    z = rescaled(sketch, sketch.shape(x), left * right * 64 if code == "MUL" else max(left, right) * 1.5)
    sketch.operator(code, [x, y], [z], fused_activation_function=clamp(sketch))
    return z


def of_one(sketch: Sketch, code: str, x: int) -> int:
    """An operator of one value, with the output quantization that TFLite states where it does."""
    shape = sketch.shape(x)
    if (code, "INT8") in STATED:
        scale, zero_point = STATED[code, "INT8"]
        y = sketch.tensor(shape, "INT8", Quantization(scale=(scale,), zero_point=(zero_point,)))
    else:
        y = rescaled(sketch, shape, sketch.quantization(x).scale[0])
    options = {"LEAKY_RELU": {"alpha": 0.25}, "SOFTMAX": {"beta": (1.0, 0.7)[sketch.rng.integers(2)]}}.get(
        code, {}
    )
    sketch.operator(code, [x], [y], **options)
    return y


def requantized(sketch: Sketch, x: int, target: Quantization) -> int:
    """x under another quantization; x itself where it has it."""
    if sketch.quantization(x) == target:
        return x
    y = sketch.tensor(sketch.shape(x), "INT8", target)
    sketch.operator("QUANTIZE", [x], [y])
    return y
