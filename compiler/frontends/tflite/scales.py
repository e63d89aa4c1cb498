"""Scales that fixed-point arithmetic can go between; beyond them TFLM aborts, or shifts what is undefined."""

from compiler.frontends.tflite.refusal import Refusal
from compiler.ir.ops import (
    Add,
    BatchMatMul,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Mul,
    Op,
    PRelu,
    SquaredDifference,
    Sub,
    TransposeConv2D,
)
from compiler.ir.tensor import Quantization, Tensor

_SUMS = (Add, Sub, SquaredDifference)
_PRODUCTS = (Mul, BatchMatMul, SquaredDifference)
_WEIGHTED = (Conv2D, DepthwiseConv2D, TransposeConv2D, Dense)
FINEST = 2.0**29
FINEST_SUM = 2.0**19
"""How many times finer an output may be than what it is computed from; sums are formed with 20 bits more."""
INT32_BOUND = 2.0**31 - 256
"""Steps in the bound of a clamp, a zero point still to be added."""


def check_scales(op: Op, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    """Refusal where the output is finer than that, or too fine for the bounds of a fused activation. Tables
    and moves are not asked."""
    _require_bounds(op, output)
    scales = tuple(largest_scale(tensor.quantization) for tensor in inputs)
    made = largest_scale(output.quantization)
    if made == 0.0 or not all(scales):
        return
    if isinstance(op, _WEIGHTED):
        _require(scales[0] * scales[1] / made, FINEST)
        return
    if isinstance(op, _PRODUCTS):
        _require(scales[0] * scales[1] / made, FINEST)
    elif isinstance(op, PRelu):
        _require(scales[0] * max(1.0, scales[1]) / made, FINEST)
    else:
        _require(max(scales) / made, FINEST_SUM if isinstance(op, _SUMS) else FINEST)


def _require_bounds(op: Op, output: Tensor) -> None:
    """TFLM quantizes a clamp's bounds as int32 and refuses what overflows."""
    bound = {"relu6": 6.0, "relu_n1_1": 1.0}.get(getattr(op, "activation", "none"), 0.0)
    scale = largest_scale(output.quantization)
    if scale and bound / scale > INT32_BOUND:
        raise Refusal(
            f"its activation's bound {bound:g} is no 32-bit number in steps of {scale:.3g}",
            "an output of coarser steps",
        )


def check_ratio(source: Quantization, output: Quantization) -> None:
    """The same for an operator of one input that becomes a table."""
    _require(source.scale[0] / output.scale[0], FINEST)


def largest_scale(quantization: Quantization | None) -> float:
    """0 for floats."""
    return 0.0 if quantization is None else max(quantization.scale)


def _require(ratio: float, finest: float) -> None:
    if ratio > finest:
        raise Refusal(
            f"its output's scale is {ratio:.3g} times finer than what it is computed from",
            f"scales at most {finest:.3g} times finer",
        )
