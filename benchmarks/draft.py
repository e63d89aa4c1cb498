"""An int8 graph with random weights, made layer by layer: what benchmarks measure."""

from dataclasses import dataclass, field, replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import LogSoftmax, Op, Softmax, Unary, Window
from compiler.ir.shapes import output_shape
from compiler.ir.tensor import Dtype, Quantization, Tensor

VALUE = Quantization(scale=(0.03125,), zero_point=(-7,))
FINE_VALUE = Quantization(scale=(2.0**-12,), zero_point=(0,))
FINE_UNIT = Quantization(scale=(2.0**-15,), zero_point=(0,))
SOFTMAX_OUTPUT = Quantization(scale=(1 / 256,), zero_point=(-128,))
LOG_SOFTMAX_OUTPUT = Quantization(scale=(1 / 16,), zero_point=(127,))
Shape = tuple[int, ...]


def _quantization(dtype: Dtype) -> Quantization | None:
    if dtype == "float32":
        return None
    return VALUE if dtype == "int8" else FINE_VALUE


@dataclass
class Draft:
    """A graph under construction; `layer` adds a node and gives the name of its value."""

    rng: np.random.Generator
    tensors: dict[str, Tensor] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)

    def source(self, shape: Shape, dtype: Dtype = "int8") -> str:
        name = f"in{len(self.inputs)}"
        self.inputs.append(name)
        self.tensors[name] = Tensor(shape=shape, dtype=dtype, quantization=_quantization(dtype))
        return name

    def constant(self, shape: Shape) -> str:
        """A parameter with the values' quantization: an operand that never changes."""
        name = f"c{len(self.weights)}"
        self.tensors[name] = Tensor(shape=shape, dtype="int8", quantization=VALUE)
        self.weights[name] = self.rng.integers(-128, 128, shape, dtype=np.int8)
        return name

    def layer(
        self,
        op: Op,
        *sources: str,
        weight: Shape | None = None,
        axis: int = 0,
        dtype: Dtype = "int8",
        filter_dtype: Dtype = "int8",
        bias_dtype: Dtype | None = None,
    ) -> str:
        """`bias_dtype`: of int16 layers int64 where it is not given, of others int32."""
        name = f"n{len(self.nodes)}"
        bias = bias_dtype or ("int64" if dtype == "int16" else "int32")
        parameters = () if weight is None else self._parameters(name, weight, axis, bias, filter_dtype)
        names = (*sources, *parameters)
        shape = output_shape(op, tuple(self.tensors[item].shape for item in names), ())
        quantization = _quantization(dtype)
        if isinstance(op, Softmax) or (isinstance(op, Unary) and dtype == "int16"):
            quantization = SOFTMAX_OUTPUT if dtype == "int8" else FINE_UNIT
        if isinstance(op, LogSoftmax):
            quantization = LOG_SOFTMAX_OUTPUT
        self.tensors[name] = Tensor(shape=shape, dtype=dtype, quantization=quantization)
        self.nodes.append(Node(name=name, op=op, inputs=names, outputs=(name,)))
        return name

    def _parameters(
        self, name: str, shape: Shape, axis: int, bias_dtype: Dtype, filter_dtype: Dtype
    ) -> tuple[str, str]:
        """A filter whose products fill the output's range, and its bias."""
        channels = shape[axis]
        reduction = int(np.prod(shape)) // channels
        scales = self.rng.uniform(0.5, 1.5, channels) * 0.01 / np.sqrt(reduction)
        quantization = Quantization(
            scale=tuple(float(scale) for scale in scales.astype(np.float32)),
            zero_point=(0,) * channels,
            axis=axis,
        )
        self.tensors[f"{name}/w"] = Tensor(shape=shape, dtype=filter_dtype, quantization=quantization)
        most = 7 if filter_dtype == "int4" else 127
        self.weights[f"{name}/w"] = self.rng.integers(-most, most + 1, shape, dtype=np.int8)
        bias = replace(quantization, axis=0)
        self.tensors[f"{name}/b"] = Tensor(shape=(channels,), dtype=bias_dtype, quantization=bias)
        self.weights[f"{name}/b"] = self.rng.integers(-2000, 2000, (channels,), dtype=bias_dtype)
        return f"{name}/w", f"{name}/b"

    def graph(self, outputs: tuple[str, ...]) -> Graph:
        return Graph(
            name="bench",
            inputs=tuple(self.inputs),
            outputs=outputs,
            nodes=tuple(self.nodes),
            tensors=self.tensors,
            parameters=tuple(self.weights),
            weights=self.weights,
        )


def same(kernel: int, stride: int = 1) -> Window:
    pad = kernel // 2
    return Window(kernel=(kernel, kernel), strides=(stride, stride), pads=(pad, pad, pad, pad))
