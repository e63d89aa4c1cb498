"""The exactness matrix: model files against TFLite Micro, byte by byte.

    python -m benchmarks.exactness [MODEL.tflite ...] [--inputs N] [--vectors N] [--cores CORE,...]

Columns: the NumPy reference on the imported network and on the optimized one, portable C on this machine
under sanitizers (N random inputs and the extremes), and self-tests on emulated cores (fewer vectors) of the
portable backend and, where CMSIS_NN_INC and CMSIS_NN_LIB name a library, of the cmsis-nn backend.
Exit code 1 where any byte differs or a model cannot be compiled.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.exactness_checks import (
    Answers,
    Outcome,
    ask_oracle,
    check_core,
    check_host,
    check_reference,
    write_for_core,
)
from compiler import plugins
from compiler.driver.model_file import name_from
from compiler.errors import NasError
from compiler.passes.compile_pipeline import optimize
from compiler.target import CORE_ISA

MODELS = Path(__file__).parents[1] / ".." / "shared" / "models"
CORES = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares compiled models with TFLite Micro.")
    parser.add_argument("models", nargs="*", type=Path, help="all of ../shared/models if none is named")
    parser.add_argument("--inputs", type=int, default=200, help="random inputs on this machine")
    parser.add_argument("--vectors", type=int, default=8, help="vectors on each core, the extremes included")
    parser.add_argument("--cores", default=",".join(CORES), help="separated by commas; empty for none")
    arguments = parser.parse_args()
    models = arguments.models or sorted(MODELS.glob("*.tflite"))
    if not models:
        print(f"there are no models in {MODELS}", file=sys.stderr)
        return 2
    columns = _columns([core for core in arguments.cores.split(",") if core])
    names = [name_from(path.stem) for path in models]
    print("| model | " + " | ".join(_heading(column) for column in columns) + " |")
    print("|---|" + "---|" * len(columns))
    failures: list[str] = []
    for path, name in zip(models, names, strict=True):
        cells = []
        for column, outcome in zip(columns, _row(path, name, columns, arguments), strict=True):
            cells.append({True: "equal", False: "DIFFERS", None: "-"}[outcome.equal])
            if outcome.equal is not True:
                failures.append(f"{name}, {_heading(column)}: {outcome.detail}")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    for line in failures:
        print(line, file=sys.stderr)
    return 1 if failures else 0


Column = tuple[str, str]
"""Backend and place; the reference and the host have no core."""


def _columns(cores: list[str]) -> list[Column]:
    library = "CMSIS_NN_INC" in os.environ
    backends = ["portable", *(["cmsis-nn"] if library else [])]
    found = [("reference", "imported"), ("reference", "optimized"), ("portable", "host")]
    return found + [(backend, core) for backend in backends for core in cores]


def _heading(column: Column) -> str:
    return f"{column[0]} {column[1].removeprefix('cortex-')}"


def _row(path: Path, name: str, columns: list[Column], arguments: argparse.Namespace) -> Iterator[Outcome]:
    try:
        answers = ask_oracle(path.read_bytes(), name, arguments.inputs)
    except NasError as error:
        reason = str(error).splitlines()[0]
        yield from [Outcome(equal=None, detail=reason)] * len(columns)
        return
    with tempfile.TemporaryDirectory() as folder:
        for column in columns:
            try:
                yield _cell(answers, column, arguments.vectors, Path(folder))
            except NasError as error:
                yield Outcome(equal=None, detail=str(error).splitlines()[0])


def _cell(answers: Answers, column: Column, vectors: int, folder: Path) -> Outcome:
    backend, place = column
    if backend == "reference":
        graph = answers.graph if place == "imported" else optimize(answers.graph)
        return check_reference(answers, graph)
    if place == "host":
        host = folder / "host"
        host.mkdir()
        return check_host(answers, host)
    # One portable folder runs on every core; of the other backend's there is one for each ISA.
    made = folder / (backend if backend == "portable" else f"{backend}-{CORE_ISA[place]}")
    if not made.exists():
        write_for_core(answers, plugins.backend(backend), place, vectors, made)
    return check_core(made, place)


if __name__ == "__main__":
    raise SystemExit(main())
