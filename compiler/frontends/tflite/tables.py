"""256-entry tables of int8 functions: how they enter the Graph as parameters of Lookup."""

from dataclasses import replace

import numpy as np

from compiler.frontends.tflite.builder import Builder
from compiler.frontends.tflite.types import SELF
from compiler.ir.ops import Lookup
from compiler.ir.tensor import Quantization, Tensor

INTEGERS = np.arange(256).astype(np.uint8).view(np.int8)
"""The int8 whose eight bits are each index."""


def add_table(build: Builder, node: str, entries: np.ndarray) -> str:
    """The name of an int8 (256,) parameter."""
    typed = Tensor(shape=(256,), dtype="int8", quantization=SELF)
    return build.add_parameter(f"{node}/table", np.asarray(entries, np.int8), typed)


def relabel(build: Builder, node: str, value: str, quantization: Quantization | None) -> str:
    """The same int8 integers standing for other numbers: a table of themselves."""
    table = add_table(build, node, INTEGERS)
    typed = replace(build.type_of(value), quantization=quantization)
    return build.add(
        Lookup(curve="the same integers"), (value, table), f"{node}/relabeled", typed, f"{node}/relabel"
    )
