"""Graphs of one integer operator with random numbers, and what the reference makes of them."""

import numpy as np

from compiler.ir.graph import Graph, Node, Rounding
from compiler.ir.ops import Op, Window
from compiler.ir.shapes import output_shape
from compiler.ir.tensor import Quantization, Tensor
from compiler.ir.verify import verify_graph
from compiler.reference.integer_interpreter import run_int8


def random_quantization(rng: np.random.Generator, scale: tuple[float, float] = (0.01, 0.2)) -> Quantization:
    return Quantization(
        scale=(float(np.float32(rng.uniform(*scale))),), zero_point=(int(rng.integers(-128, 128)),)
    )


def random_weight(
    rng: np.random.Generator, shape: tuple[int, ...], axis: int
) -> tuple[np.ndarray, Quantization]:
    channels = shape[axis]
    per_channel = bool(rng.integers(2))
    scales = np.float32(rng.uniform(0.001, 0.05, channels if per_channel else 1))
    quantization = Quantization(
        scale=tuple(map(float, scales)), zero_point=(0,) * len(scales), axis=axis if per_channel else None
    )
    return rng.integers(-127, 128, shape, dtype=np.int8), quantization


def random_window(rng: np.random.Generator, *, dilated: bool = True) -> Window:
    kernel = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    return Window(
        kernel=kernel,
        strides=(int(rng.integers(1, 4)), int(rng.integers(1, 4))),
        dilations=(int(rng.integers(1, 3)), int(rng.integers(1, 3))) if dilated else (1, 1),
        pads=tuple(int(rng.integers(0, kernel[i % 2])) for i in range(4)),  # type: ignore[arg-type] # four
    )


def drawn_map(rng: np.random.Generator, channels: int, count: int = 2) -> tuple[np.ndarray, Quantization]:
    shape = (count, int(rng.integers(6, 9)), int(rng.integers(6, 9)), channels)
    return rng.integers(-128, 128, shape, dtype=np.int8), random_quantization(rng)


def one_node(
    op: Op,
    inputs: dict[str, tuple[np.ndarray, Quantization]],
    parameters: dict[str, tuple[np.ndarray, Quantization]],
    output: Quantization,
    rounding: Rounding = "double",
    declared: tuple[int, ...] = (),
) -> Graph:
    """A graph of one operator; input arrays have a batch, parameters none."""
    shapes = [array.shape[1:] for array, _ in inputs.values()]
    shapes += [array.shape for array, _ in parameters.values()]
    tensors = {
        name: Tensor(shape=array.shape[1:], dtype="int8", quantization=quantization)
        for name, (array, quantization) in inputs.items()
    }
    for name, (array, quantization) in parameters.items():
        dtype = "int32" if array.dtype == np.int32 else "int8"
        tensors[name] = Tensor(shape=array.shape, dtype=dtype, quantization=quantization)
    shape = output_shape(op, tuple(shapes), declared)
    tensors["y"] = Tensor(shape=shape, dtype="int8", quantization=output)
    graph = Graph(
        name="one",
        inputs=tuple(inputs),
        outputs=("y",),
        nodes=(Node(name="node", op=op, inputs=(*inputs, *parameters), outputs=("y",)),),
        tensors=tensors,
        parameters=tuple(parameters),
        weights={name: array for name, (array, _) in parameters.items()},
        rounding=rounding,
    )
    verify_graph(graph)
    return graph


def result(graph: Graph, inputs: dict[str, tuple[np.ndarray, Quantization]]) -> np.ndarray:
    found = run_int8(graph, {name: array for name, (array, _) in inputs.items()})["y"]
    assert found.dtype == np.int8
    return found
