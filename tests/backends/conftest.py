"""Hand-made programs on the real elementwise kernels, small enough to check by eye."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from backends.portable.kernel_files import kernel_files
from compiler.backend import FirmwareRequest, Vectors
from compiler.cost.cost import Cost, FlashCost
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Activate
from compiler.ir.plan import MemoryPlan, Placement
from compiler.ir.program import Buffer, Constant, KernelCall, Overlap, Program, View
from compiler.ir.states import MARK_BYTE, STATE_MARK
from compiler.ir.tensor import Quantization, Tensor
from compiler.target import Memory, Target
from searchspace_dsl.encoding import InputEncoding

ELEMENTS = 12
TARGET = Target(
    name="test_board",
    description="A board of the tests",
    core="cortex-m4",
    clock_hz=120_000_000,
    memories=(
        Memory(name="ram", kind="ram", bytes=65536, source="none"),
        Memory(name="flash", kind="flash", bytes=262144, source="none"),
    ),
)


KERNEL_FILES = kernel_files(("src/protonas_clamp_s8.c",))


def _clamp(layer: str, read: str, write: str, low: int, high: int) -> KernelCall:
    return KernelCall(
        layer=layer,
        kernel="protonas_clamp_s8",
        reads=(read,),
        writes=(write,),
        overlaps=(Overlap(write=write, read=read),),
        parameters=(("size", ELEMENTS), ("activation_min", low), ("activation_max", high)),
        sources=("src/protonas_clamp_s8.c",),
    )


def _states(state_bytes: int) -> tuple[Buffer, ...]:
    """A mark, and a state that starts as -7 and that no call reads."""
    if not state_bytes:
        return ()
    return (
        Buffer(name=STATE_MARK, bytes=4, alignment=4, kind="state", initial=MARK_BYTE),
        Buffer(name="memory", bytes=state_bytes - 4, alignment=4, kind="state", initial=249),
    )


def build_request(
    name: str = "tiny",
    *,
    layers: tuple[str, str] = ("first", "second"),
    labels: tuple[str, ...] = (),
    encoding: InputEncoding | None = None,
    random_weights: bool = False,
    state_bytes: int = 0,
    shape: tuple[int, ...] = (3, 2, 2),
) -> FirmwareRequest:
    """Two clamps, to -3..100 and then to -128..50, with a reshape as a view at the end. Layers may be called
    anything. A constant that nobody reads stands for weights."""
    first, second = layers
    quantization = Quantization(scale=(0.0078431377,), zero_point=(-128,))
    source = Tensor(shape=shape, dtype="int8", quantization=quantization)
    graph = Graph(
        name=name,
        inputs=("input",),
        outputs=("flat",),
        nodes=(
            Node(name=first, op=Activate(activation="relu"), inputs=("input",), outputs=(first,)),
            Node(name=second, op=Activate(activation="relu6"), inputs=(first,), outputs=(second,)),
        ),
        tensors={
            "input": source,
            first: source,
            second: source,
            "flat": Tensor(shape=(ELEMENTS,), dtype="int8", quantization=quantization),
        },
        encoding=encoding,
        labels=labels,
    )
    buffers = (
        Buffer(name="input", bytes=ELEMENTS, alignment=16, kind="input"),
        Buffer(name=first, bytes=ELEMENTS, alignment=16, kind="value"),
        Buffer(name=second, bytes=ELEMENTS, alignment=16, kind="output"),
    )
    states = _states(state_bytes)
    table = np.array([-128, 0, 127], dtype=np.int8)
    program = Program(
        name=name,
        backend="portable",
        isa="plain",
        inputs=("input",),
        outputs=("flat",),
        calls=(_clamp(first, "input", first, -3, 100), _clamp(second, first, second, -128, 50)),
        buffers=(*buffers, *states),
        views=(View(name="flat", of=second),),
        constants=(Constant(name="run", dtype="int8", shape=(3,), bytes=3, alignment=4, data=table),),
    )
    placements = tuple(
        Placement(buffer=name_, region="arena", offset=offset, bytes=ELEMENTS, first=start, last=end)
        for name_, offset, start, end in (("input", 0, -1, 0), (first, 16, 0, 1), (second, 0, 1, 2))
    )
    state_placements = tuple(
        Placement(buffer=state.name, region="state", offset=offset, bytes=state.bytes, first=-1, last=2)
        for state, offset in zip(states, (0, 4), strict=False)
    )
    rng = np.random.default_rng(7)
    inputs = rng.integers(-128, 128, (4, ELEMENTS), dtype=np.int8)
    return FirmwareRequest(
        program=program,
        plan=MemoryPlan(
            placements=(*placements, *state_placements),
            arena_bytes=28,
            state_bytes=state_bytes,
            lower_bound_bytes=28,
        ),
        graph=graph,
        cost=Cost(
            arena_bytes=28,
            state_bytes=state_bytes,
            flash=FlashCost(constants_bytes=3, kernels_bytes=100, calls_bytes=50),
            macs=0,
            parameters=0,
            cycles=1200,
            latency_us=10.0,
            energy_uj=None,
            layers=(),
        ),
        target=TARGET,
        vectors=Vectors(inputs=inputs, outputs=np.clip(inputs, -3, 50)),
        report={"name": name},
        random_weights=random_weights,
    )


def write_files(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Tiny:
    """What tests of this folder share: a request, its kernels, and a way onto the disk."""

    kernel_files: Mapping[str, str]
    request: Callable[..., FirmwareRequest]

    def emit(self, request: FirmwareRequest, folder: Path) -> Path:
        from backends.firmware.emit import emit_folder

        return write_files(emit_folder(request, self.kernel_files), folder)


@pytest.fixture
def tiny() -> Tiny:
    return Tiny(kernel_files=KERNEL_FILES, request=build_request)


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes the generated folder of a tiny request into a folder of its own and returns it."""
    from backends.firmware.emit import emit_folder

    def make(name: str = "tiny", into: str = "out", **changes: object) -> Path:
        request = build_request(name, **changes)  # type: ignore[arg-type]
        return write_files(emit_folder(request, KERNEL_FILES), tmp_path / into)

    return make
