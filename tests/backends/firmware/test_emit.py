"""The generated folder as a firmware engineer meets it: builds without warnings, tests itself, drops in."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.firmware.c_text import model_prefix
from backends.firmware.emit import emit_folder
from compiler.backend import Vectors
from compiler.errors import InternalError
from compiler.ir.plan import Placement
from compiler.ir.program import Buffer
from searchspace_dsl.encoding import InputEncoding
from tests.backends.firmware.building import WARNINGS, MakeFolder, make

HOSTILE = ("class", 'a"; system("x', "\U0001f600", "x" * 300, "", "*/ #error no", "$(shell false)", "a\\\nb")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_self_test_passes_without_a_warning(make_folder: MakeFolder, compiler: str) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    done = make(make_folder(labels=("one", "two")), "test", f"CC={compiler}", f"WARNINGS={WARNINGS}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "tiny: PASS: 4 vectors" in done.stdout


def test_self_test_is_clean_under_sanitizers(make_folder: MakeFolder) -> None:
    flags = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
    done = make(make_folder(), "test", f"CFLAGS={flags}", "CC=gcc")
    assert done.returncode == 0, done.stderr


def test_a_wrong_vector_is_named_and_fails(tmp_path: Path, tiny: Any) -> None:
    request = tiny.request()
    outputs = request.vectors.outputs.copy()
    outputs[2, 5] ^= 1
    wrong = replace(request, vectors=Vectors(inputs=request.vectors.inputs, outputs=outputs))
    folder = tiny.emit(wrong, tmp_path)
    done = make(folder, "test")
    expected, got = outputs[2, 5], request.vectors.outputs[2, 5]
    assert done.returncode != 0
    assert f"tiny: FAIL: vector 2, tiny_output byte 5: expected {expected}, got {got}\n" in done.stdout
    assert subprocess.run([str(folder / "build/host/selftest.run")], check=False).returncode == 1


def test_state_is_initialised_and_checked(make_folder: MakeFolder) -> None:
    folder = make_folder(state_bytes=32)
    assert make(folder, "test", f"WARNINGS={WARNINGS}").returncode == 0
    assert "protonas_status tiny_init(void *state);" in (folder / "tiny.h").read_text()
    assert "tiny_init" not in (make_folder(into="without") / "tiny.h").read_text()


def test_header_is_for_cpp_too(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder(labels=("one",), state_bytes=16)
    source = tmp_path / "user.cpp"
    source.write_text(
        '#include "tiny.h"\nint main() { return tiny_run(nullptr, nullptr) == PROTONAS_ERROR_NULL; }\n'
    )
    for compiler in ("g++", "clang++"):
        if shutil.which(compiler):
            flags = ["-std=c++11", *WARNINGS.split(), f"-I{folder}", f"-I{folder}/protonas", "-fsyntax-only"]
            subprocess.run([compiler, *flags, str(source)], check=True)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_break_nothing(make_folder: MakeFolder, name: str) -> None:
    folder = make_folder(name, layers=(name or "x", name + "2"), labels=(name, name, "c"))
    done = make(folder, "test", f"WARNINGS={WARNINGS}", "CFLAGS=-O0")
    assert done.returncode == 0, done.stderr
    assert "PASS" in done.stdout


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(min_size=1, max_size=20), min_size=3, max_size=3, unique=True),
    labels=st.lists(st.text(max_size=20), max_size=3),
)
def test_any_names_build(make_folder: MakeFolder, names: list[str], labels: list[str]) -> None:
    layers = (f"{names[1]}a", f"{names[2]}b")
    folder = make_folder(names[0], into="any", layers=layers, labels=tuple(labels))
    done = make(folder, "test", f"WARNINGS={WARNINGS}", "CFLAGS=-O0")
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "layer",
    ["arena", "tiny_run", "tiny_run_2", "input", "check_block", "first_params", "int8_t", "state_base"],
)
def test_layers_named_like_our_own_variables(make_folder: MakeFolder, layer: str) -> None:
    done = make(make_folder(layers=("first", layer)), "test", f"WARNINGS={WARNINGS}", "CFLAGS=-O0")
    assert done.returncode == 0, done.stderr


def test_same_request_same_bytes(tiny: Any) -> None:
    first, second = (emit_folder(tiny.request(), tiny.kernel_files) for _ in range(2))
    assert first == second
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in first.values())
    assert not [
        name for name, text in first.items() if any(line != line.rstrip() for line in text.splitlines())
    ]


def test_random_weights_are_marked_in_every_file(tiny: Any) -> None:
    request = tiny.request(random_weights=True)
    files = emit_folder(request, tiny.kernel_files)
    ours = {name: text for name, text in files.items() if not name.startswith("protonas/")}
    assert [name for name, text in ours.items() if "weights are random" not in text.lower()] == []
    trained = emit_folder(tiny.request(), tiny.kernel_files)
    assert [name for name, text in trained.items() if "weights are random" in text.lower()] == []


def test_report_is_json(tiny: Any) -> None:
    request = replace(tiny.request(), report={"name": 'a"b', "layers": [1, 2]})
    report = emit_folder(request, tiny.kernel_files)["tiny_report.json"]
    assert json.loads(report) == {"name": 'a"b', "layers": [1, 2]}


def test_buffers_say_where_and_how_long(make_folder: MakeFolder) -> None:
    source = (make_folder() / "tiny.c").read_text()
    assert "int8_t *const first = (int8_t *)&arena_base[16]; /* offset 16, 12 bytes, live 0..1 */" in source
    call = "    protonas_clamp_s8(&first_params, input, first);\n"
    hooked = f'    TINY_LAYER_BEGIN(0);\n{call}    TINY_LAYER_END(0, "first", first, 12U);\n'
    assert f"    /* 0. first: 3x2x2 -> 3x2x2 */\n{hooked}" in source


def test_two_models_share_kernels_and_arena(make_folder: MakeFolder, tmp_path: Path) -> None:
    make_folder("one", into="models/one")
    make_folder("two", into="models/two", state_bytes=16)
    (tmp_path / "main.c").write_text(
        """#include <string.h>
#include "one.h"
#include "two.h"
static _Alignas(16) uint8_t arena[ONE_ARENA_BYTES > TWO_ARENA_BYTES ? ONE_ARENA_BYTES : TWO_ARENA_BYTES];
static _Alignas(16) uint8_t state[TWO_STATE_BYTES];
int main(void)
{
    int failed = two_init(state) != PROTONAS_SUCCESS;
    memset(one_input(arena), 90, ONE_INPUT_ELEMENTS);
    failed |= one_run(arena) != PROTONAS_SUCCESS || one_output(arena)[0] != 50;
    memset(two_input(arena), -90, TWO_INPUT_ELEMENTS);
    failed |= two_run(arena, state) != PROTONAS_SUCCESS || two_output(arena)[11] != -3;
    return failed;
}
"""
    )
    (tmp_path / "Makefile").write_text(
        "include models/one/one.mk\ninclude models/two/two.mk\n"
        f"CFLAGS := -std=c11 {WARNINGS}\n"
        "check: app\n\t./app\n"
        "app: main.c $(ONE_SRCS) $(TWO_SRCS) $(PROTONAS_SRCS)\n"
        "\t$(CC) $(CFLAGS) $(PROTONAS_CPPFLAGS) -o $@ $^\n"
        "list:\n\t@echo $(PROTONAS_SRCS)\n"
    )
    done = make(tmp_path, "check")
    assert done.returncode == 0, done.stderr
    assert make(tmp_path, "list").stdout.split() == ["models/one/protonas/protonas_clamp_s8.c"]


def test_mixed_versions_do_not_compile(make_folder: MakeFolder) -> None:
    folder = make_folder()
    header = folder / "protonas/protonas_version.h"
    header.write_text(header.read_text().replace("VERSION 100", "VERSION 101"))
    done = make(folder, "test")
    assert done.returncode != 0
    assert "tiny was generated for version 100 of the protonas kernels" in done.stderr


def test_make_says_which_core_or_tool_is_wrong(make_folder: MakeFolder) -> None:
    folder = make_folder()
    done = make(folder, "run", "CORE=cortex-a7")
    assert done.returncode != 0
    assert "CORE=cortex-a7 is not one of: cortex-m0 cortex-m3" in done.stderr
    done = make(folder, "run", "ARM_CC=no-such-gcc")
    assert done.returncode != 0
    assert "no-such-gcc is not installed" in done.stderr


def test_several_inputs_and_outputs_have_names(tiny: Any, tmp_path: Path) -> None:
    request = tiny.request()
    graph, program, plan = request.graph, request.program, request.plan
    tensors = {**graph.tensors, "other in": graph.tensors["input"]}
    placement = Placement(buffer="other in", region="arena", offset=32, bytes=12, first=-1, last=2)
    buffer = Buffer(name="other in", bytes=12, alignment=16, kind="input")
    vectors = request.vectors
    request = replace(
        request,
        graph=replace(graph, inputs=("input", "other in"), outputs=("flat", "other in"), tensors=tensors),
        program=replace(
            program,
            inputs=("input", "other in"),
            outputs=("flat", "other in"),
            buffers=(*program.buffers, buffer),
        ),
        plan=replace(plan, placements=(*plan.placements, placement), arena_bytes=44, lower_bound_bytes=44),
        vectors=Vectors(
            inputs=np.hstack([vectors.inputs, vectors.inputs + 1]),
            outputs=np.hstack([vectors.outputs, vectors.inputs + 1]),
        ),
    )
    folder = tiny.emit(request, tmp_path)
    done = make(folder, "test", f"WARNINGS={WARNINGS}")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "int8_t *tiny_input_other_in(void *arena);" in (folder / "tiny.h").read_text()


def test_requests_that_contradict_themselves(tiny: Any) -> None:
    request = tiny.request()
    short = Vectors(inputs=request.vectors.inputs[:, 1:], outputs=request.vectors.outputs)
    none = Vectors(inputs=request.vectors.inputs[:0], outputs=request.vectors.outputs[:0])
    bare = tuple(replace(constant, data=None) for constant in request.program.constants)
    for wrong in (
        replace(request, vectors=short),
        replace(request, vectors=none),
        replace(request, program=replace(request.program, constants=bare)),
    ):
        with pytest.raises(InternalError):
            emit_folder(wrong, tiny.kernel_files)
    with pytest.raises(InternalError, match="PROTONAS_RUNTIME_VERSION"):
        emit_folder(request, {})


@pytest.mark.parametrize(
    ("core", "run_on"),
    [("cortex-m4", "cortex-m4"), ("cortex-m0plus", "cortex-m0"), ("cortex-m85", "cortex-m55")],
)
def test_make_run_takes_the_targets_core_or_one_that_stands_in(tiny: Any, core: str, run_on: str) -> None:
    request = tiny.request()
    files = emit_folder(replace(request, target=replace(request.target, core=core)), tiny.kernel_files)
    assert f"\nCORE ?= {run_on}\n" in files["Makefile"]
    assert f"selftest/{run_on}.ld" in files


def test_no_model_is_called_like_a_file_of_the_self_test(tiny: Any) -> None:
    """Its header would be found instead of that file's."""
    files = map(PurePosixPath, emit_folder(tiny.request(), tiny.kernel_files))
    stems = {path.stem for path in files if path.parent.name == "selftest" and path.suffix in (".c", ".h")}
    assert {"vectors", "layers", "semihosting"} <= stems
    assert all(model_prefix(stem) != stem for stem in stems)


def test_extra_warnings_find_nothing(make_folder: MakeFolder) -> None:
    extra = "-Wmissing-prototypes -Wstrict-prototypes -Wcast-align -Wcast-qual -Wundef -Wdouble-promotion"
    folder = make_folder(encoding=InputEncoding(raw_dtype="int16", mean=(1.0, 2.0)), labels=("a",))
    done = make(folder, "test", "CC=gcc", f"WARNINGS={WARNINGS} {extra} -Wformat=2 -Wswitch-enum -Wvla")
    assert done.returncode == 0, done.stderr
