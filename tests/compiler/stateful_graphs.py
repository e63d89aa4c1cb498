"""Small int8 graphs with states, their weights and quantization drawn."""

from dataclasses import dataclass, field

import numpy as np

from compiler.ir.graph import Graph, Node, State
from compiler.ir.ops import AssignVariable, Lstm, Op, ReadVariable, Svdf
from compiler.ir.recurrent import GATES
from compiler.ir.tensor import Dtype, Quantization, Tensor, numpy_dtype


def quantization(scale: float, zero_point: int = 0) -> Quantization:
    return Quantization(scale=(float(np.float32(scale)),), zero_point=(zero_point,))


@dataclass(slots=True)
class Stateful:
    """A graph being written; `x` is its input."""

    rng: np.random.Generator
    shape: tuple[int, ...]
    tensors: dict[str, Tensor] = field(default_factory=dict)
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.value("x", self.shape, quantization(0.05, int(self.rng.integers(-20, 20))))

    def value(self, name: str, shape: tuple[int, ...], of: Quantization, dtype: Dtype = "int8") -> str:
        self.tensors[name] = Tensor(shape=shape, dtype=dtype, quantization=of)
        return name

    def parameter(self, name: str, shape: tuple[int, ...], scale: float, dtype: Dtype = "int8") -> str:
        limit = {"int8": 127, "int16": 32767, "int32": 1 << 16}[dtype]
        self.weights[name] = self.rng.integers(-limit, limit + 1, shape).astype(numpy_dtype(dtype))
        return self.value(name, shape, quantization(scale), dtype)

    def state(
        self, name: str, shape: tuple[int, ...], of: Quantization, dtype: Dtype = "int8", initial: int = 0
    ) -> str:
        self.states.append(State(name=name, initial=initial))
        return self.value(name, shape, of, dtype)

    def node(self, op: Op, inputs: tuple[str, ...], *outputs: str) -> None:
        self.nodes.append(Node(name=f"node_{len(self.nodes)}", op=op, inputs=inputs, outputs=outputs))

    def graph(self, *outputs: str) -> Graph:
        return Graph(
            name="stateful",
            inputs=("x",),
            outputs=outputs,
            nodes=tuple(self.nodes),
            tensors=self.tensors,
            parameters=tuple(self.weights),
            weights=self.weights,
            states=tuple(self.states),
        )

    def svdf(self, source: str, units: int, rank: int = 1, memory: int = 4, dtype: Dtype = "int8") -> str:
        """An SVDF on a flat value; with an int16 state its zero point is 0."""
        name = f"svdf_{len(self.nodes)}"
        filters, (width,) = units * rank, self.tensors[source].shape
        zero_point = int(self.rng.integers(-60, 60)) if dtype == "int8" else 0
        state_scale = 0.3 if dtype == "int8" else 0.002
        inputs = (
            source,
            self.parameter(f"{name}/feature", (filters, width), 0.01),
            self.parameter(f"{name}/time", (filters, memory), 0.01 if dtype == "int8" else 1e-4, dtype),
            self.parameter(f"{name}/bias", (units,), 1e-4, "int32"),
            self.state(
                f"{name}/state",
                (filters, memory),
                quantization(state_scale, zero_point),
                dtype,
                zero_point,
            ),
        )
        self.node(Svdf(rank=rank), inputs, self.value(name, (units,), quantization(0.2, -5)))
        return name

    def lstm(self, source: str, units: int, *, cell_exponent: int = -12, cell_clip: float = 0.0) -> str:
        """An LSTM on a value (steps, numbers)."""
        name = f"lstm_{len(self.nodes)}"
        steps, width = self.tensors[source].shape
        hidden = quantization(1 / 128, int(self.rng.integers(-10, 10)))
        parameters = [
            parameter
            for gate in range(GATES)
            for parameter in (
                self.parameter(f"{name}/input_{gate}", (units, width), self.rng.uniform(0.002, 0.01)),
                self.parameter(f"{name}/recurrent_{gate}", (units, units), self.rng.uniform(0.002, 0.01)),
                self.parameter(f"{name}/bias_{gate}", (units,), 1e-5, "int32"),
            )
        ]
        states = (
            self.state(f"{name}/hidden", (units,), hidden, initial=hidden.zero_point[0]),
            self.state(f"{name}/cell", (units,), quantization(2.0**cell_exponent), "int16"),
        )
        self.node(
            Lstm(cell_clip=cell_clip),
            (source, *parameters, *states),
            self.value(name, (steps, units), hidden),
        )
        return name

    def delay(self, source: str, dtype: Dtype = "int8", initial: int = 0) -> str:
        """What `source` was in the call before."""
        name, tensor = f"delay_{len(self.nodes)}", self.tensors[source]
        assert tensor.quantization is not None
        state = self.state(f"{name}/variable", tensor.shape, tensor.quantization, dtype, initial)
        self.node(ReadVariable(), (state,), self.value(name, tensor.shape, tensor.quantization, dtype))
        self.node(AssignVariable(), (state, source))
        return name
