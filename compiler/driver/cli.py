"""The command line: words in, an exit code out. Each command is a module, imported when asked for."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from compiler.driver.console import Console
from compiler.driver.input_place import ARENA, OUTSIDE
from compiler.errors import InternalError, NothingFitsError, UsageError
from searchspace_dsl.errors import NasError

EXIT_DONE, EXIT_WRONG_INPUT, EXIT_USAGE, EXIT_NOTHING_FITS, EXIT_BUG, EXIT_INTERRUPTED = 0, 1, 2, 3, 70, 130

_Parser = argparse.ArgumentParser


def _new(parser: _Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="NAME.nas is written, never overwritten")
    parser.add_argument(
        "--task",
        choices=("classification", "timeseries"),
        default="classification",
        help="of pictures, or of series",
    )
    _common(parser, "target")


def _fmt(parser: _Parser) -> None:
    parser.add_argument("specs", nargs="+", metavar="SPEC", help=".nas files; - for standard input")
    parser.add_argument("--check", action="store_true", help="change nothing; 1 where a file would change")
    _common(parser)


def _check(parser: _Parser) -> None:
    parser.add_argument("spec", help="a .nas file")
    _common(parser, "target", "seed", "jobs", "input")
    parser.add_argument("--no-sample", action="store_true", help="cost no networks: under a second")


def _search(parser: _Parser) -> None:
    parser.add_argument("spec", help="a .nas file")
    parser.add_argument("-o", "--output", required=True, metavar="RUN", help="folder of the run")
    _common(parser, "target", "backend", "data", "seed", "jobs", "resume", "input")


def _train(parser: _Parser) -> None:
    parser.add_argument("run", help="the folder `protonas search` wrote")
    _common(parser, "data", "jobs")


def _build(parser: _Parser) -> None:
    parser.add_argument("source", metavar="SPEC|RUN", help="a .nas file, or the folder of an earlier run")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="folder to write")
    _common(parser, "target", "backend", "data", "seed", "jobs", "resume", "input")
    parser.add_argument(
        "--untrained", action="store_true", help="random weights, to measure memory and speed"
    )
    parser.add_argument(
        "--weights",
        action="append",
        default=[],
        metavar="FILE.onnx",
        help="build the prototype this file is a training of, with its weights; may be given again",
    )


def _model(parser: _Parser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a .tflite file, or .onnx")
    parser.add_argument("--name", help="what it is called in C (default: after its file)")
    parser.add_argument(
        "--float-io", action="store_true", help="inputs and outputs in float32, converted at the border"
    )
    parser.add_argument(
        "--no-optimize", action="store_true", help="every operator as it is in the model, none left out"
    )
    _common(parser, "backend", "input")
    parser.add_argument("--target", metavar="NAME|FILE", help="a board by name, or your own .toml")


def _compile(parser: _Parser) -> None:
    _model(parser)
    parser.add_argument("-o", "--output", metavar="OUT", help="folder to write")
    parser.add_argument(
        "--check", action="store_true", help="only say which operators are supported; writes nothing"
    )
    parser.add_argument(
        "--vectors", type=int, metavar="N", help="stored inputs of the self-test (default: 4 to 16)"
    )
    parser.add_argument("--seed", type=int, help="of those inputs (default: 0)")
    parser.add_argument("--calibrate", metavar="FILE.npz", help="samples to quantize a float ONNX model with")
    parser.add_argument("--layers", action="store_true", help="a table of layers, too")


def _plan(parser: _Parser) -> None:
    _model(parser)
    parser.add_argument("-o", "--output", metavar="FILE.svg", help="a picture of memory over time")


def _verify(parser: _Parser) -> None:
    parser.add_argument("output", metavar="OUT", help="a generated folder, or a folder of them")
    parser.add_argument(
        "--on", default="host", metavar="host|CORE|all", help="where the self-test runs (default: host)"
    )
    parser.add_argument(
        "--layers", action="store_true", help="compare each layer, name the first that differs"
    )
    parser.add_argument("--count", action="store_true", help="count executed instructions by layer")
    _common(parser)


def _targets(parser: _Parser) -> None:
    parser.add_argument("filter", nargs="?", default="", help="only boards that contain this text")
    _common(parser)


def _report(parser: _Parser) -> None:
    parser.add_argument("run", help="the folder of a run")
    _common(parser, "jobs")


_COMMANDS: dict[str, tuple[str, Callable[[_Parser], None]]] = {
    "new": ("writes a commented spec to start from", _new),
    "fmt": ("puts specs into the one style", _fmt),
    "check": ("reads a spec: what it says, how large its space is, what fits", _check),
    "search": ("searches the space for networks that fit", _search),
    "train": ("trains and quantizes the prototypes of a search", _train),
    "build": ("search, training, quantization, C and its self-test", _build),
    "compile": ("any quantized network as C", _compile),
    "plan": ("what a model takes on a board, by layer, before any code exists", _plan),
    "verify": ("runs the self-test of generated C", _verify),
    "targets": ("lists the boards", _targets),
    "report": ("writes the report of a run again", _report),
}

_OPTIONS: dict[str, dict[str, object]] = {
    "target": {
        "metavar": "NAME|FILE",
        "help": "a board by name, or your own .toml (default: the spec's)",
    },
    "backend": {"default": "portable", "help": "whose kernels to call (default: portable)"},
    "data": {"metavar": "FILE|FOLDER", "help": "dataset to use instead of the spec's"},
    "seed": {"type": int, "help": "seed to use instead of the spec's"},
    "jobs": {"type": int, "default": os.cpu_count() or 1, "help": "processes (default: one a core)"},
    "input": {
        "choices": (ARENA, OUTSIDE),
        "help": "where inputs lie: in the arena, which is smallest (the default), or in a block of their own",
    },
    "resume": {
        "action": "store_true",
        "help": "go on with a run; an error where there is none",
    },
}


def _common(parser: _Parser, *names: str) -> None:
    for name in names:
        parser.add_argument(f"--{name}", **_OPTIONS[name])  # type: ignore[arg-type]  # keyword table
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, nothing else there")


def make_parser() -> argparse.ArgumentParser:
    """The whole command line, for argparse and for the documentation."""
    parser = argparse.ArgumentParser(
        prog="protonas", description="From a search-space spec to C that runs on a microcontroller."
    )
    parser.add_argument("--version", action="version", version=f"protonas {version('protonas')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (summary, add_arguments) in _COMMANDS.items():
        add_arguments(commands.add_parser(name, help=summary, description=summary))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit code of docs/design.md; errors become one message on stderr."""
    arguments = make_parser().parse_args(argv)
    console = Console(json=arguments.json)
    try:
        if getattr(arguments, "jobs", 1) < 1:
            raise UsageError(f"--jobs must be at least 1, not {arguments.jobs}")
        command = importlib.import_module(f"compiler.driver.{arguments.command}")
        command.run(arguments, console)
    except BrokenPipeError:
        # Whoever read our output went away: nobody is left to tell. Python must not flush again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_WRONG_INPUT
    except NasError as error:
        console.error(error)
        return _exit_code(error)
    except Exception as error:  # the last line of defence: a bug is reported, not thrown at the user
        console.error(InternalError(f"{type(error).__name__}: {error}"))
        if os.environ.get("PROTONAS_DEBUG"):
            raise
        return EXIT_BUG
    except KeyboardInterrupt:
        console.note("interrupted; the same command goes on from here")
        return EXIT_INTERRUPTED
    return EXIT_DONE


def _exit_code(error: NasError) -> int:
    match error:
        case UsageError():
            return EXIT_USAGE
        case NothingFitsError():
            return EXIT_NOTHING_FITS
        case InternalError():
            return EXIT_BUG
        case _:
            return EXIT_WRONG_INPUT


if __name__ == "__main__":
    sys.exit(main())
