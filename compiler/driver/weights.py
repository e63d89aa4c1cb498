"""Prototypes as ONNX files in the run's folder, and files trained elsewhere back to their prototypes."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from compiler.data.dataset import load_dataset
from compiler.driver.job import Job
from compiler.driver.prototype import Prototype, PrototypeTask, float_graph
from compiler.errors import ModelError, UsageError
from compiler.export.onnx_file import OnnxFile, read_onnx
from compiler.files import write_bytes

ONNX_FOLDER = "onnx"


def read_weights(arguments: argparse.Namespace, job: Job) -> tuple[OnnxFile, ...]:
    """The files of --weights, and a look at the data they will be scored on: what is wrong shows now.

    UsageError, ModelError, DataError.
    """
    if arguments.weights and arguments.untrained:
        raise UsageError("--weights brings trained weights, --untrained asks for random ones")
    files = tuple(read_onnx(Path(path)) for path in arguments.weights)
    if files and job.data is not None and (arguments.data or job.data.exists()):
        load_dataset(job.data, job.spec.task)
    return files


def tasks_with_weights(
    tasks: Sequence[PrototypeTask], files: Sequence[OnnxFile]
) -> tuple[PrototypeTask, ...]:
    """The tasks that the files belong to, in order. ModelError where one belongs to none, or two to one."""
    from compiler.export.onnx_weights import matching_network

    graphs = {task.name: float_graph(task) for task in tasks}
    given: dict[str, Path] = {}
    for file in files:
        name = matching_network(file, graphs)
        if name in given:
            raise ModelError(f"{given[name]} and {file.name} are both weights for {name}")
        given[name] = Path(file.name)
    return tuple(replace(task, weights=given[task.name]) for task in tasks if task.name in given)


def write_onnx(prototypes: Sequence[Prototype], folder: Path, *, keep: Sequence[str] = ()) -> None:
    """FOLDER/NAME.onnx (float, batch norms unfolded) and FOLDER/NAME_int8.onnx (QDQ) of each.

    `keep`: files of the user's that stay as they are. RunError where one cannot be written.
    """
    from compiler.export.onnx_float import float_onnx
    from compiler.export.onnx_qdq import int8_onnx

    kept = {Path(path).resolve() for path in keep}
    for prototype in prototypes:
        provenance = {
            "trial": prototype.trial,
            "weights_from": prototype.weights_from,
            "decisions": prototype.decisions,
        }
        for path, content in (
            (folder / f"{prototype.name}.onnx", float_onnx(prototype.float_graph, provenance)),
            (folder / f"{prototype.name}_int8.onnx", int8_onnx(prototype.graph, provenance)),
        ):
            if path.resolve() not in kept:
                write_bytes(path, content)
