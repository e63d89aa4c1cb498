"""Specs and classes called anything at all, from `protonas build` to one program that holds all models."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = ("class", 'a"; system("x', "\U0001f600 $(touch pwned)", "x" * 240)
WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
SPEC = r"""task classification {
    input [6, 6, 1] uint8 range 0..255 mean 100 std 60
    classes ["class", "a\"; system(\"x", "GRIN $(touch pwned) `touch pwned` */ ??/", "LONG", "$(error no)"]
}
target nucleo_l4r5zi { ram <= 4 KiB  flash <= 32 KiB }
arch any {
    conv(choose {4, 8}, 3, stride = 2) -> batch_norm -> relu
    global_average_pool -> dense(classes)
}
search { maximize score  minimize macs  trials 2  seed 3  keep 1 }
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each model by the prefix of its names, as built from a spec file of a hostile name."""
    work = tmp_path_factory.mktemp("hostile")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    found = {}
    for index, name in enumerate(NAMES):
        spec = work / f"{name}.nas"
        spec.write_text(SPEC.replace("GRIN", "\U0001f600").replace("LONG", "y" * 300), encoding="utf-8")
        words = ["build", spec.name, "-o", f"out {index}", "--untrained", "--jobs", "1"]
        command = [sys.executable, "-m", "compiler.driver.cli", *words]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        folder = work / f"out {index}" / f"{name}_1"
        header = next(path for path in folder.glob("*.h") if not path.stem.endswith("_weights"))
        clean = work / "app" / header.stem
        shutil.copytree(folder, clean, ignore=shutil.ignore_patterns("build"))
        found[header.stem] = clean
    assert not list(work.rglob("pwned"))
    assert len(found) == len(NAMES)
    return found


def _application(models: dict[str, Path]) -> Path:
    """A program in C++ that runs every model and prints every label."""
    app = next(iter(models.values())).parent
    includes = "".join(f'#include "{prefix}.h"\n' for prefix in models)
    runs = "".join(
        f"    failed |= {prefix}_run(arena) != PROTONAS_SUCCESS;\n"
        f"    for (int i = 0; i < {prefix.upper()}_LABEL_COUNT; i++) std::puts({prefix}_label(i));\n"
        for prefix in models
    )
    (app / "main.cpp").write_text(
        f"#include <cstdio>\n{includes}alignas(16) static unsigned char arena[4096];\n"
        f"int main() {{\n    int failed = 0;\n{runs}    return failed;\n}}\n"
    )
    return app


def _check_labels(printed: str, models: dict[str, Path]) -> None:
    labels = [
        "class",
        'a"; system("x',
        "\U0001f600 $(touch pwned) `touch pwned` */ ??/",
        "y" * 300,
        "$(error no)",
    ]
    assert printed.splitlines() == labels * len(models)


def test_all_models_in_one_make_firmware(models: dict[str, Path]) -> None:
    if shutil.which("g++") is None:
        pytest.skip("g++ is not installed")
    app = _application(models)
    sources = " ".join(f"$({prefix.upper()}_SRCS)" for prefix in models)
    (app / "Makefile").write_text(
        "".join(f"include {prefix}/{prefix}.mk\n" for prefix in models)
        + f"OBJECTS := $(patsubst %.c,%.o,{sources} $(PROTONAS_SRCS))\n"
        f"CFLAGS := -std=c11 {WARNINGS}\nCPPFLAGS := $(PROTONAS_CPPFLAGS)\n"
        "app: main.cpp $(OBJECTS)\n"
        "\tg++ -std=c++11 $(CPPFLAGS) -Wall -Wextra -Werror -o $@ $^\n"
    )
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", "-s", "-C", str(app)], capture_output=True, text=True, env=clean, check=False
    )
    assert done.returncode == 0, done.stderr
    _check_labels(
        subprocess.run([str(app / "app")], capture_output=True, text=True, check=True).stdout, models
    )
    assert not list(app.parent.rglob("pwned"))


def test_all_models_in_one_cmake_project(models: dict[str, Path]) -> None:
    if shutil.which("cmake") is None or shutil.which("g++") is None:
        pytest.skip("cmake or g++ is not installed")
    app = _application(models)
    (app / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.13)\nproject(app LANGUAGES C CXX)\nadd_executable(app main.cpp)\n"
        + "".join(f"add_subdirectory({prefix})\n" for prefix in models)
        + "".join(f"target_link_libraries(app PRIVATE protonas_{prefix})\n" for prefix in models)
    )
    build = app / "build"
    for command in (["cmake", "-S", str(app), "-B", str(build)], ["cmake", "--build", str(build)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    _check_labels(
        subprocess.run([str(build / "app")], capture_output=True, text=True, check=True).stdout, models
    )
    assert not list(app.parent.rglob("pwned"))


def test_names_stay_text_in_markdown_and_yaml(models: dict[str, Path]) -> None:
    for prefix, folder in models.items():
        readme = (folder / "README.md").read_text(encoding="utf-8")
        rows = [line for line in readme.splitlines() if re.match(r"\| \d \| ", line)]
        assert len(rows) == 5
        assert all(len(re.findall(r"(?<!\\)\|", row)) == 3 for row in rows)
        assert not [row for row in rows if re.search(r"(?<!\\)`", row)]
        for layer in folder.glob("*.clayer.yml"):
            assert layer.name in (f"{prefix}.clayer.yml", f"{prefix}_kernels.clayer.yml")
            body = [line for line in layer.read_text("ascii").splitlines() if not line.startswith("#")]
            assert not set("".join(body)) & set("$`;'()\\{}&*!|>%@")
