"""`protonas plan MODEL --target T`: what a model takes on a board, before any code exists."""

import argparse
import shutil
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from compiler.cost.measure import Measured
from compiler.driver.console import Console
from compiler.driver.facts import cost_facts, layer_facts
from compiler.driver.model_file import import_model, open_model
from compiler.driver.showing import show_cost, show_layers
from compiler.driver.sizing import board_from, fits, require_fit, size_model
from compiler.errors import UsageError
from compiler.files import write_text
from compiler.report.memory_text import memory_lines

_PIPED_WIDTH = 100


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Prints costs by layer and the arena over time; -o FILE.svg writes a picture of it.

    Shows all of that where the model does not fit, too, and then raises NothingFitsError.
    """
    picture = Path(arguments.output) if arguments.output else None
    if picture is not None and picture.suffix != ".svg":
        raise UsageError(f"-o {picture}: the picture is an SVG, so the file's name ends in .svg")
    board = board_from(arguments)
    file = open_model(Path(arguments.model), arguments.name)
    imported = import_model(file, float_io=arguments.float_io, as_designed=True)
    measured = size_model(imported, board, optimized=not arguments.no_optimize)
    if picture is not None:
        write_text(picture, _svg(measured))
    show_layers(measured, console)
    show_cost(f"{file.name}, from {file.path.name}", board, measured, console)
    _show_memory(measured, console)
    if picture is not None:
        console.line(f"picture: {picture}")
    console.result(
        {
            "name": file.name,
            "protonas": version("protonas"),
            "model": file.path.name,
            "target": board.target.name,
            "fits": fits(measured, board),
            **cost_facts(measured, board.backend, board.target),
            "lower_bound_bytes": measured.plan.lower_bound_bytes,
            "memory": _memory(measured),
            "layers": layer_facts(measured),
            "picture": str(picture) if picture else None,
        }
    )
    require_fit(file.name, measured, board)


def _svg(measured: Measured) -> str:
    from compiler.report.memory import svg_memory
    from compiler.report.view import Memory

    calls = tuple(call.layer for call in measured.program.calls)
    return svg_memory(Memory(plan=measured.plan, calls=calls))


def _show_memory(measured: Measured, console: Console) -> None:
    """The arena over time in characters, and how good the plan is."""
    if console.json:
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED_WIDTH
    plan, layers = measured.plan, measured.cost.layers
    peak = max(range(len(layers)), key=lambda index: layers[index].ram_bytes, default=None)
    good = (
        "the least possible for this order of calls"
        if plan.optimal
        else f"at most {plan.arena_bytes - plan.lower_bound_bytes:,} B above the least possible"
    )
    at = "" if peak is None else f", fullest at call {peak} ({layers[peak].layer})"
    console.line()
    console.line(f"arena {plan.arena_bytes:,} B: {good}{at}")
    for line in memory_lines(plan, len(layers), width):
        console.line(line)


def _memory(measured: Measured) -> list[dict[str, object]]:
    """Where each buffer lies, and during which calls."""
    return [asdict(placement) for placement in measured.plan.placements]
