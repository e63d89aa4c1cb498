"""`protonas new NAME`: a commented spec to start from, which `protonas check` accepts as it is."""

import argparse
import re
from importlib.resources import files
from pathlib import Path
from string import Template

from compiler import plugins
from compiler.driver.console import Console
from compiler.errors import RunError, UsageError
from compiler.files import write_text, writing
from compiler.target import Target
from compiler.target_file import load_target
from searchspace_dsl.format import format_text

_DEFAULT_TARGET = "nucleo_l4r5zi"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
# what Windows takes for a device, whatever follows
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Writes NAME.nas into the current folder. UsageError, TargetError, or RunError where it exists."""
    name = arguments.name.removesuffix(".nas")
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise UsageError(
            f"{arguments.name!r} is no name for a spec: a letter, then at most 63 letters, digits, `_` or `-`"
        )
    given = arguments.target or _DEFAULT_TARGET
    target = load_target(given, plugins.target_folders())
    path = Path(f"{name}.nas")
    with writing(path):
        if path.exists() or path.is_symlink():
            raise RunError(f"{path} exists already; give another name, or remove it first")
    write_text(path, spec_text(name, arguments.task, given, target))
    console.line(f"wrote {path}; next: protonas check {path}")
    console.result({"path": str(path), "task": arguments.task, "target": target.name})


def spec_text(name: str, task: str, given: str, target: Target) -> str:
    """The spec for a task, and a board: its name or the path of its file, as the user gave it."""
    start = files("compiler.driver").joinpath("starts", f"{task}.nas").read_text(encoding="utf-8")
    text = Template(start).substitute(
        name=name,
        target=_quoted(given) if given.endswith(".toml") else given,
        ram=target.ram_bytes // 2 // 1024,
        flash=target.flash_bytes // 2 // 1024,
    )
    return format_text(text, f"{name}.nas")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
