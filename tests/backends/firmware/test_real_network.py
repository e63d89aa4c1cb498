"""A whole network of real kernels, from a float graph to emulated cores: bytes, RAM and flash as counted."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from backends.emulate.linked_size import linked_flash, linked_ram
from backends.emulate.qemu import QEMU
from backends.portable.backend import PORTABLE
from compiler.backend import FirmwareRequest, Vectors
from compiler.cost.cost import Cost, FlashCost
from compiler.files import write_folder
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from compiler.ir.program import Program
from compiler.memory.placement import plan_memory
from compiler.memory.schedule import schedule
from compiler.passes.initialize import initialize_weights
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.calibrate import measure_ranges
from compiler.reference.integer_interpreter import run_int8
from compiler.target import Target
from compiler.target_file import load_target
from searchspace_dsl.architecture import Architecture, AttributeValue, Layer

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
TARGETS = (Path(__file__).parents[3] / "backends/targets",)
EMULATED = ("cortex-m0", "cortex-m4")


def conv(name: str, source: str, filters: int, kernel: int, stride: int = 1) -> Layer:
    attributes: dict[str, AttributeValue] = {
        "filters": filters, "kernel": (kernel, kernel), "stride": (stride, stride), "dilation": (1, 1),
        "groups": 1, "padding": "same", "bias": True,
    }  # fmt: skip
    return Layer(name=name, op="conv", inputs=(source,), attributes=attributes)


def architecture() -> Architecture:
    """A convolution, a residual with a depthwise convolution, a pooled branch, and a classifier."""
    depthwise: dict[str, AttributeValue] = {
        "multiplier": 1, "kernel": (3, 3), "stride": (1, 1), "dilation": (1, 1),
        "padding": "same", "bias": True,
    }  # fmt: skip
    pool: dict[str, AttributeValue] = {"kernel": (2, 2), "stride": (2, 2), "padding": "valid"}
    layers = (
        conv("stem", "input", 8, 3, 2),
        Layer(name="stem_relu", op="relu", inputs=("stem",)),
        Layer(name="spatial", op="depthwise", inputs=("stem_relu",), attributes=depthwise),
        Layer(name="joined", op="add", inputs=("stem_relu", "spatial")),
        Layer(name="max", op="max_pool", inputs=("joined",), attributes=pool),
        Layer(name="mean", op="average_pool", inputs=("joined",), attributes=pool),
        Layer(name="both", op="concat", inputs=("max", "mean")),
        conv("wide", "both", 24, 1),
        Layer(name="pooled", op="global_average_pool", inputs=("wide",)),
        Layer(name="scores", op="dense", inputs=("pooled",), attributes={"units": 10, "bias": True}),
        Layer(name="softmax", op="softmax", inputs=("scores",)),
    )
    return Architecture(name="real", input_shape=(16, 12, 3), layers=layers, output="softmax")


def quantized() -> Graph:
    rng = np.random.default_rng(3)
    designed = graph_from_architecture(architecture(), name="real")
    assert isinstance(designed, Graph), designed
    graph = run_passes(initialize_weights(designed, rng))
    samples = rng.normal(0, 1, (32, 16, 12, 3)).astype(np.float32)
    return quantize_static(graph, measure_ranges(graph, [samples]))


@pytest.fixture(scope="module")
def board() -> Target:
    return load_target("nucleo_l4r5zi", TARGETS)


@pytest.fixture(scope="module")
def request_of_real(board: Target) -> FirmwareRequest:
    """Lowered, ordered and planned as always; flash, cycles and energy are not what is tested here."""
    graph = quantized()
    lowered = PORTABLE.lower(graph, board.isa)
    assert isinstance(lowered, Program), lowered
    program = schedule(lowered)
    plan = plan_memory(program)
    inputs = np.random.default_rng(5).integers(-128, 128, (3, 16, 12, 3), dtype=np.int8)
    outputs = run_int8(graph, inputs)[graph.outputs[0]]
    return FirmwareRequest(
        program=program,
        plan=plan,
        graph=graph,
        cost=Cost(
            arena_bytes=plan.arena_bytes,
            state_bytes=plan.state_bytes,
            flash=FlashCost(constants_bytes=1362, kernels_bytes=0, calls_bytes=0),
            macs=sum(call.macs for call in program.calls),
            parameters=0,
            cycles=0,
            latency_us=0.0,
            energy_uj=None,
            layers=(),
        ),
        target=board,
        vectors=Vectors(inputs=inputs.reshape(3, -1), outputs=outputs.reshape(3, -1)),
        report={"name": "real"},
        random_weights=True,
    )


@pytest.fixture(scope="module")
def folder(request_of_real: FirmwareRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real") / "real"
    write_folder(path, PORTABLE.emit(request_of_real))
    return path


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_host_gives_the_references_bytes(folder: Path, compiler: str) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    done = make(folder, "test", f"CC={compiler}", f"WARNINGS={WARNINGS}", f"BUILD=build/{compiler}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every byte as expected" in done.stdout


def test_sanitizers_find_nothing(folder: Path) -> None:
    flags = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
    done = make(folder, "test", f"CFLAGS={flags}", "CC=gcc", "BUILD=build/sanitized")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("core", EMULATED)
def test_emulated_core_gives_the_references_bytes(folder: Path, core: str) -> None:
    if reason := QEMU.unavailable(core):
        pytest.skip(reason)
    result = QEMU.run(folder, core)
    assert result.passed, result.output


def test_linked_ram_is_the_plan_to_the_byte(folder: Path, request_of_real: FirmwareRequest) -> None:
    if shutil.which("arm-none-eabi-gcc") is None:
        pytest.skip("arm-none-eabi-gcc is not installed")
    assert make(folder, "elf", "CORE=cortex-m4").returncode == 0
    build = folder / "build/cortex-m4"
    objects = [path for path in build.rglob("*.o") if "selftest" not in path.parts]
    ram = linked_ram(build / "selftest.elf", objects)
    plan = request_of_real.plan
    assert (ram.arena_bytes, ram.state_bytes, ram.owned_bytes) == (plan.arena_bytes, plan.state_bytes, 0)
    flash = linked_flash(build / "selftest.map")
    constants = sum(constant.bytes for constant in request_of_real.program.constants)
    assert flash.objects["build/cortex-m4/real_weights.o"] == pytest.approx(constants, abs=64)
    assert constants + 1000 < flash.bytes < constants + 10_000
