"""Models that others made equal TFLite Micro: every layer of the reference, and the C on this machine."""

from pathlib import Path

import pytest

from benchmarks.exactness import CORES
from benchmarks.exactness_checks import (
    ask_oracle,
    check_core,
    check_host,
    check_reference,
    write_for_core,
)
from compiler import plugins
from compiler.passes.compile_pipeline import optimize
from tests.tflite_models.expose import expose

MODELS = Path(__file__).parents[2] / ".." / "shared" / "models"
NAMES = [
    "ad01_int8", "hello_world_int8", "keyword_scrambled_8bit", "kws_ref_model", "micro_speech_quantized",
    "person_detect", "pretrainedResnet_quant", "trained_lstm_int8", "vww_96_int8",
]  # fmt: skip


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def content(name: str) -> bytes:
    path = MODELS / f"{name}.tflite"
    if not path.exists():
        pytest.skip(f"../shared/models/{path.name} is not there")
    return path.read_bytes()


def test_every_layer_of_the_reference(content: bytes) -> None:
    """A softmax may give the same bytes for sums that differ; here nothing hides behind it."""
    answers = ask_oracle(expose(content), "exposed", 8)
    assert check_reference(answers, answers.graph).equal, check_reference(answers, answers.graph).detail


def test_optimized_reference_and_sanitized_c(content: bytes, tmp_path: Path) -> None:
    answers = ask_oracle(content, "model", 10, seed=1)
    for outcome in (check_reference(answers, optimize(answers.graph)), check_host(answers, tmp_path)):
        assert outcome.equal, outcome.detail


@pytest.mark.full
def test_200_inputs(content: bytes, tmp_path: Path) -> None:
    answers = ask_oracle(content, "model", 200, seed=2)
    for graph in (answers.graph, optimize(answers.graph)):
        outcome = check_reference(answers, graph)
        assert outcome.equal, outcome.detail
    outcome = check_host(answers, tmp_path)
    assert outcome.equal, outcome.detail


@pytest.mark.full
def test_emulated_cores(content: bytes, tmp_path: Path) -> None:
    answers = ask_oracle(content, "model", 8, seed=3)
    request = write_for_core(answers, plugins.backend("portable"), "cortex-m4", tmp_path / "out")
    for core in CORES:
        outcome = check_core(request, tmp_path / "out", core)
        if outcome.equal is None:
            pytest.skip(outcome.detail)
        assert outcome.equal, f"{core}: {outcome.detail}"
