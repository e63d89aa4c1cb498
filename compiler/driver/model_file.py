"""A model file of the user's: which format it is in, and the network it holds."""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from compiler.data.npz import read_samples
from compiler.errors import ModelError, UsageError
from compiler.ir.graph import Graph
from compiler.passes.float_ports import float_ports

CALIBRATION_SAMPLES = 512
MOST_FILE_BYTES = 512 * 1024 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_]{0,46}")
_TFLITE_MARK = b"TFL3"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """`name`: what the network is called in C. `digest`: SHA-256 of the content."""

    path: Path
    name: str
    kind: Literal["tflite", "onnx"]
    content: bytes
    digest: str


def open_model(path: Path, name: str | None) -> ModelFile:
    """Reads a .tflite or .onnx file whole; `name` in place of the one its file gives.

    ModelError where it cannot be read, is neither, or exceeds MOST_FILE_BYTES. UsageError for a name that is
    no plain lower-case identifier.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise UsageError(f"--name {name!r}: lower-case letters, digits and _, a letter first, at most 47")
    content = _content(path)
    return ModelFile(
        path=path,
        name=name or name_from(path.stem),
        kind=_kind(path, content),
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
    )


def name_from(stem: str) -> str:
    """A plain lower-case identifier that resembles a file's name: `MobileNet-v2` becomes `mobilenet_v2`."""
    plain = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:46].rstrip("_")
    return plain if _NAME.fullmatch(plain) else f"model_{plain}".rstrip("_")[:46]


def _content(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ModelError(f"{path}: there is no such file")
        if not path.is_file():
            raise ModelError(f"{path} is {'a folder' if path.is_dir() else 'no file'}, and no model")
        size = path.stat().st_size
        if not size:
            raise ModelError(f"{path} is empty")
        if size > MOST_FILE_BYTES:
            raise ModelError(
                f"{path} has {size:,} bytes; no microcontroller holds more than {MOST_FILE_BYTES:,}"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _kind(path: Path, content: bytes) -> Literal["tflite", "onnx"]:
    """By content where that tells, by the file's ending else."""
    if content[4:8] == _TFLITE_MARK:
        return "tflite"
    if path.suffix.lower() == ".onnx":
        return "onnx"
    if path.suffix.lower() == ".tflite":
        raise ModelError(f"{path} is not a TFLite model: it lacks the mark TFL3 at byte 4")
    raise ModelError(f"{path} is neither a .tflite nor an .onnx file")


def import_model(
    file: ModelFile, *, float_io: bool, calibration: Path | None = None, as_designed: bool = False
) -> Graph:
    """The network as it is in the file, before any pass, and called what the file's network is in C.

    `float_io`: its inputs and outputs become float32, converted at the border. `calibration`: samples for a
    float ONNX model, which is quantized with them. `as_designed`: without samples a float model stays float.
    ModelError in one message, which names the path, for all that is wrong or unsupported; UsageError for
    samples that nothing needs.
    """
    graph = _imported(file, float_io=float_io, calibration=calibration, as_designed=as_designed)
    return replace(graph, name=file.name)


def _imported(file: ModelFile, *, float_io: bool, calibration: Path | None, as_designed: bool) -> Graph:
    shown = str(file.path)
    if file.kind == "tflite":
        from compiler.frontends.tflite.read_tflite import read_tflite

        if calibration is not None:
            raise UsageError("--calibrate is for float ONNX models; a TFLite file is quantized already")
        return read_tflite(file.content, shown, float_ports=float_io)
    from compiler.frontends.onnx.finish import finished
    from compiler.frontends.onnx.read import import_onnx

    imported = import_onnx(file.content, shown, float_ports=float_io, path=file.path)
    if not imported.quantized and calibration is None:
        if as_designed:
            return imported.graph
        raise ModelError(
            f"{shown} is a float network: give samples to quantize it with, --calibrate FILE.npz"
        )
    graph = finished(imported, shown, None if calibration is None else _samples(calibration))
    return float_ports(graph) if float_io else graph


def _samples(calibration: Path) -> dict[str, np.ndarray]:
    """At most CALIBRATION_SAMPLES of each array, evenly spread."""
    arrays = read_samples(calibration)
    for name, array in arrays.items():
        if array.ndim and len(array) > CALIBRATION_SAMPLES:
            arrays[name] = array[np.linspace(0, len(array) - 1, CALIBRATION_SAMPLES).astype(int)]
    return arrays
