"""`protonas compile MODEL --target T -o OUT`: any quantized network as a folder of C, exact to the bit."""

import argparse
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from compiler.backend import FirmwareRequest, Vectors
from compiler.cost.measure import Measured
from compiler.driver.console import Console
from compiler.driver.facts import cost_facts, layer_facts
from compiler.driver.model_file import ModelFile, import_model, open_model
from compiler.driver.model_vectors import MOST_STORED, model_vectors, usual_count
from compiler.driver.showing import show_cost, show_fallbacks, show_integers_left, show_layers
from compiler.driver.sizing import Board, board_from, require_fit, size_model
from compiler.driver.support import report_unsupported, show_support
from compiler.errors import UsageError
from compiler.files import write_folder, written_before
from compiler.frontends.unsupported import UnsupportedError
from compiler.reference.checksums import call_checksums

_REPORT = "_report.json"


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Writes OUT, whole or not at all; with --check only says what is supported.

    ModelError, NothingFitsError, UsageError, RunError.
    """
    _check_words(arguments)
    board = board_from(arguments)
    file = open_model(Path(arguments.model), arguments.name)
    try:
        imported = import_model(
            file,
            float_io=arguments.float_io,
            calibration=_path(arguments.calibrate),
            as_designed=arguments.check,
        )
        measured = size_model(imported, board, optimized=not arguments.no_optimize)
    except UnsupportedError as error:
        report_unsupported(file, error.reasons, console)
        raise UnsupportedError(str(file.path), error.reasons) from error
    if arguments.check:
        show_support(file, imported, measured, board, console)
        return
    require_fit(file.name, measured, board)
    _write(file, board, measured, arguments, console)


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _check_words(arguments: argparse.Namespace) -> None:
    if arguments.vectors is not None and arguments.vectors < 1:
        raise UsageError(f"--vectors must be at least 1, not {arguments.vectors}")
    if arguments.vectors is not None and arguments.vectors > MOST_STORED:
        raise UsageError(f"--vectors must be at most {MOST_STORED:,}, not {arguments.vectors:,}")
    if arguments.seed is not None and arguments.seed < 0:
        raise UsageError(f"--seed must be at least 0, not {arguments.seed}")
    if not arguments.output and not arguments.check:
        raise UsageError("where to? Give a folder with -o OUT, or only look with --check")


def _write(
    file: ModelFile, board: Board, measured: Measured, arguments: argparse.Namespace, console: Console
) -> None:
    vectors = _vectors(measured, arguments)
    report = _report(file, board, measured, seed=arguments.seed or 0)
    output = Path(arguments.output)
    files = board.backend.emit(_request(board, measured, vectors, report))
    prefix = next(name for name in files if name.endswith(_REPORT)).removesuffix(_REPORT)
    _refuse_another_model(output, prefix)
    write_folder(output, files)
    show_cost(f"{file.name}, from {file.path.name}", board, measured, console)
    if arguments.layers:
        show_layers(measured, console)
    show_fallbacks(board, measured, console)
    if arguments.float_io:
        show_integers_left(measured, console)
    if file.name != prefix:
        console.line(f"  {file.name!r} is taken in C, or by protonas: there it is called {prefix}")
    console.line(f"C in {output}: {len(vectors.inputs)} vectors test it (make -C {output} test)")
    console.result({**report, "output": str(output)})


def _refuse_another_model(output: Path, prefix: str) -> None:
    """A folder holds one model, whose files go when it is written again."""
    for name in sorted(written_before(output)):
        held = name.removesuffix(_REPORT)
        if name.endswith(_REPORT) and held != prefix and (output / name).is_file():
            raise UsageError(
                f"{output} holds the model {held}: give {prefix} another folder, "
                f"or --name {held} to put it in its place"
            )


def _vectors(measured: Measured, arguments: argparse.Namespace) -> Vectors:
    count = arguments.vectors or usual_count(measured.graph, measured.cost.macs)
    vectors = model_vectors(measured.graph, count, arguments.seed or 0)
    checksums = call_checksums(measured.graph, measured.program, vectors.inputs, vectors.sequence)
    return replace(vectors, checksums=checksums)


def _request(
    board: Board, measured: Measured, vectors: Vectors, report: dict[str, object]
) -> FirmwareRequest:
    return FirmwareRequest(
        program=measured.program,
        plan=measured.plan,
        graph=measured.graph,
        cost=measured.cost,
        target=board.target,
        vectors=vectors,
        report=report,
    )


def _report(file: ModelFile, board: Board, measured: Measured, *, seed: int) -> dict[str, object]:
    """NAME_report.json, and --json."""
    return {
        "name": file.name,
        "protonas": version("protonas"),
        "model": file.path.name,
        "model_sha256": file.digest,
        "seed": seed,
        "target": board.target.name,
        **cost_facts(measured, board.backend, board.target),
        "layers": layer_facts(measured),
    }
