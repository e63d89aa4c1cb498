"""A network on an emulated core: executed instructions by call (QEMU and a counting plugin), linked bytes."""

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from backends.emulate.count import count_instructions
from backends.emulate.linked_size import linked_flash
from backends.portable.backend import PORTABLE
from compiler.backend import Backend, FirmwareRequest, Vectors
from compiler.cost.cost import Cost, FlashCost
from compiler.ir.graph import Graph
from compiler.ir.program import KernelCall, Program
from compiler.ir.tensor import Tensor
from compiler.memory.placement import plan_memory
from compiler.reference.checksums import call_checksums
from compiler.reference.integer_interpreter import run_int8
from compiler.target import CORE_ISA, Memory, Target

NO_COST = Cost(
    arena_bytes=0,
    state_bytes=0,
    flash=FlashCost(constants_bytes=0, kernels_bytes=0, calls_bytes=0),
    macs=0,
    parameters=0,
    cycles=0,
    latency_us=0.0,
    energy_uj=None,
    layers=(),
)


def lowered(graph: Graph, core: str = "cortex-m4", backend: Backend = PORTABLE) -> Program:
    program = backend.lower(graph, CORE_ISA[core])
    assert isinstance(program, Program), program
    return program


def target_of(core: str) -> Target:
    ram = Memory(name="ram", kind="ram", bytes=1 << 20, source="none")
    return Target(name="bench", description="", core=core, clock_hz=1, memories=(ram,))


def write_folder(
    graph: Graph,
    folder: Path,
    core: str = "cortex-m4",
    seed: int = 0,
    backend: Backend = PORTABLE,
    vectors: Vectors | None = None,
) -> Program:
    """The generated folder of a weighted int8 graph with these vectors, or with one random one and its
    expected output."""
    program = lowered(graph, core, backend)
    given = _one_vector(graph, seed) if vectors is None else vectors
    checksums = call_checksums(graph, program, given.inputs, given.sequence)
    request = FirmwareRequest(
        program=program,
        plan=plan_memory(program),
        graph=graph,
        cost=NO_COST,
        target=target_of(core),
        vectors=replace(given, checksums=checksums),
        report={"name": graph.name, "layers": [_layer(call) for call in program.calls]},
        random_weights=True,
    )
    for path, text in backend.emit(request).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return program


def _one_vector(graph: Graph, seed: int) -> Vectors:
    rng = np.random.default_rng(seed)
    inputs = {name: _random(graph.tensors[name], rng)[None] for name in graph.inputs}
    outputs = run_int8(graph, inputs)
    return Vectors(inputs=_rows(inputs, graph.inputs), outputs=_rows(outputs, graph.outputs))


def _random(tensor: Tensor, rng: np.random.Generator) -> np.ndarray:
    if tensor.dtype == "float32":
        return rng.standard_normal(tensor.shape, np.float32)
    limits = np.iinfo(tensor.dtype)
    return rng.integers(limits.min, limits.max, tensor.shape, tensor.dtype, endpoint=True)


def _layer(call: KernelCall) -> dict[str, object]:
    return {"layer": call.layer, "kernel": call.kernel, "macs": call.macs}


def _rows(values: dict[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    rows = [np.ascontiguousarray(values[name]).reshape(1, -1).view(np.int8) for name in names]
    return np.concatenate(rows, axis=1)


def build(folder: Path, core: str) -> Path:
    subprocess.run(["make", "-s", "-C", str(folder), "elf", f"CORE={core}"], check=True)
    return folder / "build" / core / "selftest.elf"


def count_calls(graph: Graph, core: str, folder: Path, backend: Backend = PORTABLE) -> list[int]:
    """Instructions executed by each call of the graph's program, its arguments included, in order."""
    write_folder(graph, folder, core, backend=backend)
    return list(count_instructions(folder, core, timeout_seconds=600).calls)


def linked_model(graph: Graph, core: str, folder: Path, backend: Backend = PORTABLE) -> dict[str, int]:
    """Flash bytes of a self-test's model by object or library member."""
    write_folder(graph, folder, core, backend=backend)
    linked = linked_flash(build(folder, core).with_suffix(".map"))
    objects = {Path(name).name: size for name, size in linked.objects.items()}
    return objects | {member_name(member): size for member, size in linked.library.items()}


def member_name(member: str) -> str:
    """`libgcc.a(_muldi3.o)` of `/usr/.../libgcc.a(_muldi3.o)`."""
    return member.rsplit("/", 1)[-1]
