"""Memory filters with states of both types, long short-term memory, and variables."""

from dataclasses import replace

import numpy as np

from benchmarks.draft import FINE_UNIT, VALUE, Draft
from compiler.ir.graph import Graph, Node, State
from compiler.ir.ops import AssignVariable, Lstm, Op, ReadVariable, Requantize, Svdf
from compiler.ir.recurrent import GATES
from compiler.ir.tensor import Dtype, Quantization, Tensor, numpy_dtype

_LARGEST = {"int8": 127, "int16": 32767, "int32": 4096, "int64": 1 << 20}


def _quantization(scale: float) -> Quantization:
    return Quantization(scale=(float(np.float32(scale)),), zero_point=(0,))


def _parameter(draft: Draft, name: str, shape: tuple[int, ...], scale: float, dtype: Dtype = "int8") -> str:
    most = _LARGEST[dtype]
    draft.weights[name] = draft.rng.integers(-most, most + 1, shape).astype(numpy_dtype(dtype))
    draft.tensors[name] = Tensor(shape=shape, dtype=dtype, quantization=_quantization(scale))
    return name


def _state(draft: Draft, states: list[State], shape: tuple[int, ...], scale: float, dtype: Dtype) -> str:
    name = f"s{len(states)}"
    states.append(State(name=name))
    draft.tensors[name] = Tensor(shape=shape, dtype=dtype, quantization=_quantization(scale))
    return name


def _shift(draft: Draft, states: list[State], name: str, zero_point: int) -> None:
    """Gives the state added last a zero point, which it then begins with."""
    tensor = draft.tensors[name]
    assert tensor.quantization is not None
    quantization = replace(tensor.quantization, zero_point=(zero_point,))
    draft.tensors[name] = replace(tensor, quantization=quantization)
    states[-1] = replace(states[-1], initial=zero_point)


def _node(draft: Draft, op: Op, inputs: tuple[str, ...], output: tuple[int, ...] | None) -> str:
    name = f"n{len(draft.nodes)}"
    outputs = () if output is None else (name,)
    if output is not None:
        draft.tensors[name] = Tensor(shape=output, dtype="int8", quantization=VALUE)
    draft.nodes.append(Node(name=name, op=op, inputs=inputs, outputs=outputs))
    return name


def memory_filters(rng: np.random.Generator) -> Graph:
    """Few and many filters, inputs, ranks and steps to remember."""
    shapes = (
        (96, 64, 1, 8), (16, 32, 1, 32), (33, 7, 2, 10), (8, 5, 3, 1), (64, 10, 4, 3), (400, 3, 1, 6),
        (5, 61, 1, 2),
    )  # fmt: skip
    return memory_graph(rng, shapes)


def memory_graph(
    rng: np.random.Generator, shapes: tuple[tuple[int, int, int, int], ...], zero_point: int = 0
) -> Graph:
    """Two SVDFs, with states of int8 and of int16, for each (inputs, units, rank, memory). `zero_point`: of
    the int8 ones."""
    draft, states, outputs = Draft(rng), list[State](), []
    for inputs, units, rank, memory in shapes:
        for dtype, step in (("int8", 0.5), ("int16", 0.002)):
            name, filters = f"n{len(draft.nodes)}", units * rank
            operands = (
                draft.source((inputs,)),
                _parameter(draft, f"{name}/f", (filters, inputs), 0.01),
                _parameter(draft, f"{name}/t", (filters, memory), step / 100, dtype),
                _parameter(draft, f"{name}/b", (units,), 0.001, "int32"),
                _state(draft, states, (filters, memory), step, dtype),
            )
            if dtype == "int8" and zero_point:
                _shift(draft, states, operands[-1], zero_point)
            outputs.append(_node(draft, Svdf(rank=rank), operands, (units,)))
    return replace(draft.graph(tuple(outputs)), states=tuple(states))


def lstm_layers(rng: np.random.Generator) -> Graph:
    """One and many steps of few and many units."""
    shapes = (
        (28, 28, 20), (1, 40, 16), (5, 3, 7), (10, 64, 8), (3, 4, 32), (1, 1, 1), (2, 100, 3), (16, 1, 4),
    )  # fmt: skip
    return lstm_graph(rng, shapes)


def wide_lstm_layers(rng: np.random.Generator) -> Graph:
    """The same on int16."""
    shapes = ((28, 28, 20), (1, 40, 16), (5, 3, 7), (3, 4, 32), (1, 1, 1), (2, 100, 3), (16, 1, 4))
    return lstm_graph(rng, shapes, wide=True)


def lstm_graph(
    rng: np.random.Generator,
    shapes: tuple[tuple[int, int, int], ...],
    scale: float = 0.01,
    *,
    wide: bool = False,
) -> Graph:
    """An LSTM for each (steps, inputs, units); `scale`: of its weights; `wide`: on int16, reached from int8
    and back."""
    draft, states, outputs = Draft(rng), list[State](), []
    for steps, inputs, units in shapes:
        name = f"n{len(draft.nodes)}"
        gates = [
            parameter
            for gate in range(GATES)
            for parameter in (
                _parameter(draft, f"{name}/w{gate}", (units, inputs), scale),
                _parameter(draft, f"{name}/r{gate}", (units, units), scale),
                _parameter(draft, f"{name}/b{gate}", (units,), 0.001, "int64" if wide else "int32"),
            )
        ]
        dtype: Dtype = "int16" if wide else "int8"
        kept = FINE_UNIT if wide else VALUE
        hidden = _state(draft, states, (units,), 1 / 128, dtype)
        draft.tensors[hidden] = replace(draft.tensors[hidden], quantization=kept)
        cell = _state(draft, states, (units,), 2.0**-11, "int16")
        x = draft.source((steps, inputs))
        x = draft.layer(Requantize(), x, dtype="int16") if wide else x
        made = _node(draft, Lstm(), (x, *gates, hidden, cell), (steps, units))
        draft.tensors[made] = Tensor(shape=(steps, units), dtype=dtype, quantization=kept)
        outputs.append(draft.layer(Requantize(), made) if wide else made)
    return replace(draft.graph(tuple(outputs)), states=tuple(states))


def variables(rng: np.random.Generator) -> Graph:
    """Read and assigned, of many sizes."""
    draft, states, outputs = Draft(rng), list[State](), []
    for size in (1, 3, 4, 7, 15, 16, 31, 64, 100, 333, 1024):
        state = _state(draft, states, (size,), 0.03125, "int8")
        outputs.append(_node(draft, ReadVariable(), (state,), (size,)))
        _node(draft, AssignVariable(), (state, draft.source((size,))), None)
    return replace(draft.graph(tuple(outputs)), states=tuple(states))


CASES = (memory_filters, lstm_layers, wide_lstm_layers, variables)
