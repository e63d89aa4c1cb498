"""Operators of each number by itself: activations, curves, and changes of quantization."""

from dataclasses import dataclass

from compiler.ir.operators.attributes import Activation, Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Activate:
    """A clamp that no operator before it could take over."""

    activation: Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """A curve applied to every element; `slope`: what leaky_relu multiplies negative numbers by."""

    activation: Curve
    slope: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Inputs: x int8, table int8 (256,), a parameter. Entry i answers the integer whose eight bits are i.

    `curve` names in words what the table holds: for comments and messages, never for results.
    """

    curve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PRelu:
    """Inputs: x, and alpha, a parameter that broadcasts to x: alpha * x where x is negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requantize:
    """The same real numbers under another quantization or integer dtype, clamped by the activation.

    `same_integers`: of int16 to int16, the same integers instead, whatever they stand for then, clamped where
    the input's quantization says.
    """

    activation: Activation = "none"
    same_integers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantize:
    """float32 to integers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dequantize:
    """Integers to float32."""
