"""How much stack a generated model can take: the compiler's figures along the deepest chain of calls."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backends.emulate.process import make_command, model_name, run_bounded
from compiler.errors import RunError
from compiler.runner import StackUse

FLAGS = "-O2 -g -fcallgraph-info=su"
_NODE = re.compile(r'^node: \{ title: "(?P<name>[^"]+)" label: "(?P<label>[^"]*)"')
_EDGE = re.compile(r'^edge: \{ sourcename: "(?P<caller>[^"]+)" targetname: "(?P<callee>[^"]+)"')
_BYTES = re.compile(r"\\n(?P<bytes>\d+) bytes \((?P<kind>[^)]*)\)")
_FUNCTION = re.compile(r"^(?P<address>[0-9a-f]+) <[^>]+>:$")
_INSTRUCTION = re.compile(r"^ *[0-9a-f]+:\t")
_CALL = re.compile(r"\tb(?:l|\.n|\.w)?\t[0-9a-f]+ <(?P<name>[^>+]+)>")
_PUSH = re.compile(r"\t(?:push|stmdb\tsp!,|vpush)\S*\s*\{(?P<registers>[^}]*)\}")
_LOWER = re.compile(r"\tsub\S*\tsp, (?:sp, )?#(?P<bytes>\d+)")
_INDIRECT = "__indirect_call"
_WORD_BYTES = 4


@dataclass(slots=True)
class CallGraph:
    """Bytes of each function's own frame, and whom it calls. Static functions carry their file's name."""

    frame_bytes: dict[str, int] = field(default_factory=dict)
    callees: dict[str, set[str]] = field(default_factory=dict)

    def deepest(self, function: str, above: tuple[str, ...] = ()) -> tuple[tuple[str, int], ...]:
        """The chain of calls from `function` that takes most, each function with its bytes.

        RunError for recursion, a call through a pointer, and a function nothing is known of.
        """
        if function in above:
            raise RunError(f"{function} calls itself: its stack has no bound")
        if function == _INDIRECT:
            raise RunError(f"{above[-1]} calls through a pointer: its stack has no bound")
        if function not in self.frame_bytes:
            raise RunError(f"{function} was not compiled here: its stack is not known")
        below = [
            self.deepest(callee, (*above, function)) for callee in sorted(self.callees.get(function, ()))
        ]
        worst = max(below, key=chain_bytes, default=())
        return ((function, self.frame_bytes[function]), *worst)


def chain_bytes(chain: Iterable[tuple[str, int]]) -> int:
    """The stack of a chain of calls."""
    return sum(own for _, own in chain)


def stack_use(folder: Path, core: str, timeout_seconds: float) -> StackUse:
    """Compiles a generated folder for an emulated core with -fcallgraph-info=su and follows the calls of
    NAME_run.

    Functions of libgcc and libc are read from the linked self-test: all that they push counts. RunError where
    the folder cannot be built or there is no bound.
    """
    build = folder / "build" / "stack"
    words = ("-s", "elf", f"CORE={core}", "BUILD=build/stack", f"ARM_CFLAGS={FLAGS}")
    done = run_bounded(make_command(folder, *words), timeout_seconds)
    if done.status != 0:
        raise RunError(f"cannot build {folder} for {core} to see its stack:\n{done.output.strip()}")
    graph = CallGraph()
    for path in sorted((*(build / core).glob("*.ci"), *(build / core / "protonas").glob("*.ci"))):
        read_call_graph(path.read_text(encoding="utf-8"), graph)
    add_library_functions(disassembly(build / core / "selftest.elf"), graph)
    chain = graph.deepest(f"{model_name(folder)}_run")
    return StackUse(bytes=chain_bytes(chain), chain=tuple((name.split(":")[-1], own) for name, own in chain))


def read_call_graph(text: str, graph: CallGraph) -> None:
    """Adds a .ci file of gcc to `graph`. RunError for a frame without a bound."""
    for line in text.splitlines():
        if node := _NODE.match(line):
            if figure := _BYTES.search(node["label"]):
                if "dynamic" in figure["kind"] and "bounded" not in figure["kind"]:
                    raise RunError(f"{node['name']} takes stack that depends on its arguments")
                graph.frame_bytes[node["name"]] = int(figure["bytes"])
        elif edge := _EDGE.match(line):
            graph.callees.setdefault(edge["caller"], set()).add(edge["callee"])


def add_library_functions(functions: Mapping[str, list[str]], graph: CallGraph) -> None:
    """Adds from a disassembly what the compiled functions call but none of them defines, and its callees."""
    todo = sorted({callee for called in graph.callees.values() for callee in called} - set(graph.frame_bytes))
    while todo:
        name = todo.pop()
        if name in graph.frame_bytes or name not in functions:
            continue
        body = functions[name]
        graph.frame_bytes[name] = sum(map(_taken_bytes, body))
        # a branch within a function may bear the name of a linker script's number that equals its address
        calls = {call["name"] for call in map(_CALL.search, body) if call} & functions.keys()
        graph.callees[name] = calls - {name}
        todo += sorted(graph.callees[name])


def _taken_bytes(instruction: str) -> int:
    """What one instruction takes from the stack. Adding up all of a function is at least what it takes."""
    if lower := _LOWER.search(instruction):
        return int(lower["bytes"])
    if not (push := _PUSH.search(instruction)):
        return 0
    size = 2 * _WORD_BYTES if "vpush" in instruction and "d" in push["registers"] else _WORD_BYTES
    return size * sum(map(_registers, push["registers"].split(",")))


def _registers(item: str) -> int:
    """Registers of `r4` or `r4-r7`."""
    first, _, last = item.strip().partition("-")
    return int(last[1:]) - int(first[1:]) + 1 if last else 1


def disassembly(elf: Path) -> dict[str, list[str]]:
    """Instructions of each function of a linked program, under each of its names."""
    bodies: dict[int, list[str]] = {}
    body: list[str] = []
    for line in _run("arm-none-eabi-objdump", "-d", "--no-show-raw-insn", str(elf)):
        if start := _FUNCTION.match(line):
            body = bodies.setdefault(int(start["address"], 16), [])
        elif _INSTRUCTION.match(line):
            body.append(line)
    symbols = [line.split() for line in _run("arm-none-eabi-nm", str(elf))]
    return {
        fields[2]: bodies[int(fields[0], 16) & ~1]
        for fields in symbols
        if len(fields) == 3 and int(fields[0], 16) & ~1 in bodies
    }


def _run(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
