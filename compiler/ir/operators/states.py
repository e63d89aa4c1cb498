"""Operators with states that outlive a run: see compiler/ir/states.py."""

from dataclasses import dataclass

from compiler.ir.operators.attributes import Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class Svdf:
    """One step of a rank-decomposed memory filter (Nakkiran et al. 2015).

    Inputs: x (I,), feature weights (units * rank, I), time weights (units * rank, memory), bias int32
    (units,), and the state (units * rank, memory), which it updates. Time weights and state are both int8 or
    both int16. Output: (units,).
    """

    rank: int
    activation: Activation = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lstm:
    """A layer of long short-term memory, without peepholes, projection and layer norm.

    Inputs: x (steps, I), then for the gates input, forget, cell, output in this order: input weights
    (units, I), recurrent weights (units, units), bias int32 (units,), which makes 12 parameters; then the
    states hidden int8 (units,) and cell int16 (units,), which it updates. Output: (steps, units), quantized
    as the hidden state. Weights are quantized per tensor. Where x and the hidden state are int16, biases are
    int64. `cell_clip`: 0 for none.
    """

    cell_clip: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVariable:
    """Input: a state. Output: what it holds now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignVariable:
    """Inputs: a state, and the value it holds from now on. No output."""
