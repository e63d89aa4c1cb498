"""Weights and biases as the Graph stores them: permuted, int8 with a scale for each channel, int32."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from compiler.frontends.onnx.affine import folded
from compiler.frontends.onnx.reading import Reading
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.steps import UNSIGNED_OFFSET, without_axis
from compiler.frontends.onnx.values import Affine, Constant, Floats, Reals
from compiler.ir.tensor import Quantization

MOST_MULTIPLIER = 2.0**30
"""Fixed-point multipliers end below."""
_INT32 = 2**31 - 1
Order = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNumbers:
    """What a layer stores, and `unit`: what 1 of its int32 sums stands for, () or (C,) float32: input scale *
    weight scale; None in a float network."""

    weight: Constant
    bias: Constant | None
    unit: np.ndarray | None


def numbers_on(
    x: Reals | Floats,
    weight: Constant,
    bias: Constant | None,
    affine: Affine | None,
    channel_axis: int,
    grid: Quantization | None,
) -> LayerNumbers:
    """The numbers of a layer on `x` whose result is quantized to `grid`, with what follows it folded in.
    RejectedError where the scales are out of proportion, or the weights not quantized.
    """
    if grid is None or not isinstance(x, Reals):
        return LayerNumbers(weight=weight, bias=bias, unit=None)
    if affine is not None:
        weight, bias = folded(weight, bias, affine, channel_axis, x.grid.scale[0])
    if not counts_in(bias, np.float32(x.grid.scale[0]) * weight_scale(weight, channel_axis)):
        weight = finer(weight, channel_axis)
    unit = np.asarray(np.float32(x.grid.scale[0]) * weight_scale(weight, channel_axis), np.float32)
    require_multiplier(unit, grid)
    return LayerNumbers(weight=weight, bias=bias, unit=unit)


def add_weight(
    reading: Reading,
    name: str,
    constant: Constant,
    order: Order,
    channels: tuple[int, int],
    *,
    packs: bool = True,
) -> str:
    """A parameter of the Graph. `order` permutes the file's array into the Graph's; `channels`: the axis of
    output channels before and after. `packs`: whether there are kernels for int4, which the file then says.
    """
    if not reading.quantized:
        return reading.draft.parameter(name, order(constant.real().astype(np.float32)), None)
    integers, zero_points = weight_integers(constant, channels[0])
    scale = weight_scale(constant, channels[0])
    axis = channels[1] if scale.ndim else None
    scales = tuple(float(one) for one in np.atleast_1d(scale))
    grid = Quantization(scale=scales, zero_point=zero_points, axis=axis)
    fits = integers.min(initial=0) >= -8 and integers.max(initial=0) <= 7 and not any(zero_points)
    int4 = packs and fits and constant.bits is not None
    return reading.draft.parameter(name, order(integers), grid, int4=bool(int4))


def weight_integers(constant: Constant, channel_axis: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """int8, and a zero point for each scale: 0 wherever the weights less theirs fit int8. RejectedError as
    weight_scale says.
    """
    weight_scale(constant, channel_axis)
    constant = without_axis(constant)
    steps, array = constant.steps, constant.array.astype(np.int64)
    assert steps is not None
    zero_point = steps.zero_point.astype(np.int64)
    along = [-1 if axis == steps.axis else 1 for axis in range(array.ndim)]
    centred = array - (zero_point.reshape(along) if steps.axis is not None else zero_point)
    if centred.min(initial=0) >= -128 and centred.max(initial=0) <= 127:
        return centred.astype(np.int8), (0,) * zero_point.size
    less = UNSIGNED_OFFSET if constant.array.dtype == np.uint8 else 0
    return (array - less).astype(np.int8), tuple((zero_point.ravel() - less).tolist())


def in_parts(weight: Constant, channel_axis: int, input_axis: int) -> tuple[Constant, int]:
    """Weights of zero point 0, for operators that have no other, and how many copies of the input, one behind
    the other along its channels, they read: a weight that int8 does not hold is the sum of several.
    """
    integers, zero_points = weight_integers(weight, channel_axis)
    steps = weight.steps
    if steps is None or not any(zero_points):
        return weight, 1
    along = [-1 if axis == channel_axis else 1 for axis in range(integers.ndim)]
    rest = integers - np.array(zero_points, np.int64).reshape(along)
    parts = []
    while rest.any():
        parts.append(np.clip(rest, -128, 127))
        rest = rest - parts[-1]
    none = replace(steps, zero_point=np.zeros_like(steps.zero_point, np.int8))
    return Constant(array=np.concatenate(parts, input_axis).astype(np.int8), steps=none), len(parts)


def weight_scale(constant: Constant, channel_axis: int) -> np.ndarray:
    """() or (channels,), float32. RejectedError where the weights are not int8 or uint8, quantized so."""
    constant = without_axis(constant)
    steps = constant.steps
    if steps is None:
        raise RejectedError("its weights are float numbers", "weights that are quantized")
    if constant.array.dtype.name not in ("int8", "uint8"):
        raise RejectedError(f"its weights are {constant.array.dtype}", "int8 weights")
    if steps.axis not in (None, channel_axis):
        raise RejectedError(
            f"its weights have a scale for each index of axis {steps.axis}", "one for each output channel"
        )
    return steps.scale


def finer(weight: Constant, channel_axis: int) -> Constant:
    """The same weights in as small units as int8 allows, where they have few bits: a bias of real numbers is
    rounded to the accumulator's unit, which theirs is a factor of.
    """
    integers, zero_points = weight_integers(weight, channel_axis)
    factor = 127 // max(1, int(np.abs(integers.astype(np.int64)).max(initial=0)))
    steps = weight.steps
    if factor < 2 or any(zero_points) or steps is None:
        return weight
    scale = np.asarray(steps.scale / np.float32(factor), np.float32)
    smaller = replace(steps, scale=scale, zero_point=np.zeros_like(steps.zero_point, np.int8))
    return Constant(array=(integers * factor).astype(np.int8), steps=smaller)


def counts_in(bias: Constant | None, unit: np.ndarray) -> bool:
    """Whether a bias, if there is one, is stored in units of the accumulator, () or (C,) float32."""
    if bias is None:
        return True
    if unit.size not in (1, bias.array.size):
        return False
    return _same_unit(bias, np.broadcast_to(unit, bias.array.size).astype(np.float32)) is not None


def add_bias(
    reading: Reading, name: str, bias: Constant | None, channels: int, unit: np.ndarray | None
) -> tuple[str, ...]:
    """The parameter of a bias, if there is one. `unit`: what 1 of the accumulator stands for, () or
    (channels,) float32; None in a float network. Its int32 are the file's own where that says so.
    """
    if bias is None:
        return ()
    real = bias.real().astype(np.float32).ravel()
    real = np.repeat(real, channels) if real.size == 1 else real
    if real.size != channels:
        raise RejectedError(f"its bias has {real.size} numbers for {channels} channels", "one for each")
    if unit is None:
        return (reading.draft.parameter(name, real, None),)
    units = np.broadcast_to(unit, (channels,)).astype(np.float32)
    integers = _same_unit(bias, units)
    if integers is None:
        with np.errstate(all="ignore"):
            integers = np.rint((real / units).astype(np.float64))
    if not np.isfinite(integers).all() or np.abs(integers).max(initial=0) > _INT32:
        raise RejectedError("its bias is too large for its scale", "a bias that 32 bits hold")
    scales = tuple(float(max(one, np.finfo(np.float32).tiny)) for one in units)
    grid = Quantization(scale=scales, zero_point=(0,) * channels, axis=0)
    return (reading.draft.parameter(name, integers.astype(np.int32), grid),)


def _same_unit(bias: Constant, units: np.ndarray) -> np.ndarray | None:
    """The stored integers, where they count in the accumulator's unit (to a float32's last digits)."""
    steps = bias.steps
    if steps is None or bias.array.dtype != np.int32 or np.any(steps.zero_point):
        return None
    if bias.array.size != units.size or not np.allclose(steps.scale, units, rtol=1e-5, atol=0):
        return None
    return bias.array.astype(np.int64).ravel()


def operand_integers(value: Constant) -> tuple[np.ndarray, Quantization]:
    """int8 of a stored operand, and what they stand for."""
    steps = without_axis(value).steps
    if steps is None or steps.axis is not None:
        raise RejectedError("its constant has no scale of its own", "a constant that is quantized as a whole")
    dtype = value.array.dtype.name
    if dtype not in ("int8", "uint8"):
        raise RejectedError(f"its constant is {dtype}", "int8 or uint8")
    less = UNSIGNED_OFFSET if dtype == "uint8" else 0
    grid = Quantization(scale=(float(steps.scale),), zero_point=(int(steps.zero_point) - less,))
    return (value.array.astype(np.int64) - less).astype(np.int8), grid


def require_multiplier(factors: np.ndarray | float, output: Quantization) -> None:
    """RejectedError where what 1 of an accumulator stands for is out of proportion to the output's scale."""
    if float(np.max(factors)) / output.scale[0] >= MOST_MULTIPLIER:
        raise RejectedError("its output scale is out of proportion to its inputs'", "a larger output scale")
