"""Many networks printed as C by the portable backend, compiled into one shared object, and called there."""

import ctypes
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from backends.firmware.api_view import api_view
from backends.firmware.views import ApiView, PortView
from backends.portable.backend import PORTABLE
from backends.portable.kernel_files import kernel_files
from compiler.backend import Backend, FirmwareRequest, Vectors
from compiler.cost.measure import counts_of, measure_quantized
from compiler.errors import ModelError
from compiler.ir.graph import Graph
from compiler.ir.tensor import numpy_dtype
from compiler.target import Memory, Target
from searchspace_dsl.infeasible import Infeasible

OPTIONS = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror")
BOARD = Target(
    name="test_board",
    description="A board of the tests",
    core="cortex-m4",
    clock_hz=100_000_000,
    memories=(
        Memory(name="ram", kind="ram", bytes=1 << 24, source="none"),
        Memory(name="flash", kind="flash", bytes=1 << 26, source="none"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One network as C: what its header says, and its files without those that every network shares."""

    name: str
    graph: Graph
    api: ApiView
    files: Mapping[str, str]
    kernels: Mapping[str, str]


def firmware_request(
    graph: Graph,
    vectors: Vectors | None = None,
    backend: Backend = PORTABLE,
    board: Target = BOARD,
    *,
    inputs_outside: bool = False,
) -> FirmwareRequest:
    """Lowered and planned. Without vectors, the self-test holds one that means nothing. ModelError where the
    backend has no kernel."""
    measured = measure_quantized(counts_of(graph), graph, backend, board, inputs_outside=inputs_outside)
    if isinstance(measured, Infeasible):
        raise ModelError(measured.reason)
    meaningless = Vectors(inputs=_zeros(graph, graph.inputs), outputs=_zeros(graph, graph.outputs))
    return FirmwareRequest(
        program=measured.program,
        plan=measured.plan,
        graph=graph,
        cost=measured.cost,
        target=board,
        vectors=meaningless if vectors is None else vectors,
        report={"name": graph.name},
    )


def print_network(graph: Graph, name: str) -> Printed:
    """Lowered, planned and printed under an identifier of its own, by the portable backend."""
    graph = replace(graph, name=name)
    request = firmware_request(graph)
    kernels = kernel_files(sorted({source for call in request.program.calls for source in call.sources}))
    files = PORTABLE.emit(request)
    own = {path: text for path, text in files.items() if "/" not in path and path.endswith((".c", ".h"))}
    return Printed(name=name, graph=graph, api=api_view(request, kernels), files=own, kernels=kernels)


def write_sources(networks: Sequence[Printed], folder: Path) -> list[str]:
    """Writes the networks' files and the kernels they use; the paths of the C files."""
    sources: dict[str, str] = {}
    for network in networks:
        sources.update(network.kernels)
        sources.update(network.files)
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(str(folder / name) for name in sources if name.endswith(".c"))


class HostNetworks:
    """Printed networks as one shared object."""

    def __init__(self, networks: Sequence[Printed], folder: Path, options: Sequence[str] = ("-O1",)) -> None:
        units = write_sources(networks, folder)
        path = folder / "networks.so"
        command = ["gcc", *OPTIONS, *options, "-shared", "-fPIC", f"-I{folder}", "-o", str(path), *units]
        subprocess.run(command, check=True)
        self._library = ctypes.CDLL(str(path))

    def run(self, network: Printed, sequences: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Every output, (N, calls, ...) flat within a call, in its own dtype: for each of N sequences the
        state begins anew. `sequences`: for each input (N, calls, ...)."""
        arena = _aligned(network.api.arena_bytes, network.api.arena_align)
        state = _aligned(network.api.state_bytes, network.api.arena_align)
        count, calls = sequences[0].shape[:2]
        found: list[list[np.ndarray]] = [[] for _ in network.graph.outputs]
        for index in range(count):
            arena[:] = 77
            self._begin(network, state)
            for call in range(calls):
                self._call(network, arena, state, [given[index, call] for given in sequences])
                for port, name, results in zip(
                    network.api.outputs, network.graph.outputs, found, strict=True
                ):
                    results.append(_read(arena, port, network.graph, name))
        return [np.stack(results).reshape(count, calls, -1) for results in found]

    def _begin(self, network: Printed, state: np.ndarray) -> None:
        if network.api.state_bytes:
            state[:] = 99
            initialize = getattr(self._library, f"{network.name}_init")
            assert initialize(ctypes.c_void_p(state.ctypes.data)) == 0

    def _call(
        self, network: Printed, arena: np.ndarray, state: np.ndarray, inputs: Sequence[np.ndarray]
    ) -> None:
        for port, array in zip(network.api.inputs, inputs, strict=True):
            raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            assert len(raw) == port.bytes
            arena[port.offset : port.offset + port.bytes] = raw
        blocks = [arena, state] if network.api.state_bytes else [arena]
        run = getattr(self._library, f"{network.name}_run")
        assert run(*(ctypes.c_void_p(block.ctypes.data) for block in blocks)) == 0


def _read(arena: np.ndarray, port: PortView, graph: Graph, name: str) -> np.ndarray:
    raw = arena[port.offset : port.offset + port.bytes].copy()
    return raw.view(numpy_dtype(graph.tensors[name].dtype))


def _aligned(size: int, alignment: int) -> np.ndarray:
    block = np.zeros(size + alignment, np.uint8)
    start = -block.ctypes.data % alignment
    return block[start : start + size]


def _zeros(graph: Graph, names: Sequence[str]) -> np.ndarray:
    return np.zeros((1, sum(graph.tensors[name].bytes for name in names)), np.int8)
