"""Damaged files: each becomes a Graph that verifies or a ModelError, soon; never anything else."""

import time
from pathlib import Path

import numpy as np
import pytest

from compiler.errors import ModelError
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.verify import verify_graph
from tests.compiler.frontends import tflite_files
from tests.tflite_models.mutate import mutants, places_read

MODELS = Path(__file__).parents[3] / ".." / "shared" / "models"
SHARED = sorted(path.stem for path in MODELS.glob("*.tflite"))
BUILT = {
    "moving": tflite_files.moving(),
    "computing": tflite_files.computing(),
    "remembering": tflite_files.remembering(),
}
MUTANTS = 250
"""Of each model: with nine of others and three built ones 3,000."""
SECONDS = 2.0
"""For one file, on a busy machine; most take milliseconds."""


def model_of(name: str) -> bytes:
    return BUILT[name] if name in BUILT else (MODELS / f"{name}.tflite").read_bytes()


def outcome(data: bytes) -> str:
    """How reading ends; anything but a Graph that verifies and a ModelError ends the test."""
    start = time.perf_counter()
    try:
        verify_graph(read_tflite(data, "model"))
    except ModelError as error:
        assert str(error).startswith("model: ") and str(error).isprintable() == ("\n" not in str(error))
        return "error"
    finally:
        assert time.perf_counter() - start < SECONDS
    return "graph"


@pytest.mark.parametrize("name", [*SHARED, *BUILT])
def test_damaged_files_end_in_a_graph_or_a_model_error(name: str) -> None:
    rng = np.random.default_rng(len(name))
    outcomes = [outcome(data) for data in mutants(model_of(name), list(BUILT.values()), MUTANTS, rng)]
    assert outcomes.count("error") > MUTANTS // 10


@pytest.mark.parametrize("name", BUILT)
def test_every_place_that_is_read_may_hold_anything(name: str) -> None:
    model, places = model_of(name), places_read(model_of(name))
    for place in (*places.structure, *places.values):
        for value in (0, 0x7F, 0x80, 0xFF):
            outcome(model[:place] + bytes([value]) + model[place + 1 :])


@pytest.mark.parametrize("name", BUILT)
def test_files_cut_anywhere_are_model_errors(name: str) -> None:
    model = model_of(name)
    for length in range(0, len(model) - 8, 7):
        assert outcome(model[:length]) == "error"


def test_random_bytes_are_model_errors() -> None:
    rng = np.random.default_rng(0)
    for length in range(200):
        data = rng.bytes(length)
        assert outcome(data) == "error"
        assert outcome(data[:4] + b"TFL3" + data[8:]) == "error"
