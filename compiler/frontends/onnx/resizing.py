"""Resize and Upsample: nearest by taking pixels, linear as TFLite's two kinds."""

from math import floor

import numpy as np

from compiler.frontends.onnx.attributes import LARGEST, integer, integers, malformed, word
from compiler.frontends.onnx.layout import Shape, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.moves import QUANTIZED_ONLY, take_along
from compiler.frontends.onnx.reading import Handlers, Reading, require_map, result_in, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Pending, Result, Stored, Value
from compiler.ir.ops import ResizeBilinear, ResizeNearest


def resize(reading: Reading, node: OnnxNode) -> Value:
    """Maps enlarged or shrunk: nearest by taking pixels, linear as TFLite's two kinds."""
    value = reading.value(node, 0)
    shape = shape_of(value)
    target, scales = _target(reading, node, shape)
    if len(shape) not in (3, 4) or target[:2] != shape[:2]:
        raise RejectedError(f"it resizes {list(shape)} to {list(target)}", "height and width of a map")
    mode = word(node, "mode", "nearest")
    how = word(
        node, "coordinate_transformation_mode", "asymmetric" if node.op == "Upsample" else "half_pixel"
    )
    if mode == "nearest":
        return _nearest(reading, node, value, target, scales, how)
    if mode == "linear" and len(shape) == 4:
        return _linear(reading, node, value, target, scales, how)
    raise RejectedError(f"its mode is {mode}", "nearest, or linear on a map")


def _target(reading: Reading, node: OnnxNode, shape: Shape) -> tuple[Shape, tuple[float, ...]]:
    """The shape afterwards, and by how much each axis grows."""
    at = 1 if node.op == "Upsample" or reading.opset < 11 else 2
    factors = reading.numbers(node, at, "list of scales") if reading.given(node, at) else None
    listed = node.attributes.get("scales")
    if factors is None and isinstance(listed, np.ndarray):
        factors = listed
    wanted = reading.integers(node, 3, "list of sizes") if reading.given(node, 3) else None
    if integers(node, "axes") is not None or word(node, "keep_aspect_ratio_policy", "stretch") != "stretch":
        raise RejectedError("it names axes or keeps an aspect ratio", "scales or sizes of all axes")
    if factors is not None and factors.size == len(shape):
        if not np.isfinite(factors).all() or factors.min() <= 0 or factors.max() > LARGEST:
            raise malformed(node, "has scales that are no positive numbers")
        scales = tuple(float(factor) for factor in factors)
        sizes = tuple(floor(size * scale) for size, scale in zip(shape, scales, strict=True))
    elif wanted is not None and len(wanted) == len(shape):
        sizes = wanted
        scales = tuple(new / old for new, old in zip(wanted, shape, strict=True))
    else:
        raise malformed(node, "has neither scales nor sizes for its axes")
    if min(sizes) < 1 or max(sizes) > LARGEST // 16:
        raise malformed(node, f"resizes to {list(sizes)}")
    return sizes, scales


def _nearest(
    reading: Reading, node: OnnxNode, value: Value, target: Shape, scales: tuple[float, ...], how: str
) -> Value:
    shape = shape_of(value)
    rounding = word(node, "nearest_mode", "floor" if node.op == "Upsample" else "round_prefer_floor")
    indices = [
        _nearest_indices(node, shape[axis], target[axis], scales[axis], how, rounding)
        for axis in range(2, len(shape))
    ]
    factors = [new // old for new, old in zip(target[2:], shape[2:], strict=True)]
    blocks = [
        found == tuple(index // max(1, factor) for index in range(len(found)))
        for found, factor in zip(indices, factors, strict=True)
    ]
    if all(blocks) and all(
        new == old * f for new, old, f in zip(target[2:], shape[2:], factors, strict=True)
    ):
        if set(factors) == {1}:
            return value
        if shape[0] == 1:
            return _blocks(reading, node, value, target, (*factors, 1))
    for axis, found in enumerate(indices, start=2):
        if found != tuple(range(shape[axis])):
            value = take_along(reading, node, value, axis, found)
    return value


def _blocks(reading: Reading, node: OnnxNode, value: Value, target: Shape, factors: tuple[int, ...]) -> Value:
    def move(source: Stored) -> Result:
        sides = ((*target[2:], 1)[0], (*target[2:], 1)[1], target[1])
        op = ResizeNearest(factors=(factors[0], factors[1]))
        name = reading.draft.move(op, (reading.as_map(source),), node.outputs[0], sides)
        return result_in(name, target, (*range(2, len(target)), 1))

    return reading.moved(value, stored(target, (*range(2, len(target)), 1)), move)


def _nearest_indices(
    node: OnnxNode, size: int, target: int, scale: float, how: str, rounding: str
) -> tuple[int, ...]:
    """Source pixels, as ONNX's reference defines them."""
    at = np.arange(target, dtype=np.float64)
    match how:
        case "asymmetric":
            x = at / scale
        case "half_pixel":
            x = (at + 0.5) / scale - 0.5
        case "pytorch_half_pixel":
            x = (at + 0.5) / scale - 0.5 if target > 1 else at * 0.0
        case "align_corners":
            x = at * (size - 1) / (target - 1) if target > 1 else at * 0.0
        case _:
            raise RejectedError(f"its coordinates are {how}", "asymmetric, half_pixel or align_corners")
    match rounding:
        case "floor":
            whole = np.floor(x)
        case "ceil":
            whole = np.ceil(x)
        case "round_prefer_floor":
            whole = np.ceil(x - 0.5)
        case "round_prefer_ceil":
            whole = np.floor(x + 0.5)
        case _:
            raise malformed(node, f"has nearest_mode {rounding!r:.40}")
    return tuple(int(index) for index in np.clip(whole, 0, size - 1))


def _linear(
    reading: Reading, node: OnnxNode, value: Value, target: Shape, scales: tuple[float, ...], how: str
) -> Value:
    """TFLite's bilinear kernel has the same coordinates where scales are ratios of the sides."""
    shape = require_map(node, value)
    if integer(node, "antialias", 0):
        raise RejectedError("it smooths while it shrinks", "antialias 0")
    if not reading.quantized:
        raise RejectedError("there is no float form of it to quantize", QUANTIZED_ONLY)
    if any(abs(scale - new / old) > 1e-6 for scale, new, old in zip(scales, target, shape, strict=True)):
        raise RejectedError("its scales are not those of its sides", "scales that give whole sides")
    exact = how in ("asymmetric", "align_corners", "half_pixel")
    if not (exact or (how == "pytorch_half_pixel" and min(target[2:]) > 1)):
        raise RejectedError(f"its coordinates are {how}", "asymmetric, half_pixel or align_corners")
    value = value if isinstance(value, Pending) else reading.computed(value)
    op = ResizeBilinear(
        size=(target[2], target[3]),
        align_corners=how == "align_corners",
        half_pixel_centers=how.endswith("half_pixel"),
    )

    def move(source: Stored) -> Result:
        sides = (target[2], target[3], target[1])
        name = reading.draft.move(op, (reading.as_map(source),), node.outputs[0], sides)
        return result_in(name, target, (2, 3, 1))

    return reading.moved(value, stored(target, (2, 3, 1)), move)


HANDLERS: Handlers = {"Resize": resize, "Upsample": resize}
