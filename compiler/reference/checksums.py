"""What every kernel call must leave in its buffer, as checksums: they name the first layer that differs."""

import zlib

import numpy as np

from compiler.ir.graph import Graph
from compiler.ir.program import Program
from compiler.ir.tensor import numpy_dtype
from compiler.reference.sequences import run_sequence

UNKNOWN = -1


def call_checksums(graph: Graph, program: Program, inputs: np.ndarray, sequence: int = 1) -> np.ndarray:
    """CRC-32 (as zlib's) of what each call has written once it is done: (vectors, calls) int64.

    `inputs`: (vectors, bytes of all inputs) int8, and `sequence`, as Vectors stores them. UNKNOWN for a call
    that writes a state alone, whose buffer is no value of the graph, or that fills a part of it only: a later
    call of its layer completes it.
    """
    written = checked_values(graph, program)
    kept = {name for name in written if name is not None}
    given = {
        name: array.reshape(-1, sequence, *array.shape[1:])
        for name, array in _by_input(graph, inputs).items()
    }
    values = {
        name: array.reshape(len(inputs), *array.shape[2:])
        for name, array in run_sequence(graph, given, keep=kept).items()
    }
    found = np.full((len(inputs), len(program.calls)), UNKNOWN, np.int64)
    for call, name in enumerate(written):
        if name is not None:
            found[:, call] = [zlib.crc32(np.ascontiguousarray(value).tobytes()) for value in values[name]]
    return found


def checked_values(graph: Graph, program: Program) -> tuple[str | None, ...]:
    """For each call the value of the graph that its buffer wholly holds once it is done, or None."""
    sizes = {buffer.name: buffer.bytes for buffer in program.buffers}
    views = {view.name: view.of for view in program.views}
    last_writer = {
        _behind(views, name): index for index, call in enumerate(program.calls) for name in call.writes
    }
    states = {buffer.name for buffer in program.buffers if buffer.kind == "state"}
    found: list[str | None] = []
    for index, call in enumerate(program.calls):
        values = [name for name in call.writes if name not in states]
        name = values[0] if len(values) == 1 and values[0] == call.writes[0] else ""
        buffer = _behind(views, name)
        whole = name in graph.tensors and graph.tensors[name].bytes == sizes.get(buffer)
        found.append(name if whole and last_writer[buffer] == index else None)
    return tuple(found)


def _by_input(graph: Graph, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Each input's own columns, shaped as the graph says."""
    sizes = [graph.tensors[name].bytes for name in graph.inputs]
    parts = np.split(rows.reshape(len(rows), -1), np.cumsum(sizes)[:-1], axis=1)
    return {
        name: np.ascontiguousarray(part)
        .view(numpy_dtype(graph.tensors[name].dtype))
        .reshape(len(rows), *graph.tensors[name].shape)
        for name, part in zip(graph.inputs, parts, strict=True)
    }


def _behind(views: dict[str, str], name: str) -> str:
    while name in views:
        name = views[name]
    return name
