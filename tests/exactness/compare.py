"""Holds drawn models to TFLite Micro: first the NumPy reference, then the C that is printed for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.graph import Graph
from compiler.passes.compile_pipeline import optimize
from compiler.reference.sequences import run_sequence
from tests.tflite_models.oracle import OracleRefusalError, run_sequences
from tests.tflite_models.printed import HostNetworks, print_network
from tests.tflite_models.sketch import Case

ROWS = 6
CALLS = 3
"""Calls of a sequence, for networks that remember."""
MOST_REFUSED = 0.1
"""Of all draws; a test whose models the oracle does not take tests nothing."""


@dataclass(slots=True)
class Tally:
    """What came of the draws: how many the oracle refused, and some to print as C."""

    drawn: int = 0
    refused: int = 0
    kept: list["Compared"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A network that the reference runs exactly, with inputs (N, calls, ...) and outputs (N, calls, size)."""

    case: Case
    graph: Graph
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]


def hold_exact(
    cases: st.SearchStrategy[Case], folder: Path, *, examples: int = 50, printed: int = 10
) -> None:
    """Every draw: oracle == reference. The last `printed` of them: oracle == C on the host, too."""
    tally = Tally()

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def check(case: Case) -> None:
        tally.drawn += 1
        try:
            compared = compare_reference(case)
        except OracleRefusalError:
            tally.refused += 1
            return
        except UnsupportedError as error:
            # the one thing that the wheel only prints, and then answers zeros
            if "activation's bound" not in str(error):
                raise
            tally.refused += 1
            return
        tally.kept = [*tally.kept[-printed + 1 :], compared]

    check()
    assert tally.refused <= MOST_REFUSED * tally.drawn, f"TFLM refused {tally.refused} of {tally.drawn}"
    compare_printed(tally.kept, folder)


def compare_reference(case: Case) -> Compared:
    """Runs the model in TFLM and in NumPy. OracleRefusalError where TFLM does not take it."""
    rows = case.rows(ROWS)
    graph = read_tflite(case.model, "drawn", float_ports=any(e.dtype == "FLOAT32" for e in case.inputs))
    calls = CALLS if graph.states else 1
    given = [array.reshape(ROWS // calls, calls, *array.shape[1:]) for array in rows]
    expected = [_flat(array) for array in run_sequences(case.model, given)]
    shaped = {
        name: array.reshape(*array.shape[:2], *graph.tensors[name].shape)
        for name, array in zip(graph.inputs, given, strict=True)
    }
    found = run_sequence(graph, shaped)
    expect_equal(expected, [_flat(found[name]) for name in graph.outputs], f"reference of\n{case.text}")
    return Compared(case=case, graph=graph, inputs=list(shaped.values()), outputs=expected)


def compare_printed(networks: Sequence[Compared], folder: Path, options: Sequence[str] = ("-O1",)) -> None:
    """Optimizes, prints and compiles all in one go, runs each, and holds it to what TFLM gave."""
    printed = [print_network(optimize(item.graph), f"n{index}") for index, item in enumerate(networks)]
    library = HostNetworks(printed, folder, options)
    for item, network in zip(networks, printed, strict=True):
        expect_equal(item.outputs, library.run(network, item.inputs), f"C of\n{item.case.text}")


def expect_equal(expected: Sequence[np.ndarray], found: Sequence[np.ndarray], what: str) -> None:
    """AssertionError that counts the differences and shows the first."""
    assert len(expected) == len(found), what
    for index, (wanted, got) in enumerate(zip(expected, found, strict=True)):
        assert (wanted.shape, wanted.dtype) == (got.shape, got.dtype), (index, what)
        wrong = np.argwhere(wanted != got)
        if len(wrong):
            place = tuple(wrong[0])
            raise AssertionError(
                f"output {index}: {len(wrong)} of {wanted.size} differ, first at {place}: "
                f"TFLM {wanted[place]}, here {got[place]}; {what}"
            )


def _flat(array: np.ndarray) -> np.ndarray:
    return array.reshape(*array.shape[:2], -1)
