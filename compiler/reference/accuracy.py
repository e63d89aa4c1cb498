"""How often a network is right, in float and with the device's integers."""

from dataclasses import dataclass

import numpy as np

from compiler.errors import InternalError
from compiler.ir.encode import encode_input, quantize_input
from compiler.ir.graph import Graph
from compiler.reference.float_interpreter import run_float
from compiler.reference.integer_interpreter import run_int8

SAMPLES_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Fractions. `balanced_accuracy`: mean recall over the classes that occur. `confusion`: counts, rows the
    truth, columns the predictions.
    """

    accuracy: float
    balanced_accuracy: float
    confusion: tuple[tuple[int, ...], ...]


def accuracy_of(truth: np.ndarray, predictions: np.ndarray, classes: int) -> Accuracy:
    """truth, predictions: class indices (N,), N >= 1, below `classes`."""
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (truth, predictions), 1)
    right, occurring = np.diag(confusion), confusion.sum(axis=1)
    recalls = right[occurring > 0] / occurring[occurring > 0]
    return Accuracy(
        accuracy=float(right.sum() / len(truth)),
        balanced_accuracy=float(recalls.mean()),
        confusion=tuple(map(tuple, confusion.tolist())),
    )


def float_predictions(graph: Graph, x_raw: np.ndarray) -> np.ndarray:
    """Class indices (N,) of raw samples (N, ...), by a float32 graph; the first of equals."""
    return np.concatenate(
        [
            _largest(run_float(graph, encode_input(piece, graph.encoding))[graph.outputs[0]])
            for piece in _pieces(x_raw)
        ]
    )


def integer_predictions(graph: Graph, x_raw: np.ndarray) -> np.ndarray:
    """Class indices (N,) of raw samples (N, ...), as the device gives them: by its integers, bit for bit."""
    quantization = graph.tensors[graph.inputs[0]].quantization
    if quantization is None:
        raise InternalError(f"graph {graph.name!r} is not quantized")
    return np.concatenate(
        [
            _largest(run_int8(graph, quantize_input(piece, graph.encoding, quantization))[graph.outputs[0]])
            for piece in _pieces(x_raw)
        ]
    )


def float_accuracy(graph: Graph, x_raw: np.ndarray, y: np.ndarray) -> Accuracy:
    """Of a float32 graph with weights on raw samples (N, ...) and class indices (N,)."""
    return accuracy_of(y, float_predictions(graph, x_raw), _classes(graph))


def integer_accuracy(graph: Graph, x_raw: np.ndarray, y: np.ndarray) -> Accuracy:
    """Of an int8 graph on raw samples (N, ...) and class indices (N,)."""
    return accuracy_of(y, integer_predictions(graph, x_raw), _classes(graph))


def _classes(graph: Graph) -> int:
    return graph.tensors[graph.outputs[0]].elements


def _pieces(x: np.ndarray) -> list[np.ndarray]:
    return [x[start : start + SAMPLES_AT_ONCE] for start in range(0, len(x), SAMPLES_AT_ONCE)]


def _largest(output: np.ndarray) -> np.ndarray:
    largest: np.ndarray = output.reshape(len(output), -1).argmax(axis=1)
    return largest
