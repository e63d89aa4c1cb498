"""Operators of two maps."""

from dataclasses import dataclass

from compiler.ir.operators.attributes import Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Elementwise sum. Inputs of every operator of two maps broadcast as NumPy's do; either may be a
    parameter."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub:
    """Elementwise difference."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mul:
    """Elementwise product."""

    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """The greater of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """The lesser of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SquaredDifference:
    """(left - right) squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMatMul:
    """Inputs: left (..., rows, depth), right (..., depth, columns), their leading axes equal; a transposed
    operand is stored with its last two axes the other way round."""

    transpose_left: bool = False
    transpose_right: bool = False
