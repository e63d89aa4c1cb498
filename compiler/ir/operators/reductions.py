"""Operators over windows or axes: pools, means and sums, extremes and where they lie, softmax."""

from dataclasses import dataclass

from compiler.ir.operators.attributes import Activation, Window


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
class Softmax:
    """Over the last axis, of `beta` times each number; beta is positive."""

    beta: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSoftmax:
    """The logarithm of a softmax, over the last axis."""
