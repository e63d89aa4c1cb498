from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.data.dataset import Dataset
from compiler.errors import DataError
from compiler.ir.encode import encode_input
from compiler.ir.graph import Graph
from compiler.reference.float_interpreter import run_float
from compiler.train.fit import train
from compiler.train.samples import training_samples
from compiler.train.settings import TrainingSettings
from searchspace_dsl.encoding import InputEncoding
from tests.compiler.train.networks import classifier, strokes

ENCODING = InputEncoding(raw_dtype="uint8", mean=(60.0,), std=(40.0,))


def dataset() -> Dataset:
    """The strokes as bytes."""
    samples = strokes(counts=(240, 90))

    def raw(x: np.ndarray) -> np.ndarray:
        return np.clip(x * 40 + 60, 0, 255).astype(np.uint8)

    return Dataset(
        x_train=raw(samples.x_train),
        y_train=samples.y_train,
        x_test=raw(samples.x_validation),
        y_test=samples.y_validation,
        class_names=("across", "down", "diagonal"),
    )


def test_what_is_trained_classifies_unseen_samples_in_the_reference(tmp_path: Path) -> None:
    data, graph = dataset(), replace(classifier(), encoding=ENCODING)
    settings = TrainingSettings(epochs=20, batch_size=16)
    trained = train(graph, data, settings=settings, seed=1, checkpoint=tmp_path / "c.npz")
    outputs = run_float(trained.graph, encode_input(data.x_test, ENCODING))[graph.outputs[0]]
    assert np.mean(outputs.argmax(1) == data.y_test) > 0.9
    assert trained.validation_accuracy > 0.9


def test_samples_are_encoded_and_split_without_loss() -> None:
    data, graph = dataset(), replace(classifier(), encoding=ENCODING)
    samples = training_samples(graph, data, 0.25, 3)
    assert len(samples.y_validation) == 60
    both = np.concatenate([samples.x_train, samples.x_validation])
    assert sorted(both.sum((1, 2, 3))) == sorted(encode_input(data.x_train, ENCODING).sum((1, 2, 3)))


@pytest.mark.parametrize(
    ("graph", "message"),
    [(classifier(size=5), r"input is \(5, 5, 1\)"), (classifier(classes=4), "dataset has 3 classes")],
)
def test_a_dataset_for_another_network_is_refused(graph: Graph, message: str) -> None:
    with pytest.raises(DataError, match=message):
        training_samples(graph, dataset(), 0.2, 0)


def test_one_sample_a_class_is_too_little() -> None:
    data = dataset()
    few = replace(data, x_train=data.x_train[:3], y_train=data.y_train[:3])
    with pytest.raises(DataError, match="too few"):
        training_samples(classifier(), few, 0.2, 0)
