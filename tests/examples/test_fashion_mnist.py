"""The example's spec against the data it is made for, and (in the full suite) the accuracy it promises."""

import json
from pathlib import Path

import numpy as np
import pytest

from compiler.data.dataset import load_dataset
from compiler.driver.cli import main
from searchspace_dsl.limits import Limits
from searchspace_dsl.load import load_spec

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "examples/fashion_mnist.nas"
DATA = ROOT.parent / "shared/data/fashion_mnist.npz"

needs_data = pytest.mark.skipif(not DATA.exists(), reason="fashion_mnist.npz is not beside the repository")


@needs_data
def test_names_and_statistics_are_those_of_the_data() -> None:
    task = load_spec(SPEC).task
    dataset = load_dataset(DATA, task)
    with np.load(DATA) as file:
        assert dataset.class_names == tuple(file["class_names"])
    assert dataset.x_train.mean() == pytest.approx(task.encoding.mean[0], abs=0.1)
    assert dataset.x_train.std() == pytest.approx(task.encoding.std[0], abs=0.1)


def test_its_limits() -> None:
    target = load_spec(SPEC).target
    assert target is not None
    assert target.limits == Limits(ram_bytes=64 * 1024, flash_bytes=128 * 1024, macs=6_000_000)


@needs_data
@pytest.mark.full
def test_the_best_on_validation_reaches_92_percent_in_integers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(SPEC), "--data", str(DATA), "-o", str(tmp_path / "out"), "--json"]) == 0
    prototypes = json.loads(capsys.readouterr().out)["prototypes"]
    best = max(prototypes, key=lambda prototype: prototype["validation_accuracy"])
    assert best["integer_accuracy"] >= 0.92
    assert best["ram_bytes"] <= 64 * 1024 and best["flash_bytes"] <= 128 * 1024
