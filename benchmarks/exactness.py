"""The exactness matrix: model files against TFLite Micro, byte by byte.

    python -m benchmarks.exactness [MODEL.tflite ...] [--inputs N] [--cores CORE,...] [--jobs N]

Columns: the NumPy reference on the imported network and on the optimized one, portable C on this machine
under sanitizers, and self-tests on emulated cores of the portable backend and, where CMSIS_NN_INC and
CMSIS_NN_LIB name a library, of the cmsis-nn backend: each on the same N random inputs and the extremes. Where
CMSIS_NN_SINGLE_LIB_HOST, CMSIS_NN_SINGLE_LIB_CORTEX_M4 and so on name builds of it for single rounding, the
networks made to round once, as those from ONNX do, run there, too: against the reference, for TFLM does not.
Exit code 1 where any byte differs or a model cannot be compiled; operators that no format rounds once (LSTM,
SVDF) leave those last cells empty.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.exactness_checks import (
    Answers,
    Outcome,
    ask_oracle,
    check_core,
    check_host,
    check_reference,
    check_written_on_host,
    round_once,
    write_for_core,
)
from benchmarks.single_rounding_library import named_library, places_with_library
from compiler import plugins
from compiler.backend import FirmwareRequest
from compiler.driver.model_file import name_from
from compiler.errors import NasError
from compiler.passes.compile_pipeline import optimize
from compiler.target import CORE_ISA
from compiler.workers import process_pool

MODELS = Path(__file__).parents[1] / ".." / "shared" / "models"
CORES = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares compiled models with TFLite Micro.")
    parser.add_argument("models", nargs="*", type=Path, help="all of ../shared/models if none is named")
    parser.add_argument("--inputs", type=int, default=200, help="random inputs; the extremes come on top")
    parser.add_argument("--cores", default=",".join(CORES), help="separated by commas; empty for none")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a model at a time")
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
    with process_pool(arguments.jobs) as pool:
        # The largest first: the last to end would be alone otherwise.
        order = sorted(range(len(models)), key=lambda index: -models[index].stat().st_size)
        rows = {i: pool.submit(_row, models[i], names[i], columns, arguments.inputs) for i in order}
        for index, name in enumerate(names):
            outcomes = rows[index].result()
            cells = [{True: "equal", False: "DIFFERS", None: "-"}[outcome.equal] for outcome in outcomes]
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
            for column, outcome in zip(columns, outcomes, strict=True):
                expected = outcome.equal is None and column[0] == ROUNDS_ONCE
                if outcome.equal is not True:
                    lines = notes if expected else failures
                    lines.append(f"{name}, {_heading(column)}: {outcome.detail}")
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


def _row(path: Path, name: str, columns: list[Column], inputs: int) -> list[Outcome]:
    try:
        answers = ask_oracle(path.read_bytes(), name, inputs)
    except NasError as error:
        return [Outcome(equal=None, detail=str(error).splitlines()[0])] * len(columns)
    once = round_once(answers) if any(backend == ROUNDS_ONCE for backend, _ in columns) else answers
    with tempfile.TemporaryDirectory() as folder:
        row = Row(answers=answers, once=once, folder=Path(folder))
        return [row.outcome(column) for column in columns]


class Row:
    """One model's checks, in folders below `folder`."""

    def __init__(self, *, answers: Answers, once: Answers, folder: Path) -> None:
        self._answers = answers
        self._once = once
        self._folder = folder
        self._written: dict[Path, FirmwareRequest] = {}

    def outcome(self, column: Column) -> Outcome:
        """Of one cell; `equal` is None where the backend refuses the network."""
        backend, place = column
        try:
            if backend == "reference":
                graph = self._answers.graph
                return check_reference(self._answers, graph if place == "imported" else optimize(graph))
            if backend == ROUNDS_ONCE:
                return self._rounding_once(place)
            if place == "host":
                host = self._folder / "host"
                host.mkdir()
                return check_host(self._answers, host)
            # One portable folder runs on every core; of the other backend's there is one for each ISA.
            made = self._folder / (backend if backend == "portable" else f"{backend}-{CORE_ISA[place]}")
            return check_core(self._request(self._answers, backend, place, made), made, place)
        except NasError as error:
            return Outcome(equal=None, detail=str(error).splitlines()[0])

    def _rounding_once(self, place: str) -> Outcome:
        """On a host any instruction set but MVE will do."""
        core = "cortex-m4" if place == "host" else place
        made = self._folder / f"{ROUNDS_ONCE}-{place}"
        request = self._request(self._once, ROUNDS_ONCE, core, made)
        with named_library(place):
            return (
                check_written_on_host(request, made) if place == "host" else check_core(request, made, core)
            )

    def _request(self, answers: Answers, backend: str, core: str, made: Path) -> FirmwareRequest:
        if made not in self._written:
            self._written[made] = write_for_core(answers, plugins.backend(backend), core, made)
        return self._written[made]


if __name__ == "__main__":
    raise SystemExit(main())
