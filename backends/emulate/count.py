"""Executed instructions of one inference by kernel call, exactly, on an emulated core."""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from backends.emulate.cores import emulated
from backends.emulate.count_plugin import counting_plugin
from backends.emulate.process import make_command, model_name, run_bounded
from compiler.errors import InternalError, RunError
from compiler.runner import InstructionCounts

QEMU = "qemu-system-arm"
_LABEL = re.compile(r"selftest_(begin|end)_(\d+)")
_NO_PLUGINS = ("-plugin: invalid option", "Could not load plugin", "plugin support")
Event = tuple[str, int]


def count_instructions(folder: Path, core: str, timeout_seconds: float) -> InstructionCounts:
    """Builds the self-test with labels around each call and runs it under the counting plugin.

    `folder` is a generated one, `core` an emulated core or one that another stands for. RunError where it
    cannot be built, QEMU takes no plugins, the self-test fails, or the time runs out.
    """
    machine = emulated(core)
    plugin = counting_plugin(QEMU)
    elf = _build(folder, machine.name, timeout_seconds)
    marks = _marks(elf, model_name(folder))
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "counts"
        words = "".join(f",mark={address:#x}" for address in marks)
        command = [
            *(QEMU, "-M", *machine.machine.split(), "-display", "none", "-monitor", "none"),
            *("-serial", "none", "-semihosting-config", "enable=on,target=native", "-kernel", str(elf)),
            *("-plugin", f"{_escaped(plugin)},out={_escaped(out)}{words}"),
        ]
        done = run_bounded(command, timeout_seconds)
        if done.status != 0:
            raise RunError(_why(core, done.status, done.output, timeout_seconds))
        events = list(_events(out.read_text(encoding="ascii"), marks))
    return first_run(events)


def first_run(events: list[Event]) -> InstructionCounts:
    """The counts of the first whole run: events are labels and the instructions executed before each."""
    starts = [index for index, (name, _) in enumerate(events) if name == "begin_0"]
    if not starts or starts[0] == 0 or events[starts[0] - 1][0] != "run":
        raise InternalError("a counted self-test shows no first kernel call")
    at = starts[0]
    entry = events[at][1] - events[at - 1][1]
    calls: list[int] = []
    while at < len(events) and events[at][0] == f"begin_{len(calls)}":
        if events[at + 1 : at + 2] == [] or events[at + 1][0] != f"end_{len(calls)}":
            raise InternalError(f"a counted self-test shows no end of call {len(calls)}")
        calls.append(events[at + 1][1] - events[at][1])
        at += 2
    return InstructionCounts(calls=tuple(calls), entry=entry)


def _build(folder: Path, core: str, timeout_seconds: float) -> Path:
    done = run_bounded(make_command(folder, "-s", "elf", f"CORE={core}", "LAYERS=1"), timeout_seconds)
    if done.status != 0:
        raise RunError(f"cannot build {folder} for counting on {core}:\n{done.output.strip()}")
    return folder / "build" / f"{core}-layers" / "selftest.elf"


def _marks(elf: Path, name: str) -> Mapping[int, str]:
    """Address of each label and of NAME_run -> what it means. Two labels may share an address only where a
    call is empty, which none is."""
    done = subprocess.run(["arm-none-eabi-nm", str(elf)], capture_output=True, text=True, check=True)
    found: dict[int, str] = {}
    for fields in map(str.split, done.stdout.splitlines()):
        if len(fields) != 3:
            continue
        address, _, symbol = fields
        if label := _LABEL.fullmatch(symbol):
            found[int(address, 16) & ~1] = f"{label[1]}_{label[2]}"
        elif symbol == f"{name}_run":
            found[int(address, 16) & ~1] = "run"
    return found


def _events(text: str, marks: Mapping[int, str]) -> Iterator[Event]:
    for line in text.splitlines():
        address, count = line.split()
        yield marks[int(address, 16)], int(count)


def _escaped(path: Path) -> str:
    """QEMU splits options at commas, but for doubled ones."""
    return str(path).replace(",", ",,")


def _why(core: str, status: int | None, output: str, timeout_seconds: float) -> str:
    if status is None:
        return f"counting on {core}: no result after {timeout_seconds:g} s"
    last = output.strip().splitlines()[-1:] or [f"exit status {status}"]
    if any(text in output for text in _NO_PLUGINS):
        return (
            f"this {QEMU} takes no counting plugin ({last[0]}): it needs QEMU 5.2 or later with TCG plugins"
        )
    return f"counting on {core}: {last[0]}"
