"""What must hold of a Program before memory is planned and C is printed. A violation is our bug."""

from collections.abc import Iterable, Mapping

import numpy as np

from compiler.errors import InternalError
from compiler.ir.program import Constant, KernelCall, Program
from compiler.ir.tensor import Tensor


def verify_program(program: Program) -> None:
    """Names, sizes, order of reads and writes, overlaps and constants. Raises InternalError."""
    _verify_unique("buffer or view", [*(b.name for b in program.buffers), *(v.name for v in program.views)])
    _verify_unique("constant", [constant.name for constant in program.constants])
    for buffer in program.buffers:
        if buffer.bytes < 1 or buffer.alignment < 1 or buffer.alignment & (buffer.alignment - 1):
            _fail(f"buffer {buffer.name!r}", f"has {buffer.bytes} bytes aligned to {buffer.alignment}")
    _verify_constants(program)
    origin = buffer_of(program)
    kinds = {buffer.name: buffer.kind for buffer in program.buffers}
    written = {name for name, kind in kinds.items() if kind in ("input", "outside", "state")}
    for call in program.calls:
        _verify_call(call, program, origin, kinds, written)
        written.update(origin[name] for name in call.writes)
    for name in (*program.inputs, *program.outputs):
        if name not in origin or origin[name] not in written:
            _fail("the program's inputs and outputs", f"nothing writes {name!r}")


def buffer_of(program: Program) -> dict[str, str]:
    """The buffer behind each buffer's and view's name. InternalError for a view of nothing."""
    origin = {buffer.name: buffer.name for buffer in program.buffers}
    for view in program.views:
        if view.of not in origin:
            _fail(f"view {view.name!r}", f"nothing before it is called {view.of!r}")
        origin[view.name] = origin[view.of]
    return origin


def _fail(where: str, what: str) -> None:
    raise InternalError(f"the program is broken at {where}: {what}")


def _verify_unique(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            _fail(f"{kind} {name!r}", "the name is used twice")
        seen.add(name)


def _verify_constants(program: Program) -> None:
    for constant in program.constants:
        where = f"constant {constant.name!r}"
        if constant.bytes < Tensor(shape=constant.shape, dtype=constant.dtype).bytes:
            _fail(where, f"{constant.dtype}{constant.shape} does not fit its {constant.bytes} bytes")
        data = constant.data
        if data is not None and (data.shape, data.dtype) != _stored(constant):
            _fail(where, f"is typed {constant.dtype}{constant.shape}, holds {data.dtype}{data.shape}")
    given = [constant.data is not None for constant in program.constants]
    if any(given) and not all(given):
        _fail("the constants", "some have data and some have none")


def _stored(constant: Constant) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and dtype of a constant's data: int4 is packed, two to a byte."""
    if constant.dtype == "int4":
        return (Tensor(shape=constant.shape, dtype="int4").bytes,), np.dtype(np.uint8)
    return constant.shape, np.dtype(constant.dtype)


def _verify_call(
    call: KernelCall, program: Program, origin: dict[str, str], kinds: Mapping[str, str], written: set[str]
) -> None:
    where = f"layer {call.layer!r} ({call.kernel})"
    known = {constant.name for constant in program.constants}
    for name in call.reads:
        if name in known and name in origin:
            _fail(where, f"reads {name!r}, which names a constant and a buffer")
    operands = [name for name in call.reads if name not in known]
    for name in (*operands, *call.writes, *call.scratch):
        if name not in origin:
            _fail(where, f"nothing is called {name!r}")
    for name in operands:
        if origin[name] not in written:
            _fail(where, f"reads {name!r} before anything writes it")
    for name in call.writes:
        if kinds[origin[name]] in ("input", "outside", "scratch"):
            _fail(where, f"writes the {kinds[origin[name]]} {name!r}")
    for name in call.scratch:
        if kinds[origin[name]] != "scratch":
            _fail(where, f"uses {name!r} as scratch")
    for overlap in call.overlaps:
        if overlap.write not in call.writes or overlap.read not in operands:
            _fail(where, f"lays {overlap.write!r} over {overlap.read!r}, which it does not write and read")
    for _, name in call.constants:
        if name not in known:
            _fail(where, f"no constant is called {name!r}")
    fields = [name for name, _ in (*call.parameters, *call.constants)]
    if len(set(fields)) != len(fields):
        _fail(where, "sets a parameter twice")
