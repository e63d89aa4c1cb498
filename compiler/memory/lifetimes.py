"""When each buffer of a program is live. Placement, scheduling and costing all start from here."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.ir.program import OWN_REGIONS, Buffer, KernelCall, Program, View


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Live during calls first..last, both included; -1 is before the first call, `calls` past the last."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """`of` gives every buffer that holds something at some time, in the program's order of buffers.

    `storage` resolves the name of a buffer or a view to the buffer whose bytes it is.
    """

    of: Mapping[str, Lifetime]
    storage: Mapping[str, str]
    calls: int


def storage_of(buffers: tuple[Buffer, ...], views: tuple[View, ...]) -> dict[str, str]:
    """The buffer behind every name. Views may be of views, in any order. KeyError for one of nothing."""
    storage = {buffer.name: buffer.name for buffer in buffers}
    above = {view.name: view.of for view in views}
    for view in views:
        name = view.name
        while name in above:
            name = above[name]
        storage[view.name] = storage[name]
    return storage


def buffers_read(call: KernelCall, storage: Mapping[str, str]) -> tuple[str, ...]:
    """What the call reads from RAM, in the call's names: its other operands are constants, in flash."""
    return tuple(name for name in call.reads if name in storage)


def lifetimes(program: Program) -> Lifetimes:
    """Inputs live from -1, outputs to the number of calls, what has a block of its own always, the rest from
    first use to last.

    A buffer that nothing uses and that is no input, output or state has no lifetime: it needs no bytes.
    """
    storage = storage_of(program.buffers, program.views)
    end = len(program.calls)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for name in program.inputs:
        first[storage[name]] = last[storage[name]] = -1
    for index, call in enumerate(program.calls):
        for name in (*buffers_read(call, storage), *call.writes, *call.scratch):
            buffer = storage[name]
            first.setdefault(buffer, index)
            last[buffer] = index
    for name in program.outputs:
        first.setdefault(storage[name], -1)
        last[storage[name]] = end
    return Lifetimes(
        of={
            buffer.name: Lifetime(-1, end)
            if buffer.kind in OWN_REGIONS
            else Lifetime(first[buffer.name], last[buffer.name])
            for buffer in program.buffers
            if buffer.kind in OWN_REGIONS or buffer.name in first
        },
        storage=storage,
        calls=end,
    )
