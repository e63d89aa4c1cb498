"""One network of the front on its way to C: trained, quantized, and scored with the device's integers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from compiler.backend import Vectors
from compiler.data.dataset import Dataset, load_dataset
from compiler.data.resize import resize_samples
from compiler.data.split import split_validation
from compiler.errors import InternalError
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.count import count_macs, count_parameters
from compiler.ir.encode import encode_input, encoded_interval, quantize_real
from compiler.ir.graph import Graph
from compiler.passes.initialize import initialize_weights
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.accuracy import Accuracy, float_accuracy, integer_accuracy
from compiler.reference.calibrate import measure_ranges
from compiler.reference.integer_interpreter import run_int8
from compiler.train.balance import is_balanced
from compiler.train.recipe import choose_settings
from compiler.train.settings import EpochProgress, Trained, TrainingSettings
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.spec import Spec

CALIBRATION_SAMPLES = 512
_MOST_VECTORS = 16
_MOST_VECTOR_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PrototypeTask:
    """What a worker needs to make one prototype: `train`, or a trained ONNX file in `weights`; with neither,
    random weights. Without `train`, `data` may be None.
    """

    name: str
    trial: int
    vector: tuple[float, ...]
    spec_text: str
    spec_path: str
    seed: int
    data: Path | None
    train: bool
    checkpoint: Path
    weights: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How well a trained prototype does. Validation (integer) chooses; the test data is asked once.

    `mark`: what prototypes are compared by, the accuracy on validation, balanced where classes are uneven.
    """

    mark: float
    validation: Accuracy
    test_float: Accuracy
    test_integer: Accuracy
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prototype:
    """A quantized network ready to be printed; `float_graph` is what it was before folding.

    `scores` is None where the weights are random or there is no data; `history` is empty where nothing was
    trained here. `weights_from` says in words where the weights came from.
    """

    name: str
    trial: int
    decisions: dict[str, object]
    macs: int
    parameters: int
    float_graph: Graph
    graph: Graph
    vectors: Vectors
    weights_from: str
    random_weights: bool
    scores: Scores | None
    history: tuple[EpochProgress, ...]
    best_epoch: int


def make_prototype(task: PrototypeTask, progress: Callable[[EpochProgress], None]) -> Prototype:
    """Trains one network, or continues from its checkpoint, or reads or draws weights; quantizes, scores.

    ModelError where `task.weights` is not a trained file of this network.
    """
    spec = load_text(task.spec_text, task.spec_path)
    vector = np.array(task.vector)
    dataset = load_dataset(task.data, spec.task) if task.data else None
    graph = _float_graph(spec, vector, task.name, dataset)
    if dataset is not None:
        dataset = _fitted(dataset, graph, spec)
    trained = _train(graph, dataset, task, progress) if task.train else None
    weighted, weights_from = (trained.graph, "training") if trained else _weighted(graph, task)
    folded = run_passes(weighted)
    # of its own, so that equal weights give equal C wherever they came from
    rng = np.random.default_rng((task.seed, task.trial))
    random_weights = not (trained or task.weights)
    scored = dataset if not random_weights and spec.task.kind == "classification" else None
    samples = _calibration_samples(graph, dataset, rng)
    quantized = quantize_static(folded, measure_ranges(folded, [samples]))
    return Prototype(
        name=task.name,
        trial=task.trial,
        decisions=dict(spec.space.decode(vector)),
        macs=count_macs(graph),
        parameters=count_parameters(graph),
        float_graph=weighted,
        graph=quantized,
        vectors=_vectors(quantized, samples, rng),
        weights_from=weights_from,
        random_weights=random_weights,
        scores=_scores(folded, quantized, scored, task.seed) if scored else None,
        history=trained.history if trained else (),
        best_epoch=trained.best_epoch if trained else 0,
    )


def float_graph(task: PrototypeTask) -> Graph:
    """The network of a task, without weights."""
    spec = load_text(task.spec_text, task.spec_path)
    return _float_graph(spec, np.array(task.vector), task.name, None)


def _float_graph(spec: Spec, vector: np.ndarray, name: str, dataset: Dataset | None) -> Graph:
    numbers = tuple(map(str, range(spec.task.classes)))
    labels = dataset.class_names if dataset else spec.task.labels or numbers
    architecture = spec.space.elaborate(vector)
    graph = (
        architecture
        if isinstance(architecture, Infeasible)
        else graph_from_architecture(architecture, name=name, encoding=spec.task.encoding, labels=labels)
    )
    if isinstance(graph, Infeasible):
        raise InternalError(f"{name} was found by the search but cannot be built: {graph.reason}")
    return graph


def _weighted(graph: Graph, task: PrototypeTask) -> tuple[Graph, str]:
    """With the weights of the task's file, or random ones; and which, in words."""
    if task.weights is None:
        rng = np.random.default_rng((task.seed, task.trial))
        return initialize_weights(graph, rng), "random numbers"
    from compiler.export.onnx_file import read_onnx
    from compiler.export.onnx_weights import import_weights

    file = read_onnx(task.weights)
    imported = import_weights(graph, file)
    return imported.graph, f"{task.weights.name}, matched by {imported.matched_by}, SHA-256 {file.digest}"


def _train(
    graph: Graph, dataset: Dataset | None, task: PrototypeTask, progress: Callable[[EpochProgress], None]
) -> Trained:
    from compiler.train.fit import train

    assert dataset is not None, "training without data is refused before any worker starts"
    return train(
        graph,
        dataset,
        settings=_settings(dataset),
        seed=task.seed,
        checkpoint=task.checkpoint,
        progress=progress,
    )


def _settings(dataset: Dataset) -> TrainingSettings:
    return choose_settings(dataset.x_train.shape[1:], len(dataset.x_train))


def _fitted(dataset: Dataset, graph: Graph, spec: Spec) -> Dataset:
    """The samples as large as this network's input, which a decision of the spec may have chosen."""
    shape = graph.tensors[graph.inputs[0]].shape
    if spec.task.resize is None:
        return dataset
    return replace(
        dataset,
        x_train=resize_samples(dataset.x_train, shape, spec.task.resize),
        x_test=resize_samples(dataset.x_test, shape, spec.task.resize),
    )


def _calibration_samples(graph: Graph, dataset: Dataset | None, rng: np.random.Generator) -> np.ndarray:
    """Encoded float32 samples: of the training data, else uniform over what the encoding says comes in."""
    if dataset is None:
        assert graph.encoding is not None, "a network of a spec knows its input's encoding"
        low, high = encoded_interval(graph.encoding) or (-3.0, 3.0)
        shape = graph.tensors[graph.inputs[0]].shape
        return rng.uniform(low, high, (CALIBRATION_SAMPLES // 8, *shape)).astype(np.float32)
    count = min(CALIBRATION_SAMPLES, len(dataset.x_train))
    chosen = np.sort(rng.choice(len(dataset.x_train), count, replace=False))
    return encode_input(dataset.x_train[chosen], graph.encoding)


def _vectors(graph: Graph, samples: np.ndarray, rng: np.random.Generator) -> Vectors:
    """Samples, then noise and the two extremes; outputs of the integer reference."""
    source, result = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    assert source.quantization is not None, "a quantized graph has a quantized input"
    count = max(4, min(_MOST_VECTORS, _MOST_VECTOR_BYTES // (source.bytes + result.bytes)))
    inputs = np.concatenate(
        [
            quantize_real(samples[: count - 3], source.quantization),
            rng.integers(-128, 128, (1, *source.shape), dtype=np.int8),
            np.full((1, *source.shape), -128, np.int8),
            np.full((1, *source.shape), 127, np.int8),
        ]
    )
    outputs = run_int8(graph, inputs)[graph.outputs[0]]
    return Vectors(inputs=inputs.reshape(len(inputs), -1), outputs=outputs.reshape(len(outputs), -1))


def _scores(folded: Graph, quantized: Graph, dataset: Dataset, seed: int) -> Scores:
    settings = _settings(dataset)
    kept, held_out = split_validation(dataset.y_train, settings.validation_fraction, seed)
    validation = integer_accuracy(quantized, dataset.x_train[held_out], dataset.y_train[held_out])
    balanced = is_balanced(settings, dataset.y_train[kept], len(dataset.class_names))
    return Scores(
        mark=validation.balanced_accuracy if balanced else validation.accuracy,
        validation=validation,
        test_float=float_accuracy(folded, dataset.x_test, dataset.y_test),
        test_integer=integer_accuracy(quantized, dataset.x_test, dataset.y_test),
        labels=dataset.class_names,
    )
