"""A dataset as training sees it: encoded once, validation split off."""

from dataclasses import dataclass

import numpy as np

from compiler.data.dataset import Dataset
from compiler.data.split import split_validation
from compiler.errors import DataError
from compiler.ir.encode import encode_input
from compiler.ir.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Encoded inputs (N, *input shape) float32; class indices (N,) int64, below `classes`."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    classes: int


def training_samples(graph: Graph, dataset: Dataset, validation_fraction: float, seed: int) -> Samples:
    """The training data of `dataset`, encoded as the graph says; its test data stay untouched.

    DataError where samples or classes don't fit the network, or are too few to train and validate with.
    """
    x, y = dataset.x_train, dataset.y_train
    shape, classes = graph.tensors[graph.inputs[0]].shape, len(dataset.class_names)
    if x.shape[1:] != shape:
        raise DataError(f"the network's input is {shape}, the dataset's samples are {x.shape[1:]}")
    if graph.tensors[graph.outputs[0]].shape != (classes,):
        scores = graph.tensors[graph.outputs[0]].shape
        raise DataError(f"the network's output is {scores}, the dataset has {classes} classes")
    train, validation = split_validation(y, validation_fraction, seed)
    if len(train) < 2 or len(validation) < 1:
        raise DataError(f"{len(y)} training samples are too few: each class needs at least two")
    encoded = encode_input(x, graph.encoding)
    return Samples(
        x_train=encoded[train],
        y_train=y[train],
        x_validation=encoded[validation],
        y_validation=y[validation],
        classes=classes,
    )
