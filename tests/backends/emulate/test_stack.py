"""The bound on the stack: it holds on emulated cores, is near the truth, or is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.emulate import stack as stack_module
from backends.emulate.qemu import QEMU
from backends.emulate.stack import (
    CallGraph,
    add_library_functions,
    chain_bytes,
    disassembly,
    read_call_graph,
)
from benchmarks.emulated_calls import write_folder
from benchmarks.networks import digits
from compiler.errors import RunError

MakeFolder = Callable[..., Path]
needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)
PAINT = """static protonas_status run(void)
{
    volatile uint8_t *sp;
    protonas_status error;
    int32_t depth = 2048;

    __asm volatile("mov %0, sp" : "=r"(sp));
    for (int32_t i = 1; i <= depth; i++) {
        sp[-i] = 0xA5;
    }
    error = bench_run(selftest_arena);
    while (depth > 0 && sp[-depth] == 0xA5) {
        depth--;
    }
    write_fact("took ", depth, " bytes of stack\\n");
    return error;
}
"""


def node(name: str, figure: str) -> str:
    return f'node: {{ title: "{name}" label: "{name}\\nfile.c:1:2\\n{figure}" }}\n'


def edge(caller: str, callee: str) -> str:
    return f'edge: {{ sourcename: "{caller}" targetname: "{callee}" label: "file.c:3:4" }}\n'


def graph_of(*lines: str) -> CallGraph:
    graph = CallGraph()
    read_call_graph('graph: { title: "file.c"\n' + "".join(lines) + "}\n", graph)
    return graph


@needs_qemu
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m55"])
def test_the_bound_holds_and_is_near(core: str, tmp_path: Path) -> None:
    folder = tmp_path / "net"
    write_folder(digits(np.random.default_rng(4)), folder, core)
    bound = QEMU.stack(folder, core)
    source = folder / "selftest/selftest.c"
    run = re.compile(r"static protonas_status run\(void\)\n\{.*?\n\}\n", re.DOTALL)
    text, found = run.subn(lambda _: PAINT, source.read_text())
    assert found == 1
    source.write_text(text)
    result = QEMU.run(folder, core)
    assert result.passed, result.output
    taken = re.findall(r"took (\d+) bytes of stack", result.output)
    measured = max(map(int, taken))
    assert 0.75 * bound.bytes <= measured <= bound.bytes
    assert bound.chain[0][0] == "bench_run"
    assert bound.bytes == sum(own for _, own in bound.chain)


def test_the_deepest_chain_is_followed() -> None:
    graph = graph_of(
        node("run", "16 bytes (static)"), node("a.c:one", "100 bytes (static)"),
        node("two", "60 bytes (static)"), node("three", "50 bytes (dynamic,bounded)"),
        edge("run", "a.c:one"), edge("run", "two"), edge("two", "three"),
    )  # fmt: skip
    chain = graph.deepest("run")
    assert chain == (("run", 16), ("two", 60), ("three", 50))
    assert chain_bytes(chain) == 126


@pytest.mark.parametrize(
    ("callee", "message"),
    [
        ("run", "run calls itself: its stack has no bound"),
        ("__indirect_call", "run calls through a pointer: its stack has no bound"),
        ("elsewhere", "elsewhere was not compiled here: its stack is not known"),
    ],
)
def test_no_bound_is_an_error(callee: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        graph_of(node("run", "16 bytes (static)"), edge("run", callee)).deepest("run")


def test_arrays_of_variable_length_have_no_bound() -> None:
    with pytest.raises(RunError, match="run takes stack that depends on its arguments"):
        graph_of(node("run", "16 bytes (dynamic)"))


def test_library_functions_are_read_from_the_program() -> None:
    graph = graph_of(node("run", "16 bytes (static)"), edge("run", "__aeabi_x"))
    functions = {
        "__aeabi_x": [
            "   10:\tpush\t{r4, r5, r6, lr}", "   12:\tsub\tsp, #24", "   14:\tbl\t40 <inner>",
            "   18:\tvpush\t{d8-d9}", "   1c:\tbne.n\t12 <__aeabi_x+0x2>",
        ],
        "inner": ["   40:\tstmdb\tsp!, {r4-r7, lr}", "   44:\tb.w\t10 <unrelated>"],
        "unrelated": ["   50:\tbx\tlr", "   52:\tb.n\t4000 <STACK_BYTES>"],
    }  # fmt: skip
    add_library_functions(functions, graph)
    assert graph.deepest("run") == (("run", 16), ("__aeabi_x", 16 + 24 + 16), ("inner", 20), ("unrelated", 0))


def test_code_at_addresses_of_eight_digits_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = {
        "arm-none-eabi-objdump": ["10000134 <f>:", "10000134:\tpush\t{r4, lr}", "    8000:\tbx\tlr"],
        "arm-none-eabi-nm": ["10000135 T f"],
    }
    monkeypatch.setattr(stack_module, "_run", lambda tool, *rest: listing[tool])
    assert disassembly(Path("any.elf")) == {"f": ["10000134:\tpush\t{r4, lr}", "    8000:\tbx\tlr"]}
