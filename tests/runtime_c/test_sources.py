"""What a firmware lead checks before reading: warnings, sanitizers, analyzer, stack, what is avoided."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import runtime_c
from tests.runtime_c.kernel_library import HEADERS, INCLUDE, SANITIZERS, SOURCES, WARNINGS

STACK_BYTES = 256
SYSTEM_HEADERS = {"stdint.h", "stddef.h", "string.h"}
KERNELS = sorted(Path(source).stem for source in SOURCES)


@pytest.mark.parametrize("compiler", ["gcc", "clang", "arm-none-eabi-gcc"])
@pytest.mark.parametrize("level", ["-O2", "-Os"])
def test_no_warnings(compiler: str, level: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    done = subprocess.run(
        [compiler, "-std=c11", level, *WARNINGS, INCLUDE, "-c", *SOURCES],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_headers_stand_alone_and_serve_cpp(tmp_path: Path) -> None:
    for header in HEADERS:
        for compiler, standard, name in (("gcc", "c11", "h.c"), ("g++", "c++11", "h.cpp")):
            if shutil.which(compiler) is None:
                pytest.skip(f"{compiler} is not installed")
            source = tmp_path / name
            source.write_text(f'#include "{Path(header).name}"\n#include "{Path(header).name}"\nint one;\n')
            quiet = "-Wno-unused-function"
            options = [f"-std={standard}", *WARNINGS, quiet, INCLUDE, "-fsyntax-only", str(source)]
            done = subprocess.run([compiler, *options], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr


def test_analyzer_finds_nothing(tmp_path: Path) -> None:
    for source in SOURCES:
        command = ["gcc", "-std=c11", "-O2", "-fanalyzer", "-Werror", INCLUDE, "-c", source]
        done = subprocess.run([*command, "-o", str(tmp_path / "x.o")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_clean_under_address_and_undefined_behaviour_sanitizers(tmp_path: Path) -> None:
    asan = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True
    ).stdout.strip()
    if not Path(asan).is_absolute():
        pytest.skip("gcc has no libasan")
    library = tmp_path / "kernels.so"
    command = [
        "gcc",
        "-std=c11",
        "-O1",
        *SANITIZERS,
        INCLUDE,
        "-shared",
        "-fPIC",
        "-o",
        str(library),
        *SOURCES,
    ]
    subprocess.run(command, check=True)
    root = runtime_c.FOLDER.parent
    environment = os.environ | {
        "LD_PRELOAD": asan,
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": str(root),
    }
    script = Path(__file__).parent / "sanitized_run.py"
    done = subprocess.run(
        [sys.executable, str(script), str(library), "150"],
        env=environment,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0 and done.stdout == "clean\n", done.stderr[-3000:]


def test_stack_is_bounded(tmp_path: Path) -> None:
    """Each frame, and no frame of unknown size; kernels call at most two levels deep."""
    compiler = "arm-none-eabi-gcc"
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    for core in ("cortex-m0", "cortex-m4"):
        for source in SOURCES:
            target = tmp_path / f"{Path(source).stem}.o"
            options = ["-mthumb", f"-mcpu={core}", "-std=c11", "-O2", "-fstack-usage", INCLUDE]
            subprocess.run([compiler, *options, "-c", source, "-o", str(target)], check=True)
            for line in target.with_suffix(".su").read_text().splitlines():
                _, size, kind = line.split("\t")
                assert kind == "static" and int(size) <= STACK_BYTES, line


@pytest.mark.parametrize("path", [*SOURCES, *HEADERS], ids=lambda path: Path(path).name)
def test_no_heap_stdio_or_globals(path: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", Path(path).read_text(), flags=re.DOTALL)
    assert set(re.findall(r"#include <(.*?)>", text)) <= SYSTEM_HEADERS
    assert not re.search(r"\b(malloc|calloc|realloc|free|alloca|printf|goto|restrict|setjmp)\b", text)
    for line in text.splitlines():
        assert len(line) <= 120, line
        if re.match(r"^(static )?(?!const|inline|PROTONAS)\w+ \w+(\[.*\])?( = .*)?;$", line):
            pytest.fail(f"a variable at file scope: {line}")


def test_every_kernel_has_its_own_source_and_header() -> None:
    for kernel in KERNELS:
        header = runtime_c.FOLDER / "include" / f"{kernel}.h"
        text = header.read_text()
        assert f"{kernel}_params;" in text and re.search(
            rf"^void {kernel}\(const {kernel}_params \*p", text, re.M
        )
