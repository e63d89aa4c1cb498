"""One operator as its importer sees it: operands by position, options by name, and ways to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import NoReturn

import numpy as np

from compiler.frontends.tflite.builder import Builder, Shape
from compiler.frontends.tflite.constants import Constants
from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.raw import RawOperator, RawSubgraph, RawTensor
from compiler.frontends.tflite.refusal import Broken, Refusal
from compiler.frontends.tflite.tables import relabel
from compiler.frontends.tflite.types import check_moved, ir_dtype, known_shape, one_scale
from compiler.ir.ops import Activation, Op
from compiler.ir.tensor import Quantization, Tensor

MOST_INTEGERS = 1 << 16
FULL_INTEGER = "int8 throughout, by post-training full-integer quantization"
_ACTIVATIONS: Mapping[int, Activation] = {0: "none", 1: "relu", 2: "relu_n1_1", 3: "relu6"}


@dataclass(frozen=True, slots=True)
class Call:
    """`values` maps tensors to what computes them so far, in whatever shape; importers add to it.
    `subgraphs`: all of the file, the network first."""

    operator: RawOperator
    tensors: tuple[RawTensor, ...]
    build: Builder
    constants: Constants
    values: dict[int, str]
    subgraphs: tuple[RawSubgraph, ...] = ()

    @property
    def name(self) -> str:
        """A short name for nodes: the operator's word and its place in the file."""
        return f"{safe_name(self.operator.name.lower(), 'operator')}_{self.operator.index}"

    def refuse(self, why: str, nearest: str) -> NoReturn:
        """Ends the import of this operator."""
        raise Refusal(why, nearest)

    def require(self, holds: bool, why: str, nearest: str) -> None:
        """Refuses unless it holds."""
        if not holds:
            raise Refusal(why, nearest)

    def broken(self, what: str) -> Broken:
        """To be raised for an operator that makes no sense."""
        return Broken(f"{self.name} {what}")

    def has(self, position: int) -> bool:
        """Whether an optional input is there."""
        return position < len(self.operator.inputs) and self.operator.inputs[position] >= 0

    def source(self, position: int) -> RawTensor:
        """An input tensor. Broken where it is left out."""
        if not self.has(position):
            raise self.broken(f"lacks input {position}")
        return self.tensors[self.operator.inputs[position]]

    def target(self, position: int = 0) -> RawTensor:
        """An output tensor. Broken where it is left out."""
        if position >= len(self.operator.outputs):
            raise self.broken(f"lacks output {position}")
        return self.tensors[self.operator.outputs[position]]

    def shape(self, tensor: RawTensor) -> Shape:
        """With the batch."""
        return known_shape(tensor)

    def quantization(self, tensor: RawTensor) -> Quantization:
        """Of an integer value, which has one scale. Refusal for floats."""
        found = one_scale(tensor)
        if found is None:
            self.refuse("it computes on float32", FULL_INTEGER)
        return found

    def option(self, name: str) -> int:
        """An integer, enumeration or truth value. Broken where the operator has no such options."""
        found = self.operator.options.get(name)
        if not isinstance(found, int):
            raise self.broken(f"has no {name}")
        return found

    def real_option(self, name: str) -> float:
        """A float32."""
        found = self.operator.options.get(name)
        if not isinstance(found, float):
            raise self.broken(f"has no {name}")
        return found

    def activation(self) -> Activation:
        """The fused clamp. Refusal for those that are none."""
        number = self.option("FusedActivationFunction")
        if number not in _ACTIVATIONS:
            self.refuse(f"it fuses activation {number}", "none, RELU, RELU6 or RELU_N1_TO_1")
        return _ACTIVATIONS[number]

    def is_constant(self, position: int) -> bool:
        """Whether an input's numbers are in the file, or follow from such by folding."""
        return self.constants.knows(self.source(position).index)

    def array(self, position: int, what: str) -> np.ndarray:
        """The numbers of a constant input in its full shape. Refusal where it is computed."""
        tensor = self.source(position)
        ir_dtype(tensor) if tensor.odd else None
        if not self.constants.knows(tensor.index):
            self.refuse(f"its {what} is computed while it runs", f"a constant {what}")
        return self.constants.array(tensor)

    def integers(self, position: int, what: str) -> tuple[int, ...]:
        """A short constant list of integers. Refusal where it is computed."""
        array = self.array(position, what)
        if array.dtype.kind != "i" or array.size > MOST_INTEGERS:
            raise self.broken(f"has {array.size} {array.dtype} as its {what}")
        return tuple(int(number) for number in array.ravel())

    def value(self, position: int, shape: Shape) -> str:
        """The name of an input, viewed in `shape`: computed, or a parameter."""
        return self.viewed(self.source(position), shape)

    def viewed(self, tensor: RawTensor, shape: Shape) -> str:
        """The name of a tensor, viewed in `shape`. Broken where nothing has computed it."""
        if self.constants.knows(tensor.index):
            array = self.constants.array(tensor)
            if array.size != prod(shape):
                raise self.broken(f"views {list(array.shape)} as {list(shape)}")
            typed = Tensor(shape=shape, dtype=ir_dtype(tensor), quantization=one_scale(tensor))
            return self.parameter(tensor, array.reshape(shape), typed)
        if tensor.index not in self.values:
            raise self.broken(f"reads {tensor.name!r:.80} before anything computes it")
        return self.build.view(self.values[tensor.index], shape)

    def parameter(self, tensor: RawTensor, array: np.ndarray, typed: Tensor) -> str:
        """The numbers of a constant of the file, unchanged, in the type that the operator wants."""
        hint = safe_name(tensor.name, f"{self.name}/constant")
        return self.build.add_parameter(hint, array, typed, tensor.index)

    def emit(self, op: Op, inputs: tuple[str, ...], shape: Shape, output: int = 0) -> str:
        """A node whose result, of `shape`, is the operator's output. Returns its name."""
        target = self.target(output)
        if prod(shape) != prod(self.shape(target)):
            raise self.broken(f"makes {list(shape)}; the file says {list(target.shape)}")
        tensor = Tensor(shape=shape, dtype=ir_dtype(target), quantization=one_scale(target))
        name = self.build.add(op, inputs, safe_name(target.name, f"{self.name}/output"), tensor, self.name)
        self.bind(name, output)
        return name

    def step(self, op: Op, inputs: tuple[str, ...], tensor: Tensor, what: str) -> str:
        """A node on the way to the output. Returns the name of its result."""
        return self.build.add(op, inputs, f"{self.name}/{what}", tensor, f"{self.name}/{what}")

    def same(self, position: int, shape: Shape, output: int = 0) -> str:
        """An input of an operator that moves integers as they are, viewed in `shape` and as what the output's
        quantization makes of the same integers: a table of themselves where the two differ."""
        source, target = self.source(position), self.target(output)
        wanted = one_scale(target)
        if source.dtype != target.dtype:
            self.refuse(f"it takes {source.dtype} to {target.dtype}", "one type on both sides")
        if not self.is_constant(position):
            check_moved(source.dtype)
        if one_scale(source) == wanted:
            return self.value(position, shape)
        if self.is_constant(position):
            array = self.constants.array(source).reshape(shape)
            return self.parameter(
                source, array, Tensor(shape=shape, dtype=ir_dtype(source), quantization=wanted)
            )
        if source.dtype != "int8":
            self.refuse("its output is quantized otherwise than its input", "one quantization on both sides")
        return relabel(self.build, self.name, self.value(position, shape), wanted)

    def same_elements(self, source: RawTensor, target: RawTensor) -> None:
        """Broken where the two hold different amounts of numbers."""
        if prod(self.shape(source)) != prod(self.shape(target)):
            raise self.broken(f"makes {list(target.shape)} of {list(source.shape)}")

    def require_types(self, source: RawTensor, target: RawTensor, *dtypes: str) -> None:
        """Refuses unless both are of one of these types, and the same."""
        if source.dtype != target.dtype or source.dtype not in dtypes:
            floats = source.dtype == target.dtype == "float32"
            nearest = FULL_INTEGER if floats else " or ".join(dtypes)
            self.refuse(f"it takes {source.dtype} to {target.dtype}", nearest)

    def bind(self, value: str, output: int = 0) -> None:
        """Says that `value`, in whatever shape, is the operator's output; of a constant its numbers are."""
        array = self.build.constant(value)
        if array is None:
            self.values[self.target(output).index] = value
        else:
            self.constants.fold(self.target(output), array)

    def retyped(self, value: str, shape: Shape) -> Tensor:
        """The type of a value with another shape."""
        return replace(self.build.type_of(value), shape=shape)
