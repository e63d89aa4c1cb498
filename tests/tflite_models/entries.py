"""What a model file holds before it is written: tensors, operators and subgraphs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.ir.tensor import Quantization
from tests.tflite_models.options import OptionValue


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorEntry:
    name: str
    shape: tuple[int, ...]
    dtype: str
    quantization: Quantization | None
    data: bytes | None
    variable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEntry:
    code: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    intermediates: tuple[int, ...]
    options: Mapping[str, OptionValue]


@dataclass(slots=True)
class Subgraph:
    """Tensors and operators in order; inputs and outputs are indices of tensors."""

    name: str
    tensors: list[TensorEntry] = field(default_factory=list)
    operators: list[OperatorEntry] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
