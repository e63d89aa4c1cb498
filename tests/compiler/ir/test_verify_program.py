from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from compiler.errors import InternalError
from compiler.ir.program import Buffer, Constant, KernelCall, Overlap, Program, View
from compiler.ir.verify_program import verify_program


def sound() -> Program:
    first = KernelCall(
        layer="a",
        kernel="conv_s8",
        reads=("input",),
        writes=("x",),
        scratch=("s",),
        constants=(("weights", "w"),),
    )
    second = KernelCall(
        layer="b",
        kernel="clamp_s8",
        reads=("flat",),
        writes=("y",),
        overlaps=(Overlap(write="y", read="flat"),),
        parameters=(("size", 4),),
    )
    return Program(
        name="p",
        backend="portable",
        isa="plain",
        inputs=("input",),
        outputs=("y",),
        calls=(first, second),
        buffers=(
            Buffer(name="input", bytes=4, alignment=1, kind="input"),
            Buffer(name="x", bytes=4, alignment=1, kind="value"),
            Buffer(name="s", bytes=4, alignment=4, kind="scratch"),
            Buffer(name="y", bytes=4, alignment=1, kind="output"),
        ),
        views=(View(name="flat", of="x"),),
        constants=(Constant(name="w", dtype="int8", shape=(2, 2), bytes=4, alignment=1),),
    )


def change_call(program: Program, index: int, **changes: object) -> Program:
    calls = list(program.calls)
    calls[index] = replace(calls[index], **changes)  # type: ignore[arg-type] # broken on purpose
    return replace(program, calls=tuple(calls))


def change_buffer(program: Program, index: int, **changes: object) -> Program:
    buffers = list(program.buffers)
    buffers[index] = replace(buffers[index], **changes)  # type: ignore[arg-type] # broken on purpose
    return replace(program, buffers=tuple(buffers))


def with_constant(program: Program, **changes: object) -> Program:
    (constant,) = program.constants
    return replace(program, constants=(replace(constant, **changes),))  # type: ignore[arg-type] # on purpose


def test_operands_may_be_constants() -> None:
    verify_program(change_call(sound(), 1, reads=("flat", "w")))


BROKEN: dict[str, tuple[str, Callable[[Program], Program]]] = {
    "a name twice": (
        "'x': the name is used twice",
        lambda p: replace(p, views=(View(name="x", of="input"),)),
    ),
    "an empty buffer": ("buffer 'x': has 0 bytes", lambda p: change_buffer(p, 1, bytes=0)),
    "odd alignment": ("buffer 'x': has 4 bytes aligned to 3", lambda p: change_buffer(p, 1, alignment=3)),
    "a view of nothing": ("view 'flat'", lambda p: replace(p, views=(View(name="flat", of="ghost"),))),
    "wrong order": ("reads 'flat' before", lambda p: replace(p, calls=p.calls[::-1])),
    "a read of nothing": ("nothing is called 'ghost'", lambda p: change_call(p, 0, reads=("ghost",))),
    "a name of two things": (
        "'x', which names a constant and a buffer",
        lambda p: change_call(change_call(with_constant(p, name="x"), 0, constants=()), 1, reads=("x",)),
    ),
    "an output over a constant": (
        "lays 'y' over 'w'",
        lambda p: change_call(p, 1, reads=("w",), overlaps=(Overlap(write="y", read="w"),)),
    ),
    "a written constant": ("nothing is called 'w'", lambda p: change_call(p, 1, writes=("w",))),
    "a written input": ("writes the input", lambda p: change_call(p, 0, writes=("input", "x"))),
    "scratch that is a value": ("uses 'x' as scratch", lambda p: change_call(p, 1, scratch=("x",))),
    "an overlap with another": (
        "layer 'a' .*lays 'y' over 'flat'",
        lambda p: change_call(p, 0, overlaps=p.calls[1].overlaps),
    ),
    "no such constant": (
        "no constant is called 'v'",
        lambda p: change_call(p, 0, constants=(("weights", "v"),)),
    ),
    "a field twice": ("sets a parameter twice", lambda p: change_call(p, 0, parameters=(("weights", 1),))),
    "an output nobody writes": ("nothing writes 'y'", lambda p: replace(p, calls=p.calls[:1])),
    "a small constant": ("does not fit its 3 bytes", lambda p: with_constant(p, bytes=3)),
    "data of another shape": ("holds int8.4,.", lambda p: with_constant(p, data=np.zeros(4, np.int8))),
}


def test_a_sound_program_passes() -> None:
    verify_program(sound())
    verify_program(with_constant(sound(), data=np.zeros((2, 2), np.int8)))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_program_is_named(name: str) -> None:
    message, damage = BROKEN[name]
    with pytest.raises(InternalError, match=message):
        verify_program(damage(sound()))
