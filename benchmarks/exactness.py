"""The exactness matrix: model files against TFLite Micro, byte by byte.

    python -m benchmarks.exactness [MODEL.tflite ...] [--inputs N] [--vectors N] [--cores CORE,...]

Columns: the NumPy reference on the imported network and on the optimized one, portable C on this machine
under sanitizers (N random inputs and the extremes), and self-tests on emulated cores (fewer vectors) of the
portable backend and, where CMSIS_NN_INC and CMSIS_NN_LIB name a library, of the cmsis-nn backend. Where
CMSIS_NN_SINGLE_LIB_HOST, CMSIS_NN_SINGLE_LIB_CORTEX_M4 and so on name builds of it for single rounding, the
networks made to round once, as those from ONNX do, run there, too: against the reference, for TFLM does not.
Exit code 1 where any byte differs or a model cannot be compiled; operators that no format rounds once (LSTM,
SVDF) leave those last cells empty.
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
    round_once,
    write_for_core,
)
from benchmarks.single_rounding_library import named_library, places_with_library
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
    notes: list[str] = []
    for path, name in zip(models, names, strict=True):
        cells = []
        for column, outcome in zip(columns, _row(path, name, columns, arguments), strict=True):
            cells.append({True: "equal", False: "DIFFERS", None: "-"}[outcome.equal])
            line = f"{name}, {_heading(column)}: {outcome.detail}"
            if outcome.equal is None and column[0] == ROUNDS_ONCE:
                notes.append(line)
            elif outcome.equal is not True:
                failures.append(line)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    for line in (*failures, *notes):
        print(line, file=sys.stderr)
    return 1 if failures else 0


ROUNDS_ONCE = "cmsis-nn-single-rounding"
Column = tuple[str, str]
"""Backend and place; the reference and the host have no core."""


def _columns(cores: list[str]) -> list[Column]:
    library = "CMSIS_NN_INC" in os.environ
    backends = ["portable", *(["cmsis-nn"] if library else [])]
    found = [("reference", "imported"), ("reference", "optimized"), ("portable", "host")]
    once = places_with_library(("host", *cores)) if library else ()
    return (
        found
        + [(backend, core) for backend in backends for core in cores]
        + [(ROUNDS_ONCE, place) for place in once]
    )


def _heading(column: Column) -> str:
    return f"{column[0]} {column[1].removeprefix('cortex-')}"


def _row(path: Path, name: str, columns: list[Column], arguments: argparse.Namespace) -> Iterator[Outcome]:
    try:
        answers = ask_oracle(path.read_bytes(), name, arguments.inputs)
    except NasError as error:
        reason = str(error).splitlines()[0]
        yield from [Outcome(equal=None, detail=reason)] * len(columns)
        return
    once = round_once(answers) if any(backend == ROUNDS_ONCE for backend, _ in columns) else answers
    with tempfile.TemporaryDirectory() as folder:
        for column in columns:
            try:
                shown = once if column[0] == ROUNDS_ONCE else answers
                yield _cell(shown, column, arguments.vectors, Path(folder))
            except NasError as error:
                yield Outcome(equal=None, detail=str(error).splitlines()[0])


def _cell(answers: Answers, column: Column, vectors: int, folder: Path) -> Outcome:
    backend, place = column
    if backend == "reference":
        graph = answers.graph if place == "imported" else optimize(answers.graph)
        return check_reference(answers, graph)
    if backend == ROUNDS_ONCE:
        return _rounding_once(answers, place, vectors, folder)
    if place == "host":
        host = folder / "host"
        host.mkdir()
        return check_host(answers, host)
    # One portable folder runs on every core; of the other backend's there is one for each ISA.
    made = folder / (backend if backend == "portable" else f"{backend}-{CORE_ISA[place]}")
    if not made.exists():
        write_for_core(answers, plugins.backend(backend), place, vectors, made)
    return check_core(made, place)


def _rounding_once(answers: Answers, place: str, vectors: int, folder: Path) -> Outcome:
    """On a host any instruction set but MVE will do; there are as many vectors as calls."""
    core = "cortex-m4" if place == "host" else place
    made = folder / f"{ROUNDS_ONCE}-{place}"
    count = answers.calls if place == "host" else vectors
    write_for_core(answers, plugins.backend(ROUNDS_ONCE), core, count, made)
    with named_library(place):
        return check_core(made, place)


if __name__ == "__main__":
    raise SystemExit(main())
