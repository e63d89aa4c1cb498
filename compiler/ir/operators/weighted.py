"""Operators with weights of their own: compiler/ir/ops.py says how those lie."""

from dataclasses import dataclass

from compiler.ir.operators.attributes import Activation, Pair, Window


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
