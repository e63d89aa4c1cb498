"""How tests make a generated folder, and build programs with its model as a firmware would."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
STRICT = ["-std=c11", *WARNINGS.split()]

MakeFolder = Callable[..., Path]


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean)


def build_main(folder: Path, text: str, compiler: str = "cc") -> subprocess.CompletedProcess[str]:
    """Compiles `text` as a program with the folder's model, as a firmware would, and runs it."""
    main = folder / "main.c"
    main.write_text(text, encoding="utf-8")
    sources = [str(path) for path in (*folder.glob("*.c"), *folder.glob("protonas/*.c"))]
    include = [f"-I{folder}", f"-I{folder}/protonas"]
    program = folder / "main"
    subprocess.run([compiler, *STRICT, *include, *sources, "-o", str(program)], check=True)
    return subprocess.run([str(program)], capture_output=True, text=True, check=False)
