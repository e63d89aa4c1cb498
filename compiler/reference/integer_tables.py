"""Integers under another quantization, and integers looked up: what QUANTIZE does between integers."""

import numpy as np

from compiler.ir.fixed_point import activation_bounds
from compiler.ir.ops import Lookup, Requantize
from compiler.ir.pair_multipliers import requantize_multiplier
from compiler.reference.fixed_point import rescale, to_integer
from compiler.reference.integer_call import IntegerCall


def run_lookup(op: Lookup, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """inputs: x int8, table int8 (256,), its index the eight bits of x."""
    return np.asarray(inputs[1][inputs[0].view(np.uint8)])


def run_requantize(op: Requantize, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """One rescaling of what lies above the zero point, in the output's dtype; of the same integers none."""
    if op.same_integers:
        return np.asarray(np.clip(inputs[0], *activation_bounds(op.activation, call.sources[0], "int16")))
    steps = inputs[0].astype(np.int64) - call.sources[0].zero_point[0]
    scaled = rescale(steps, (requantize_multiplier(call.sources[0], call.output),), call.rounding)
    bounds = activation_bounds(op.activation, call.output, call.output_dtype)
    return to_integer(scaled, call.output.zero_point[0], bounds, call.output_dtype)
