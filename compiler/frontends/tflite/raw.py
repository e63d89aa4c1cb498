"""A TFLite file as frozen values, before anybody asks what it means: bounds are checked, sense is not."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

OptionValue = int | float | str | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTensor:
    """`dtype`: the file's word in lower case ("int8", "float16", ...). `data`: bytes of a constant, a view of
    the file, None for a value. `signature`: the shape with -1 where the file leaves a size open.
    `odd`: what no operator can read (sparse storage, block quantization), in words, else "".
    """

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    data: memoryview | None
    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int
    is_variable: bool
    signature: tuple[int, ...]
    odd: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawOperator:
    """`name`: as TFLite's enumeration has it, "CUSTOM name" for custom ones. Tensor -1: left out."""

    index: int
    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    intermediates: tuple[int, ...]
    options: Mapping[str, OptionValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSubgraph:
    """Tensors, operators in the order they run, and the indices of what goes in and out."""

    tensors: tuple[RawTensor, ...]
    operators: tuple[RawOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawModel:
    """`subgraphs[0]` is the network. `port_names`: what a signature calls tensors of it, inputs and outputs
    apart, by tensor index."""

    subgraphs: tuple[RawSubgraph, ...]
    input_names: Mapping[int, str]
    output_names: Mapping[int, str]


NUMPY_DTYPES: Mapping[str, np.dtype] = {
    "float32": np.dtype("<f4"),
    "float16": np.dtype("<f2"),
    "int8": np.dtype("i1"),
    "uint8": np.dtype("u1"),
    "int16": np.dtype("<i2"),
    "int32": np.dtype("<i4"),
    "int64": np.dtype("<i8"),
    "bool": np.dtype("?"),
}
"""What constants of each type are read as; int4 is unpacked to int8."""
