"""Holds one model file to TFLite Micro: its reference, its C on this machine, and its C on emulated cores."""

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.batches import BATCH, PATIENT, run_batches, write_vectors
from compiler.backend import Backend, FirmwareRequest, Vectors
from compiler.driver import selftest
from compiler.errors import RunError
from compiler.files import write_folder
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.graph import Graph
from compiler.ir.tensor import numpy_dtype
from compiler.passes.compile_pipeline import optimize
from compiler.reference.sequences import run_sequence
from tests.tflite_models.oracle import run_sequences
from tests.tflite_models.printed import BOARD, Printed, firmware_request, print_network, write_sources

SANITIZERS = ("-O2", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
DRIVER = Path(__file__).parent / "run_vectors.c"
CALLS = 10
"""Calls of a sequence, for networks that remember."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A model with inputs and TFLM's outputs, each (sequences, calls, ...) with the shapes of one sample."""

    name: str
    graph: Graph
    inputs: tuple[np.ndarray, ...]
    outputs: tuple[np.ndarray, ...]

    @property
    def calls(self) -> int:
        """How many times the network runs."""
        return int(np.prod(self.inputs[0].shape[:2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`equal` is None where the check could not be made; `detail` says why, or what differs."""

    equal: bool | None
    detail: str = ""


def ask_oracle(content: bytes, name: str, count: int, seed: int = 0) -> Answers:
    """`count` calls on random inputs, then the least number, the greatest and the zero point everywhere.

    Networks that remember get sequences of CALLS calls, and sequences of the extremes. NasError where the
    model cannot be imported.
    """
    graph = read_tflite(content, name)
    calls = CALLS if graph.states else 1
    rng = np.random.default_rng(seed)
    inputs = tuple(_inputs(graph, port, -(-count // calls), calls, rng) for port in graph.inputs)
    shapes = _full_shapes(content)
    full = [array.reshape(*array.shape[:2], *shape) for array, shape in zip(inputs, shapes, strict=True)]
    outputs = run_sequences(content, full)
    return Answers(name=name, graph=graph, inputs=inputs, outputs=tuple(_flat(array) for array in outputs))


def _inputs(graph: Graph, port: str, sequences: int, calls: int, rng: np.random.Generator) -> np.ndarray:
    tensor = graph.tensors[port]
    limits = np.iinfo(numpy_dtype(tensor.dtype))
    shape = (sequences + 3, calls, *tensor.shape)
    drawn = rng.integers(limits.min, limits.max, shape, numpy_dtype(tensor.dtype), endpoint=True)
    zero = 0 if tensor.quantization is None else tensor.quantization.zero_point[0]
    drawn[-3], drawn[-2], drawn[-1] = limits.min, limits.max, zero
    return drawn


def _full_shapes(content: bytes) -> list[tuple[int, ...]]:
    import tflite

    main = tflite.Model.GetRootAs(content, 0).Subgraphs(0)
    tensors = [main.Tensors(main.Inputs(index)) for index in range(main.InputsLength())]
    return [tuple(int(side) for side in tensor.ShapeAsNumpy()[1:]) for tensor in tensors]


def _flat(array: np.ndarray) -> np.ndarray:
    return array.reshape(*array.shape[:2], -1)


def round_once(answers: Answers) -> Answers:
    """The network as one that rounds once, as those from ONNX do, with the reference's outputs instead of
    TFLM's."""
    graph = replace(answers.graph, rounding="single")
    found = run_sequence(graph, dict(zip(graph.inputs, answers.inputs, strict=True)))
    return replace(answers, graph=graph, outputs=tuple(_flat(found[name]) for name in graph.outputs))


def check_reference(answers: Answers, graph: Graph) -> Outcome:
    """The NumPy interpreter on `graph`: the imported network or what became of it."""
    inputs = dict(zip(graph.inputs, answers.inputs, strict=True))
    found = run_sequence(graph, inputs)
    return _compare(answers, [_flat(found[name]) for name in graph.outputs])


def check_host(answers: Answers, folder: Path) -> Outcome:
    """The portable C of the optimized network, compiled with sanitizers."""
    network = print_network(optimize(answers.graph), answers.name)
    command = _build(network, folder)
    rows = [array.reshape(answers.calls, -1).view(np.uint8) for array in answers.inputs]
    sent = np.concatenate(rows, axis=1).tobytes()
    done = subprocess.run(command, input=sent, capture_output=True, check=False)
    if done.returncode != 0:
        return Outcome(equal=False, detail=done.stderr.decode(errors="replace")[:400] or "it fails")
    received = np.frombuffer(done.stdout, np.uint8).reshape(answers.calls, -1)
    found, start = [], 0
    for port, name, wanted in zip(network.api.outputs, network.graph.outputs, answers.outputs, strict=True):
        raw = np.ascontiguousarray(received[:, start : start + port.bytes])
        dtype = numpy_dtype(network.graph.tensors[name].dtype)
        found.append(raw.view(dtype).reshape(wanted.shape))
        start += port.bytes
    return _compare(answers, found)


def _build(network: Printed, folder: Path) -> list[str]:
    units = write_sources([network], folder)
    prefix, macro = network.api.heading.prefix, network.api.heading.macro
    defines = [
        f'-DHEADER="{prefix}.h"',
        f"-DRUN={prefix}_run",
        f"-DARENA_BYTES={macro}_ARENA_BYTES",
        f"-DSTATE_BYTES={macro}_STATE_BYTES",
        *([f"-DINIT={prefix}_init"] if network.api.state_bytes else []),
    ]
    program = folder / "run_vectors"
    command = ["gcc", "-std=c11", *SANITIZERS, *defines, f"-I{folder}", "-o", str(program), str(DRIVER)]
    subprocess.run([*command, *units], check=True)
    calls = [str(CALLS if network.graph.states else 1)]
    ports = [("i", port) for port in network.api.inputs] + [("o", port) for port in network.api.outputs]
    words = [word for kind, port in ports for word in (kind, str(port.offset), str(port.bytes))]
    return [str(program), *calls, *words]


def write_for_core(answers: Answers, backend: Backend, core: str, folder: Path) -> FirmwareRequest:
    """The generated folder, with the vectors of two sequences; the request it came from holds those of all
    calls, the outputs TFLM's.

    NasError where the backend refuses the network.
    """
    graph = replace(optimize(answers.graph), name=answers.name)
    inputs, outputs = _rows(answers.inputs), _rows(answers.outputs)
    calls = answers.inputs[0].shape[1]
    every = Vectors(inputs=inputs, outputs=outputs, sequence=calls)
    few = replace(every, inputs=inputs[: 2 * calls], outputs=outputs[: 2 * calls])
    request = firmware_request(graph, few, backend, replace(BOARD, core=core))
    write_folder(folder, backend.emit(request))
    return replace(request, vectors=every)


def _rows(arrays: tuple[np.ndarray, ...]) -> np.ndarray:
    """All calls of all sequences: (vectors, bytes)."""
    rows = [array.reshape(array.shape[0] * array.shape[1], -1) for array in arrays]
    return np.concatenate([np.ascontiguousarray(row).view(np.int8) for row in rows], axis=1)


def check_core(request: FirmwareRequest, folder: Path, core: str) -> Outcome:
    """Builds a written folder for an emulated core and runs its self-test on every vector of the request."""
    if reason := PATIENT.unavailable(core):
        return Outcome(equal=None, detail=reason)
    try:
        result = run_batches(request, folder, core)
    except RunError as error:
        return Outcome(equal=False, detail=str(error))
    return _said(passed=result.passed, output=result.output)


def check_written_on_host(request: FirmwareRequest, folder: Path) -> Outcome:
    """The same on this machine, with whatever library the environment names for it."""
    write_vectors(request, folder)
    verdict = selftest.verify(folder, selftest.HOST)
    if verdict.state == "left out":
        return Outcome(equal=None, detail=verdict.detail)
    return _said(passed=verdict.state == "passed", output=verdict.detail)


def _said(*, passed: bool, output: str) -> Outcome:
    """What a self-test that failed said of it, else the last line; and which vectors those were."""
    lines = output.strip().splitlines() or [""]
    said = [line for line in lines if ": FAIL: " in line] or lines[-1:]
    batch = [line for line in lines[:1] if line.startswith(BATCH)]
    return Outcome(equal=passed, detail="" if passed else " ".join((*batch, *said))[:400])


def _compare(answers: Answers, found: list[np.ndarray]) -> Outcome:
    for name, wanted, got in zip(answers.graph.outputs, answers.outputs, found, strict=True):
        if (wanted.shape, wanted.dtype) != (got.shape, got.dtype):
            return Outcome(
                equal=False, detail=f"{name} is {got.dtype}{got.shape}, not {wanted.dtype}{wanted.shape}"
            )
        wrong = int(np.count_nonzero(wanted != got))
        if wrong:
            return Outcome(equal=False, detail=f"{wrong} of {wanted.size} numbers of {name} differ")
    return Outcome(equal=True)
