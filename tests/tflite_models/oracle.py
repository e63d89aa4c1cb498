"""TensorFlow Lite Micro on the host: what integer results must equal to the byte."""

from collections.abc import Sequence

import numpy as np
import pytest

ARENA_BYTES = 1 << 23


class OracleRefusalError(Exception):
    """TFLM does not take the model: an operator, type or shape it has no kernel for."""


class Oracle:
    """One interpreter, which keeps the model's state from call to call until `reset`."""

    def __init__(self, model: bytes, arena_bytes: int = ARENA_BYTES) -> None:
        pytest.importorskip("tflite_micro")
        from tflite_micro.python.tflite_micro import runtime

        try:
            self._interpreter = runtime.Interpreter.from_bytes(model, arena_size=arena_bytes)
        except (RuntimeError, ValueError) as error:
            raise OracleRefusalError(str(error)) from error
        self._outputs = _count_outputs(model)

    def run(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """One call. Arrays have the model's full shapes (batch included) and dtypes; so have the results."""
        for index, array in enumerate(inputs):
            self._interpreter.set_input(array, index)
        try:
            self._interpreter.invoke()
        except RuntimeError as error:
            raise OracleRefusalError(str(error)) from error
        return [np.array(self._interpreter.get_output(index)) for index in range(self._outputs)]

    def reset(self) -> None:
        """State as it was before the first call."""
        self._interpreter.reset()


def run_oracle(model: bytes, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """One call of a fresh interpreter. OracleRefusalError where TFLM has no kernel for the model."""
    return Oracle(model).run(inputs)


def run_batch(model: bytes, batches: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Many calls of a model without state. `batches`: for each input (N, ...), the model's shape without its
    batch of one after N; the outputs have the same form."""
    oracle = Oracle(model)
    rows = [oracle.run([batch[None, index] for batch in batches]) for index in range(len(batches[0]))]
    return [np.concatenate([row[output] for row in rows]) for output in range(len(rows[0]))]


def run_sequences(model: bytes, sequences: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Sequences of calls, the state reset before each. `sequences`: for each input (sequences, steps, ...),
    as are the outputs."""
    oracle = Oracle(model)
    found: list[list[np.ndarray]] = []
    for sequence in range(len(sequences[0])):
        oracle.reset()
        steps = [
            oracle.run([given[sequence, step][None] for given in sequences])
            for step in range(sequences[0].shape[1])
        ]
        found.append([np.concatenate([step[output] for step in steps]) for output in range(len(steps[0]))])
    return [np.stack([sequence[output] for sequence in found]) for output in range(len(found[0]))]


def _count_outputs(model: bytes) -> int:
    import tflite

    return int(tflite.Model.GetRootAs(model, 0).Subgraphs(0).OutputsLength())
