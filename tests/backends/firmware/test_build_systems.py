"""The generated folder in CMake and csolution projects, and its weights where a firmware wants them."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

MakeFolder = Callable[..., Path]
HOSTILE = (
    "class",
    'a"; system("x',
    "\U0001f600",
    "x" * 300,
    "$(shell false)",
    "a\\\nb",
    "${b}",
    "#[[",
    "test",
    "no",
)
SECTION = '__attribute__((section(".ext_flash")))'
needs_cmake = pytest.mark.skipif(shutil.which("cmake") is None, reason="cmake is not installed")


def cmake(source: Path, build: Path, *options: str) -> None:
    """Configures and builds without a warning."""
    for command in (
        ["cmake", "-S", str(source), "-B", str(build), "-Werror=dev", *options],
        ["cmake", "--build", str(build)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stderr.lower(), done.stderr


def ctest(build: Path) -> str:
    command = ["ctest", "--test-dir", str(build), "--verbose"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_cmake
@pytest.mark.parametrize("name", HOSTILE)
def test_cmake_builds_the_self_test_whatever_the_name(
    make_folder: MakeFolder, tmp_path: Path, name: str
) -> None:
    folder = make_folder(name, layers=(name, name + "2"), labels=(name, name, "c"), random_weights=True)
    cmake(folder, tmp_path / "build")
    assert "PASS: 4 vectors" in ctest(tmp_path / "build")


@needs_cmake
def test_two_models_in_one_cmake_project_share_kernels(make_folder: MakeFolder, tmp_path: Path) -> None:
    make_folder("one", into="app/one")
    make_folder("two", into="app/two")
    app = tmp_path / "app"
    (app / "main.c").write_text(
        '#include "one.h"\n#include "two.h"\n'
        "static _Alignas(16) uint8_t arena[ONE_ARENA_BYTES];\n"
        "int main(void) { return one_run(arena) == PROTONAS_SUCCESS ? two_run(arena) : 1; }\n"
    )
    (app / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.13)\nproject(app LANGUAGES C)\nenable_testing()\n"
        "add_subdirectory(one)\nadd_subdirectory(two)\n"
        "target_compile_definitions(protonas_two PRIVATE "
        f"[[TWO_WEIGHTS_SECTION={SECTION}]])\n"
        "add_executable(app main.c)\ntarget_link_libraries(app PRIVATE protonas_one protonas_two)\n"
        "add_test(NAME app COMMAND app)\n"
    )
    build = tmp_path / "build"
    cmake(app, build)
    ctest(build)
    listed = subprocess.run(
        ["ar", "t", str(next(build.rglob("libprotonas.a")))], capture_output=True, text=True
    )
    assert listed.stdout.split() == ["protonas_clamp_s8.c.o"]
    sections = subprocess.run(
        ["objdump", "-h", *map(str, build.rglob("two_weights.c.o"))], capture_output=True, text=True
    )
    assert ".ext_flash" in sections.stdout


@pytest.mark.parametrize("name", ["kws", *HOSTILE])
def test_csolution_layers_name_the_files_there_are(make_folder: MakeFolder, name: str) -> None:
    """Every line is one of a few harmless forms, so no name adds another node, and each file is there."""
    folder = make_folder(name, labels=(name,))
    listed = []
    for layer in sorted(folder.glob("*.clayer.yml")):
        for line in layer.read_text(encoding="ascii").splitlines():
            if found := re.fullmatch(r"        - file: \./([\w/]+\.[ch])", line):
                listed.append(found[1])
                continue
            assert re.fullmatch(
                r"#.*|layer:|  (type|description): [A-Za-z0-9_\-, ]+|  (add-path|groups):"
                r'|    - \.(/protonas)?|    - group: "[a-z0-9_ ]+"|      (language-C: c11|files:)|',
                line,
            ), line
    sources = [
        str(path.relative_to(folder)) for path in (*folder.glob("*.[ch]"), *folder.glob("protonas/*.c"))
    ]
    assert sorted(listed) == sorted(sources)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_weights_go_where_the_macro_says(make_folder: MakeFolder, compiler: str) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    folder = make_folder()
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-DTINY_WEIGHTS_SECTION={SECTION}"]
    weights = folder / "weights.o"
    subprocess.run([compiler, *flags, "-c", str(folder / "tiny_weights.c"), "-o", str(weights)], check=True)
    headers = subprocess.run(
        ["objdump", "-h", str(weights)], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r" \.ext_flash +([0-9a-f]+) .*\n +(.*)", headers)
    assert found and int(found[1], 16) == 3, headers
    assert "READONLY" in found[2]
    assert ".rodata" not in headers
