"""Sigmoid and tanh of int16, interpolated in one table of 256 entries, bit for bit as TensorFlow Lite
Micro's.

Source: its reference_integer_ops logistic.h and tanh.h. Arguments are value * factor, shifted right by
`shift` and rounded; results have 15 fractional bits.
"""

import numpy as np

from compiler.ir.sigmoid_table import ENTRIES, sigmoid_table


def sigmoid_int16(values: np.ndarray, factor: int, shift: int) -> np.ndarray:
    """int64, of int16 values. An argument of 24 * 512 stands for 1, as the table's entries are 1/24 apart."""
    argument = _argument(values, factor, shift)
    magnitude = _interpolated(np.abs(argument), bits=9, most=0x7FFF << 10)
    result = np.where(argument >= 0, magnitude + (1 << 9), (1 << 25) - magnitude + (1 << 9) - 1)
    return np.asarray(result >> 10)


def tanh_int16(values: np.ndarray, factor: int, shift: int) -> np.ndarray:
    """int64, of int16 values: tanh(x) = 2 sigmoid(2 x) - 1. An argument of 24 * 512 stands for 1."""
    argument = _argument(values, factor, shift)
    magnitude = _interpolated(np.abs(argument), bits=8, most=0xFFFF << 8)
    result = np.where(argument >= 0, magnitude - (1 << 23) + (1 << 7), (1 << 23) - magnitude + (1 << 7) - 1)
    return np.asarray(result >> 8)


def _argument(values: np.ndarray, factor: int, shift: int) -> np.ndarray:
    half = 1 << shift - 1 if shift > 0 else 0
    return np.asarray((values.astype(np.int64) * factor + half) >> shift)


def _interpolated(argument: np.ndarray, *, bits: int, most: int) -> np.ndarray:
    """The table between entries `argument >> bits` and the next, with `bits` more fractional bits; `most`
    past it."""
    entry = argument >> bits
    table = sigmoid_table().astype(np.int64)
    inside = np.minimum(entry, ENTRIES - 2)
    low, high = table[inside], table[inside + 1]
    between = (low << bits) + (argument & (1 << bits) - 1) * (high - low)
    return np.where(entry >= ENTRIES - 1, most, between)
