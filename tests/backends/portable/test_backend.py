import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from backends.portable.backend import PORTABLE
from backends.portable.kernel_files import included_by, kernel_files
from backends.portable.tables import COSTS, core_code, core_cycles, kernel_costs, struct_bytes
from backends.portable.work import work_of
from benchmarks.draft import Draft
from benchmarks.emulated_calls import count_calls, linked_model, lowered
from benchmarks.kernel_cases.convolutions import conv_cases
from benchmarks.networks import ds_cnn
from compiler.errors import InternalError
from compiler.ir.ops import (
    ArgMax,
    Concat,
    Pad,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    Take,
    Transpose,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.program import Program
from compiler.target import CORE_ISA
from tests.runtime_c import drawn_graphs
from tests.runtime_c.drawn_graphs import Case
from tests.runtime_c.kernel_library import SOURCES, parameter_struct, struct_fields

EMULATED = ("cortex-m0", "cortex-m4")
KERNELS = sorted(Path(source).stem for source in SOURCES)

needs_emulator = pytest.mark.skipif(
    not all(map(shutil.which, ("arm-none-eabi-gcc", "qemu-system-arm", "make"))),
    reason="arm-none-eabi-gcc, qemu-system-arm or make is not installed",
)


@settings(max_examples=60, deadline=None)
@given(case=drawn_graphs.cases)
def test_every_call_has_a_cost_on_every_core(case: Case) -> None:
    program = lowered(case.graph)
    for core in CORE_ISA:
        assert all(PORTABLE.cycles(call, core) > 0 for call in program.calls)
        assert all(PORTABLE.call_bytes(call, core) > struct_bytes(call.kernel) for call in program.calls)
        sizes = PORTABLE.kernel_bytes(program, core)
        assert {source for call in program.calls for source in call.sources} <= sizes.keys()
        assert all(size > 0 for size in sizes.values())


def test_tables_know_every_kernel_and_loop() -> None:
    graph = conv_cases(np.random.default_rng(0))
    for core in CORE_ISA:
        assert sorted(core_cycles(core).instructions) == KERNELS
        assert sorted(core_code(core).sources) == [f"src/{kernel}.c" for kernel in KERNELS]
        loops = core_cycles(core).instructions["protonas_conv2d_s8"].keys()
        assert all(work_of(call).keys() == loops for call in lowered(graph).calls)


def test_kernels_that_share_a_library_member_agree_on_its_size() -> None:
    seen: dict[tuple[str, str], int] = {}
    for kernel in KERNELS:
        for core, code in kernel_costs(COSTS / f"{kernel}.json")["code"].items():
            for member, size in code["library"].items():
                assert seen.setdefault((core, member), size) == size, (kernel, core, member)


def test_an_unknown_core_is_our_bug() -> None:
    call = lowered(conv_cases(np.random.default_rng(0))).calls[0]
    with pytest.raises(InternalError, match=r"cores\.json has no figures for z80; there are: cortex-m0, "):
        PORTABLE.cycles(call, "z80")


def test_kernels_and_members_count_once() -> None:
    sizes = PORTABLE.kernel_bytes(lowered(ds_cnn(np.random.default_rng(0))), "cortex-m0")
    assert sorted(sizes) == [
        "libgcc.a(_muldi3.o)",
        "model",
        "src/protonas_conv2d_s8.c",
        "src/protonas_dense_s8.c",
        "src/protonas_depthwise_conv2d_s8.c",
        "src/protonas_global_average_pool_s8.c",
    ]


def test_code_of_a_ds_cnn_is_small_on_m4() -> None:
    program = lowered(ds_cnn(np.random.default_rng(0)))
    assert sum(PORTABLE.kernel_bytes(program, "cortex-m4").values()) < 8 * 1024


def test_struct_sizes_are_those_of_the_headers() -> None:
    for kernel in KERNELS:
        assert struct_bytes(kernel) == 4 * len(struct_fields(parameter_struct(kernel)))


def test_kernel_files_are_the_sources_used_and_the_headers_they_need() -> None:
    files = kernel_files(["src/protonas_clamp_s8.c"])
    assert sorted(files) == [
        "protonas_clamp.h",
        "protonas_clamp_s8.c",
        "protonas_clamp_s8.h",
        "protonas_version.h",
    ]
    assert "include/protonas_requantize.h" in included_by("src/protonas_conv2d_s8.c")
    for source in SOURCES:
        texts = kernel_files([f"src/{Path(source).name}"])
        included = {
            line.split('"')[1]
            for text in texts.values()
            for line in text.splitlines()
            if '#include "' in line
        }
        assert included <= texts.keys()


def test_lowering_is_fast_and_repeatable() -> None:
    graph = ds_cnn(np.random.default_rng(0), blocks=14)
    bare = replace(
        graph, weights={}, tensors={name: replace(t, quantization=None) for name, t in graph.tensors.items()}
    )
    programs = [PORTABLE.lower(bare, "plain") for _ in range(2)]
    assert isinstance(programs[0], Program) and programs[0] == programs[1]


@needs_emulator
@pytest.mark.parametrize("core", EMULATED)
def test_instructions_of_a_network_the_fit_has_not_seen(core: str, tmp_path: Path) -> None:
    graph = ds_cnn(np.random.default_rng(0), filters=24, blocks=2)
    table = core_cycles(core).instructions
    counts = count_calls(graph, core, tmp_path / "net")
    for call, count in zip(lowered(graph).calls, counts, strict=True):
        estimate = sum(table[call.kernel][loop] * turns for loop, turns in work_of(call).items())
        assert estimate == pytest.approx(count, rel=0.1)


@needs_emulator
@pytest.mark.parametrize("core", EMULATED)
def test_instructions_of_moved_maps_the_fit_has_not_seen(core: str, tmp_path: Path) -> None:
    """Aligned and not: on a Cortex-M0 copying bytes one by one takes eight times as long as by words."""
    draft = Draft(np.random.default_rng(3))
    outputs = []
    for shape in ((10, 6, 8), (7, 7, 20), (6, 5, 7)):
        source = draft.source(shape)
        outputs.append(draft.layer(Unary(activation="gelu"), source))
        outputs.append(draft.layer(Pad(pads=((2, 1), (1, 1), (0, 0))), source))
        outputs.append(draft.layer(ResizeNearest(factors=(2, 3)), source))
        outputs.append(draft.layer(Concat(axis=2), source, draft.source((*shape[:2], 12))))
        outputs.append(draft.layer(Transpose(permutation=(2, 0, 1)), source))
        outputs.append(draft.layer(Slice(begin=(1, 1, 0), size=(4, 3, 5), strides=(1, 1, 1)), source))
        outputs.append(draft.layer(Take(axis=1, indices=(0, 0, 1, 2, 2, 4, 3, 3)), source))
        outputs.append(draft.layer(ResizeBilinear(size=(9, 11)), source))
        outputs.append(draft.layer(ArgMax(axis=2), source, dtype="int32"))
        transposed = TransposeConv2D(window=Window(kernel=(3, 3), strides=(2, 2), pads=(0, 0, 1, 1)))
        outputs.append(draft.layer(transposed, source, weight=(9, 3, 3, shape[2])))
    graph = draft.graph(tuple(outputs))
    table = core_cycles(core).instructions
    counts = count_calls(graph, core, tmp_path / "net")
    for call, count in zip(lowered(graph).calls, counts, strict=True):
        estimate = sum(table[call.kernel][loop] * turns for loop, turns in work_of(call).items())
        assert estimate == pytest.approx(count, rel=0.2), call


@needs_emulator
@pytest.mark.parametrize("core", EMULATED)
def test_flash_estimate_is_close_to_the_linked_size(core: str, tmp_path: Path) -> None:
    graph = ds_cnn(np.random.default_rng(0), filters=24, blocks=2)
    program = lowered(graph)
    linked = linked_model(graph, core, tmp_path / "net")
    estimate = sum(constant.bytes for constant in program.constants)
    estimate += sum(PORTABLE.kernel_bytes(program, core).values())
    estimate += sum(PORTABLE.call_bytes(call, core) for call in program.calls)
    assert estimate == pytest.approx(sum(linked.values()), rel=0.02)
    for source in (f"src/{path.name}" for path in map(Path, SOURCES)):
        name = Path(source).with_suffix(".o").name
        assert name not in linked or linked[name] == core_code(core).sources[source]
