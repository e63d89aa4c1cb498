"""A small model with what to feed it: random constants, and inputs that reach the ends of their types."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import NUMPY_TYPES, ModelBuilder
from tests.tflite_models.entries import TensorEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A model and the entries of its inputs; `text` tells what was drawn, for a failing test to print."""

    model: bytes
    inputs: tuple[TensorEntry, ...]
    seed: int
    text: str

    def rows(self, count: int) -> list[np.ndarray]:
        """For each input (count, shape without its batch of 1): the ends of its type, its zero point, random
        choices of the ends, then uniform numbers."""
        rng = np.random.default_rng(self.seed)
        return [_rows(entry, count, rng) for entry in self.inputs]

    def __repr__(self) -> str:
        return self.text


class Sketch(ModelBuilder):
    """A builder that fills constants from one generator of random numbers."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.rng = np.random.default_rng(seed)

    def shape(self, index: int) -> tuple[int, ...]:
        """The shape of a tensor, with its batch."""
        return self.entry.tensors[index].shape

    def quantization(self, index: int) -> Quantization:
        """The quantization of a tensor that has one."""
        found = self.entry.tensors[index].quantization
        assert found is not None
        return found

    def dtype(self, index: int) -> str:
        """The type of a tensor, by its name in the schema."""
        return self.entry.tensors[index].dtype

    def reshaped(self, index: int, shape: Sequence[int]) -> int:
        """A tensor's numbers in another shape, by RESHAPE."""
        result = self.tensor(shape, self.dtype(index), self.quantization(index))
        self.operator("RESHAPE", [index, self.constant(shape)], [result], new_shape=tuple(shape))
        return result

    def random(
        self,
        shape: Sequence[int],
        dtype: str,
        quantization: Quantization | None,
        bounds: tuple[int, int] | None = None,
    ) -> int:
        """A constant of uniform numbers, within the bounds (both included) or the whole type."""
        low, high = bounds or integer_bounds(dtype)
        data = self.rng.integers(low, high + 1, tuple(shape), dtype=NUMPY_TYPES[dtype])
        return self.tensor(shape, dtype, quantization, data=data)

    def case(self, *outputs: int) -> Case:
        """The finished model, these its outputs."""
        self.output(*outputs)
        return Case(
            model=self.build(),
            inputs=tuple(self.entry.tensors[index] for index in self.entry.inputs),
            seed=self.seed,
            text=describe(self),
        )


def integer_bounds(dtype: str) -> tuple[int, int]:
    """The least and the greatest number of a type, by its name in the schema."""
    if dtype == "INT4":
        return -8, 7
    limits = np.iinfo(NUMPY_TYPES[dtype])
    return int(limits.min), int(limits.max)


def describe(sketch: Sketch) -> str:
    """Operators with the types, shapes and quantizations of what they read and write."""
    lines = []
    for operator in sketch.entry.operators:
        tensors = [
            "-" if index < 0 else _tensor_text(sketch.entry.tensors[index])
            for index in (*operator.inputs, *operator.outputs)
        ]
        lines.append(f"{operator.code} {dict(operator.options)}: " + "; ".join(tensors))
    return "\n".join(lines)


def _tensor_text(entry: TensorEntry) -> str:
    text = f"{entry.name} {entry.dtype}{list(entry.shape)}"
    if entry.quantization is not None:
        text += f" scale {entry.quantization.scale[:3]} zero {entry.quantization.zero_point[:1]}"
    return text if entry.data is None else text + " constant"


def _rows(entry: TensorEntry, count: int, rng: np.random.Generator) -> np.ndarray:
    shape = (count, *entry.shape[1:])
    if entry.dtype == "FLOAT32":
        scale = np.float32(10.0) ** rng.integers(-2, 3, (count, *[1] * (len(shape) - 1))).astype(np.float32)
        return (rng.standard_normal(shape) * scale).astype(np.float32)
    if entry.dtype == "BOOL":
        return rng.integers(0, 2, shape).astype(np.bool_)
    low, high = integer_bounds(entry.dtype)
    rows = rng.integers(low, high + 1, shape, dtype=NUMPY_TYPES[entry.dtype])
    zero = 0 if entry.quantization is None else entry.quantization.zero_point[0]
    for row, value in zip(rows, (low, high, zero), strict=False):
        row[...] = value
    ends = np.array([low, high], rows.dtype)
    for row in rows[3:5]:
        row[...] = rng.choice(ends, shape[1:])
    return rows
