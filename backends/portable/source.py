"""A graph as lowering reads it: names resolved to buffers and constants, unknown numbers zero."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from compiler.ir.fixed_point import Multiplier, activation_bounds, product_multipliers
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Activation
from compiler.ir.program import Buffer, Constant, KernelCall
from compiler.ir.tensor import DTYPE_BITS, Dtype, Quantization, Tensor
from compiler.ir.wide import reduced_arrays, sums_are_wide

ALIGNMENT = 4
"""Kernels read bytes; four lets an application or DMA fill an input in words. Compilers align tables so."""

Fields = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """What one node became. `scratch`: the scratch buffers that its calls name."""

    calls: tuple[KernelCall, ...]
    constants: tuple[Constant, ...] = ()
    scratch: tuple[Buffer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The graph, the buffer behind every value, and the node each parameter is named after in C."""

    graph: Graph
    storage: Mapping[str, str]
    owner: Mapping[str, str]

    def tensor(self, name: str) -> Tensor:
        """The type of a value or parameter."""
        return self.graph.tensors[name]

    def buffers(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The buffers behind values."""
        return tuple(self.storage[name] for name in names)

    def quantization(self, name: str) -> Quantization | None:
        """None where the numbers are not known yet."""
        return self.graph.tensors[name].quantization

    def zero_point(self, name: str) -> int:
        """Of a per-tensor quantized value; 0 while unknown."""
        quantization = self.quantization(name)
        return 0 if quantization is None else quantization.zero_point[0]

    def bounds(self, activation: Activation, output: str) -> Fields:
        """The output clamp as parameter fields; 0 while unknown."""
        quantization = self.quantization(output)
        dtype = self.tensor(output).dtype
        low, high = (0, 0) if quantization is None else activation_bounds(activation, quantization, dtype)
        return (("activation_min", low), ("activation_max", high))

    def parameter(self, name: str, field: str) -> Constant:
        """A parameter's constant, with its numbers where the graph has them."""
        tensor = self.tensor(name)
        constant_name = f"{self.owner[name]}/{field}"
        array = self.graph.weights.get(name)
        if array is not None and tensor.dtype == "int4":
            array = packed_int4(array)
        return make_constant(constant_name, tensor.dtype, tensor.shape, array)

    def operand(self, name: str) -> tuple[str, tuple[Constant, ...]]:
        """What a call reads for a node's input: the buffer of a value, or a parameter's constant. That is
        named after the parameter, for other nodes may read it in another place."""
        if name in self.storage:
            return self.storage[name], ()
        constant = self.parameter(name, name)
        while constant.name in self.graph.tensors:
            constant = replace(constant, name=f"{constant.name}_")
        return constant.name, (constant,)

    def rescaling(self, node: Node, channels: int) -> tuple[Constant, Constant]:
        """Multiplier (int32; of layers with wide sums int16) and shift (int8) of each output channel."""
        found = self._multipliers(node, channels)
        wide = self.sums_are_wide(node)
        arrays = reduced_arrays if wide else rescaling_arrays
        multiplier, shift = (None, None) if found is None else arrays(found)
        return (
            make_constant(f"{node.name}/multiplier", "int16" if wide else "int32", (channels,), multiplier),
            make_constant(f"{node.name}/shift", "int8", (channels,), shift),
        )

    def sums_are_wide(self, node: Node) -> bool:
        """Whether a layer sums in 64 bits."""
        return sums_are_wide([self.tensor(name).dtype for name in node.inputs])

    def filter_zero_points(self, node: Node) -> Constant | None:
        """int8, one for each output channel of a layer; None where all are 0, or not known yet."""
        filter_type = self.quantization(node.inputs[1])
        if filter_type is None or not any(filter_type.zero_point):
            return None
        channels = self.tensor(node.outputs[0]).shape[-1]
        zero_points = np.broadcast_to(np.array(filter_type.zero_point, np.int8), (channels,))
        return make_constant(f"{node.name}/weight_zero_points", "int8", (channels,), zero_points)

    def _multipliers(self, node: Node, channels: int) -> tuple[Multiplier, ...] | None:
        source, weight, output = (self.quantization(n) for n in (*node.inputs[:2], node.outputs[0]))
        if source is None or weight is None or output is None:
            return None
        return product_multipliers(source, weight, output, channels, self.graph.rounding)


def rescaling_arrays(multipliers: tuple[Multiplier, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Mantissas as int32 and shifts as int8, both (channels,)."""
    return (
        np.array([multiplier.mantissa for multiplier in multipliers], dtype=np.int32),
        np.array([multiplier.shift for multiplier in multipliers], dtype=np.int8),
    )


def packed_int4(values: np.ndarray) -> np.ndarray:
    """uint8 (bytes,): int4 numbers held in int8, two to a byte in their order, the first in the low half."""
    nibbles = np.zeros(values.size + values.size % 2, np.uint8)
    nibbles[: values.size] = values.reshape(-1).view(np.uint8) & 15
    return np.asarray(nibbles[::2] | nibbles[1::2] << 4, np.uint8)


def make_constant(name: str, dtype: Dtype, shape: tuple[int, ...], data: np.ndarray | None) -> Constant:
    """A constant of the size its type says; `data`, where known, is of that type and shape, int4 packed."""
    assert data is None or dtype == "int4" or (data.shape, data.dtype) == (shape, np.dtype(dtype)), name
    tensor = Tensor(shape=shape, dtype=dtype)
    return Constant(
        name=name,
        dtype=dtype,
        shape=shape,
        bytes=tensor.bytes,
        alignment=max(ALIGNMENT, DTYPE_BITS[dtype] // 8),
        data=data,
    )
