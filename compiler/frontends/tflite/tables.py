"""256-entry tables of int8 functions: the integers they start from, and how they enter the Graph."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compiler.frontends.tflite.builder import Builder
from compiler.frontends.tflite.types import SELF
from compiler.ir.fixed_point import Multiplier
from compiler.ir.ops import Lookup
from compiler.ir.tensor import Quantization, Tensor
from compiler.reference.fixed_point import rescale

INTEGERS = np.arange(256).astype(np.uint8).view(np.int8).astype(np.int64)
"""The int8 whose eight bits are each index."""

Table = Callable[[Quantization, Quantization], np.ndarray]
"""int64 (256,), clamped or not, of the quantizations of both sides."""


def scaled(values: np.ndarray, multiplier: Multiplier) -> np.ndarray:
    """Each of (N,) int64 times the multiplier, rounded twice, as TFLM's MultiplyByQuantizedMultiplier."""
    return rescale(values.reshape(-1, 1), (multiplier,), "double").reshape(values.shape)


def add_table(build: Builder, node: str, entries: np.ndarray) -> str:
    """The name of an int8 (256,) parameter; entries are clamped."""
    typed = Tensor(shape=(256,), dtype="int8", quantization=SELF)
    return build.add_parameter(f"{node}/table", np.clip(entries, -128, 127).astype(np.int8), typed)


def relabel(build: Builder, node: str, value: str, quantization: Quantization | None) -> str:
    """The same int8 integers standing for other numbers: a table of themselves."""
    table = add_table(build, node, INTEGERS)
    typed = replace(build.type_of(value), quantization=quantization)
    return build.add(
        Lookup(curve="the same integers"), (value, table), f"{node}/relabeled", typed, f"{node}/relabel"
    )
