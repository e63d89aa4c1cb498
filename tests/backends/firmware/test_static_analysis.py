"""Analyzers on generated C and on kernels: gcc's finds nothing, MISRA's nothing docs/misra.md lacks."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchspace_dsl.encoding import InputEncoding

ROOT = Path(__file__).parents[3]
KERNELS = sorted((ROOT / "runtime_c/src").glob("*.c"))
MakeFolder = Callable[..., Path]

FOLDERS: tuple[dict[str, Any], ...] = (
    {"labels": ("one", "two")},
    {"encoding": InputEncoding(raw_dtype="uint8", mean=(1.0, 100.0), std=(60.0, 30.0)), "state_bytes": 32},
    {"encoding": InputEncoding(raw_dtype="uint8", mean=(0.0,), std=(127.5,)), "shape": (12,)},
    {"encoding": InputEncoding(raw_dtype="int8", mean=(-128.0,), std=(127.5,))},
    {"encoding": InputEncoding(raw_dtype="int16", mean=(10.0, -20.0), std=(9000.0, 17000.0))},
)


def misra(*words: object) -> subprocess.CompletedProcess[str]:
    if shutil.which("cppcheck") is None:
        pytest.skip("cppcheck is not installed")
    command = ["sh", str(ROOT / ".ci/misra"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_kernels_deviate_from_misra_where_the_page_says_so() -> None:
    done = misra("-I", ROOT / "runtime_c/include", *KERNELS)
    assert done.returncode == 0, done.stderr
    assert "misra-c2012-10.1" in done.stdout, "the addon ran"


@pytest.mark.parametrize("changes", FOLDERS)
def test_models_deviate_from_misra_where_the_page_says_so(
    make_folder: MakeFolder, changes: dict[str, Any]
) -> None:
    folder = make_folder(**changes)
    done = misra("-I", folder, "-I", folder / "protonas", *folder.glob("*.c"))
    assert done.returncode == 0, done.stderr
    assert "misra-c2012-11.5" in done.stdout, "the addon ran"


def test_a_rule_that_the_page_does_not_list_fails(tmp_path: Path) -> None:
    source = tmp_path / "bad.c"
    source.write_text("int f(int a);\nint f(int a)\n{\n    goto end;\nend:\n    return a;\n}\n")
    done = misra(source)
    assert done.returncode == 1
    assert f"misra-c2012-15.1 {source}:4" in done.stderr


@pytest.mark.parametrize("changes", FOLDERS)
def test_gcc_analyzer_finds_nothing(make_folder: MakeFolder, changes: dict[str, Any]) -> None:
    folder = make_folder(**changes)
    flags = [
        "-std=c11",
        "-O2",
        "-fanalyzer",
        "-Wall",
        "-Wextra",
        "-Werror",
        f"-I{folder}",
        f"-I{folder}/protonas",
    ]
    for source in (*folder.glob("*.c"), *folder.glob("selftest/selftest.c")):
        command = ["gcc", *flags, f"-I{folder}/selftest", "-c", str(source), "-o", str(folder / "x.o")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
