"""Writes small .tflite files tensor by tensor and operator by operator: what the tests against TFLM read."""

from collections.abc import Mapping, Sequence

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.entries import OperatorEntry, Subgraph, TensorEntry
from tests.tflite_models.options import OptionValue
from tests.tflite_models.serialize import serialize

ABSENT = -1
"""The index of an optional input that is left out."""

NUMPY_TYPES = {
    "FLOAT32": np.float32, "INT8": np.int8, "UINT8": np.uint8, "INT16": np.int16, "INT32": np.int32,
    "INT64": np.int64, "INT4": np.int8, "BOOL": np.bool_,
}  # fmt: skip


class SubgraphBuilder:
    """One subgraph being written. Shapes hold TFLite's leading batch; tensors are known by their index."""

    def __init__(self, name: str = "main") -> None:
        self.entry = Subgraph(name)

    def tensor(
        self,
        shape: Sequence[int],
        dtype: str = "INT8",
        quantization: Quantization | None = None,
        *,
        data: np.ndarray | None = None,
        variable: bool = False,
        name: str | None = None,
    ) -> int:
        """A tensor; with `data` a constant. dtype: a TensorType's name; INT4 data comes as int8 -8..7."""
        packed = None if data is None else _bytes(np.asarray(data), tuple(shape), dtype)
        entry = TensorEntry(
            name=f"t{len(self.entry.tensors)}" if name is None else name,
            shape=tuple(shape),
            dtype=dtype,
            quantization=quantization,
            data=packed,
            variable=variable,
        )
        self.entry.tensors.append(entry)
        return len(self.entry.tensors) - 1

    def input(
        self,
        shape: Sequence[int],
        dtype: str = "INT8",
        quantization: Quantization | None = None,
        name: str | None = None,
    ) -> int:
        """A tensor that the model is given."""
        index = self.tensor(shape, dtype, quantization, name=name)
        self.entry.inputs.append(index)
        return index

    def output(self, *indices: int) -> None:
        """Tensors that the model gives back, in this order."""
        self.entry.outputs.extend(indices)

    def constant(self, values: Sequence[int] | int, dtype: str = "INT32") -> int:
        """An unquantized constant such as axes, shapes and paddings."""
        array = np.array(values, NUMPY_TYPES[dtype])
        return self.tensor(array.shape, dtype, data=array)

    def operator(
        self,
        code: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        *,
        intermediates: Sequence[int] = (),
        **options: OptionValue,
    ) -> None:
        """One builtin operator. Options by the schema's field names; enums by the names of their values."""
        self.entry.operators.append(
            OperatorEntry(
                code=code,
                inputs=tuple(inputs),
                outputs=tuple(outputs),
                intermediates=tuple(intermediates),
                options=options,
            )
        )


class ModelBuilder(SubgraphBuilder):
    """A model: its main subgraph, further ones, and the names of a signature."""

    def __init__(self) -> None:
        super().__init__()
        self.further: list[SubgraphBuilder] = []
        self.signatures: list[tuple[str, Mapping[str, int], Mapping[str, int]]] = []

    def subgraph(self, name: str) -> SubgraphBuilder:
        """A further subgraph; the first has index 1."""
        self.further.append(SubgraphBuilder(name))
        return self.further[-1]

    def signature(
        self, inputs: Mapping[str, int], outputs: Mapping[str, int], key: str = "serving_default"
    ) -> None:
        """Names for inputs and outputs of the main subgraph."""
        self.signatures.append((key, inputs, outputs))

    def build(self) -> bytes:
        """The file."""
        return serialize([graph.entry for graph in (self, *self.further)], self.signatures)


def _bytes(data: np.ndarray, shape: tuple[int, ...], dtype: str) -> bytes:
    assert data.shape == shape and data.dtype == NUMPY_TYPES[dtype], (data.shape, shape, data.dtype, dtype)
    if dtype != "INT4":
        return data.tobytes()
    assert data.size == 0 or -8 <= data.min() <= data.max() <= 7
    nibbles = np.zeros(data.size + data.size % 2, np.uint8)
    nibbles[: data.size] = data.reshape(-1).view(np.uint8) & 15
    return (nibbles[::2] | nibbles[1::2] << 4).astype(np.uint8).tobytes()
