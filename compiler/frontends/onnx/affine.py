"""What multiplies and adds by channel between a layer with weights and its quantization: batch norms that
training kept apart, scales divided out again. It becomes the layer's weight scales and its bias."""

from dataclasses import replace

import numpy as np

from compiler.frontends.onnx.layout import Shape
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Affine, Constant, Steps

_MOST_BIAS = 2.0**30
"""In units of the accumulator; half of what 32 bits hold is left to the products."""


def batch_norm(numbers: tuple[np.ndarray, ...], epsilon: float) -> Affine:
    """Of gamma, beta, mean and variance, (C,) each. RejectedError where these are no finite numbers."""
    with np.errstate(all="ignore"):
        gamma, beta, mean, variance = (array.astype(np.float64) for array in numbers)
    if not all(np.isfinite(array).all() for array in numbers) or (variance + epsilon <= 0).any():
        raise RejectedError("its numbers are not finite, or a variance is negative", "finite numbers")
    scale = gamma / np.sqrt(variance + epsilon)
    return Affine(scale=scale, shift=beta - mean * scale)


def of_operator(op: str, numbers: np.ndarray, swapped: bool) -> Affine | None:
    """Add, Sub, Mul or Div by a constant for each channel (C,); `swapped`: the constant comes first. None of
    anything else. RejectedError where a number is not finite.
    """
    with np.errstate(all="ignore"):
        constant = numbers.astype(np.float64)
        ones, zeros = np.ones_like(constant), np.zeros_like(constant)
        match op:
            case "Add":
                found = Affine(scale=ones, shift=constant)
            case "Sub":
                found = Affine(scale=-ones if swapped else ones, shift=constant if swapped else -constant)
            case "Mul":
                found = Affine(scale=constant, shift=zeros)
            case "Div" if not swapped:
                found = Affine(scale=1 / constant, shift=zeros)
            case _:
                return None
    _require_finite(found)
    return found


def _require_finite(affine: Affine) -> None:
    if not (np.isfinite(affine.scale).all() and np.isfinite(affine.shift).all()):
        raise RejectedError("its numbers are not finite", "finite numbers")


def numbers_along(numbers: np.ndarray, shape: Shape, axis: int) -> np.ndarray | None:
    """(shape[axis],) of a constant that broadcasts to `shape` and varies along one axis alone, else None."""
    wide = numbers.reshape((1,) * (len(shape) - numbers.ndim) + numbers.shape)
    if wide.ndim != len(shape) or any(size != 1 for at, size in enumerate(wide.shape) if at != axis):
        return None
    return np.broadcast_to(wide.ravel(), (shape[axis],))


def after(first: Affine | None, later: Affine) -> Affine:
    """Both, one after the other. RejectedError where that takes them beyond all numbers."""
    if first is None:
        return later
    with np.errstate(all="ignore"):
        found = Affine(scale=first.scale * later.scale, shift=first.shift * later.scale + later.shift)
    _require_finite(found)
    return found


def folded(
    weight: Constant, bias: Constant | None, affine: Affine, channel_axis: int, source_scale: float
) -> tuple[Constant, Constant | None]:
    """Weights and bias of the layer that gives `affine` of what the layer of `weight` and `bias` gives.

    The integers stay, with a scale for each channel; where a channel is turned round they are complemented,
    and their zero point with them: -(w - z) = ~w - ~z. Where the bias would not fit 32 bits, the channel's
    weights become coarser: they then add little to it. `source_scale`: of the layer's input. RejectedError
    where weights or bias are beyond all numbers, or the bias has another length.
    """
    steps, count = weight.steps, affine.scale.size
    assert steps is not None, "weights of floats are refused before"
    along = [-1 if axis == channel_axis else 1 for axis in range(weight.array.ndim)]
    zero_point = np.broadcast_to(steps.zero_point, (count,)).astype(weight.array.dtype)
    turned = affine.scale < 0
    zero_point = np.where(turned, ~zero_point, zero_point)
    array = np.where(turned.reshape(along), ~weight.array, weight.array)
    shift = _shift(bias, affine)
    scale = np.broadcast_to(steps.scale, (count,)).astype(np.float64)
    unit = source_scale * scale * np.abs(affine.scale)
    wanted = np.maximum(unit, np.abs(shift) / _MOST_BIAS)
    wanted = np.where(wanted < np.finfo(np.float32).tiny, source_scale * scale, wanted)
    with np.errstate(over="ignore"):
        scales, whole = (wanted / source_scale).astype(np.float32), Constant(array=shift.astype(np.float32))
    if not np.isfinite(scales).all():
        raise RejectedError("what follows makes its weights greater than any number", "smaller factors")
    with np.errstate(over="ignore"):  # of a channel that is multiplied by 0 the unit is 0
        factors = wanted / np.maximum(unit, np.finfo(np.float64).tiny)
    array = _coarser(array, zero_point, factors, along)
    made = Steps(scale=scales, zero_point=zero_point, axis=channel_axis)
    flat = bias is None and not shift.any()
    return replace(weight, array=array, steps=made), None if flat else whole


def _shift(bias: Constant | None, affine: Affine) -> np.ndarray:
    """The bias of both, (C,) float64."""
    if bias is None:
        return affine.shift
    real = bias.real().astype(np.float64).ravel()
    if real.size not in (1, affine.scale.size):
        raise RejectedError(
            f"its bias has {real.size} numbers for {affine.scale.size} channels", "one for each"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(real * affine.scale + affine.shift)


def _coarser(array: np.ndarray, zero_point: np.ndarray, factors: np.ndarray, along: list[int]) -> np.ndarray:
    """Weights in units that are `factors` times as large; 1 leaves them as they are."""
    zeros = zero_point.astype(np.int64).reshape(along)
    centred = array.astype(np.int64) - zeros
    divided = np.rint(centred / factors.reshape(along)).astype(np.int64) + zeros
    return np.asarray(divided, array.dtype)
