"""The integers that SVDF and LSTM compute with: one derivation for the reference and every backend.

Source: TensorFlow Lite Micro's svdf_common.cc and lstm_eval_common.cc.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compiler.ir.fixed_point import Multiplier, product_multipliers, quantize_multiplier
from compiler.ir.tensor import Quantization

GATES = 4
"""Input, forget, cell, output, in the order of an Lstm's operands."""

GATE_INPUT = Quantization(scale=(2.0**-12,), zero_point=(0,))
"""What a gate's sum is brought to before its curve: int16 with three bits before the point."""

GATE_OUTPUT_SCALE = 2.0**-15
"""Of what the curves of the gates give: int16."""

CURVE_INTEGER_BITS = 3
CELL_EXPONENTS = range(-30, 3)
"""Cell scales, as powers of two, for which the argument of the cell's tanh stays within 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SvdfScaling:
    """`feature`: input times feature weights to state; `output`: state times time weights to output."""

    feature: Multiplier
    output: Multiplier


def svdf_scaling(
    source: Quantization, feature: Quantization, time: Quantization, state: Quantization, output: Quantization
) -> SvdfScaling:
    """Products and quotients in double."""
    memory = state.scale[0]
    return SvdfScaling(
        feature=quantize_multiplier(source.scale[0] * feature.scale[0] / memory),
        output=quantize_multiplier(memory * time.scale[0] / output.scale[0]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LstmScaling:
    """`inputs`, `recurrent`: a gate's two sums to GATE_INPUT, gate by gate. `forget`: forget gate times cell
    to cell; `update`: input gate times cell gate to cell; `hidden`: output gate times tanh(cell) to hidden.

    The argument of the cell's tanh is cell * tanh_factor, shifted right by tanh_shift and rounded.
    `cell_min`, `cell_max`: what the cell is clipped to.
    """

    inputs: tuple[Multiplier, ...]
    recurrent: tuple[Multiplier, ...]
    forget: Multiplier
    update: Multiplier
    hidden: Multiplier
    tanh_factor: int
    tanh_shift: int
    cell_min: int
    cell_max: int


def lstm_scaling(
    source: Quantization,
    weights: Sequence[tuple[Quantization, Quantization]],
    hidden: Quantization,
    cell: Quantization,
    cell_clip: float,
) -> LstmScaling:
    """`weights`: of each gate, those of the input and the recurrent ones, each per tensor."""
    cell_scale = cell.scale[0]
    factor, shift = tanh_argument(cell_exponent(cell))
    low, high = _cell_bounds(cell_clip, cell_scale)
    return LstmScaling(
        inputs=tuple(product_multipliers(source, given, GATE_INPUT, 1)[0] for given, _ in weights),
        recurrent=tuple(product_multipliers(hidden, again, GATE_INPUT, 1)[0] for _, again in weights),
        forget=quantize_multiplier(GATE_OUTPUT_SCALE * cell_scale / cell_scale),
        update=quantize_multiplier(GATE_OUTPUT_SCALE * GATE_OUTPUT_SCALE / cell_scale),
        hidden=quantize_multiplier(GATE_OUTPUT_SCALE * GATE_OUTPUT_SCALE / hidden.scale[0]),
        tanh_factor=factor,
        tanh_shift=shift,
        cell_min=low,
        cell_max=high,
    )


def _cell_bounds(clip: float, scale: float) -> tuple[int, int]:
    """A clip below one step leaves nothing but 0; none leaves every int16."""
    if clip <= 0:
        return -(2**15), 2**15 - 1
    most = math.trunc(min(float(np.float32(clip)) / scale, 32767.0))
    return -most, most


def cell_exponent(cell: Quantization) -> int:
    """The power of two nearest to the cell's scale, in TFLite's float32 arithmetic."""
    log = np.float32(np.log(np.float32(cell.scale[0])))
    exact = float(log * (np.float32(1) / np.float32(np.log(np.float32(2)))))
    return int(math.copysign(math.floor(abs(exact) + 0.5), exact))


def tanh_argument(exponent: int) -> tuple[int, int]:
    """Factor and right shift that bring an int16 of scale 2**exponent to the argument of the int16 tanh.

    The argument has three quarters of the steps that three integer bits would give it: 3 / 4 is in the
    factor.
    """
    left = 15 + exponent - CURVE_INTEGER_BITS
    return (3 << left, 0) if left >= 0 else (3, -left)
