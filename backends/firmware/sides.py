"""The sides of maps and filters as Arm's library takes them, by pointer: calls share one struct a shape."""

import re
from collections.abc import Collection, Mapping
from itertools import chain

from backends.firmware.c_text import unique_idents
from backends.firmware.views import FieldView, SidesView
from compiler.ir.program import KernelCall

Sides = tuple[int, int, int, int]
"""n, h, w and c of a cmsis_nn_dims."""

SIDES_BYTES = 16

_SIDE = re.compile(r"(\w+)\.([nhwc])")


def sides_of(call: KernelCall) -> dict[str, Sides]:
    """The fields of a call's parameters that are such structs: those named NAME.n, NAME.h and so on. A side
    that is not told is 0."""
    found: dict[str, dict[str, int]] = {}
    for field, value in call.parameters:
        if named := _SIDE.fullmatch(field):
            found.setdefault(named[1], {})[named[2]] = value
    return {
        name: (of.get("n", 0), of.get("h", 0), of.get("w", 0), of.get("c", 0)) for name, of in found.items()
    }


def shared_sides(calls: Collection[KernelCall]) -> tuple[Sides, ...]:
    """What differs among all, in the order of first use."""
    return tuple(dict.fromkeys(chain.from_iterable(sides_of(call).values() for call in calls)))


def sides_idents(calls: Collection[KernelCall], reserved: Collection[str]) -> dict[Sides, str]:
    """The C name of each."""
    names = {sides: f"dims {'x'.join(map(str, sides))}" for sides in shared_sides(calls)}
    idents = unique_idents(list(names.values()), reserved)
    return {sides: idents[name] for sides, name in names.items()}


def sides_views(idents: Mapping[Sides, str]) -> tuple[SidesView, ...]:
    """As NAME.c defines them."""
    return tuple(
        SidesView(ident=ident, numbers=", ".join(map(str, sides))) for sides, ident in idents.items()
    )


def field_views(call: KernelCall, values: Mapping[str, str], idents: Mapping[Sides, str]) -> list[FieldView]:
    """A call's parameters in their order, `values` by name, those of sides as one pointer."""
    fields: dict[str, str] = {}
    sides = sides_of(call)
    for name, _ in call.parameters:
        side = _SIDE.fullmatch(name)
        if side is None:
            fields[name] = values[name]
        else:
            fields[side[1]] = f"&{idents[sides[side[1]]]}"
    return [FieldView(name=name, value=value) for name, value in fields.items()]
