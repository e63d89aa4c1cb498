"""Structs of sides that calls of Arm's library share, and how NAME.c names them."""

from backends.firmware.sides import field_views, shared_sides, sides_idents, sides_of, sides_views
from compiler.ir.program import KernelCall


def call(*parameters: tuple[str, int]) -> KernelCall:
    return KernelCall(
        layer="a", kernel="k", reads=("x",), writes=("y",), parameters=parameters, sources=("src/k.c",)
    )


CONV = call(
    ("conv.stride.h", 2), ("conv.stride.w", 1), ("input.n", 1), ("input.h", 4), ("input.w", 5),
    ("input.c", 6), ("output.n", 1), ("output.c", 6), ("scratch_bytes", 8),
)  # fmt: skip
POOL = call(("size", 3), ("map.n", 1), ("map.h", 4), ("map.w", 5), ("map.c", 6))


def test_sides_are_fields_of_one_dot_and_what_is_not_told_is_0() -> None:
    assert sides_of(CONV) == {"input": (1, 4, 5, 6), "output": (1, 0, 0, 6)}
    assert sides_of(call(("size", 3))) == {}


def test_calls_share_a_struct_for_each_shape_and_point_at_it() -> None:
    assert shared_sides((CONV, POOL)) == ((1, 4, 5, 6), (1, 0, 0, 6))
    idents = sides_idents((CONV, POOL), ["dims_1x4x5x6"])
    assert len(set(idents.values())) == 2
    assert idents[1, 0, 0, 6] == "dims_1x0x0x6"
    assert idents[1, 4, 5, 6] != "dims_1x4x5x6"
    assert [view.numbers for view in sides_views(idents)] == ["1, 4, 5, 6", "1, 0, 0, 6"]
    values = {name: str(value) for name, value in CONV.parameters}
    assert [(field.name, field.value) for field in field_views(CONV, values, idents)] == [
        ("conv.stride.h", "2"),
        ("conv.stride.w", "1"),
        ("input", f"&{idents[1, 4, 5, 6]}"),
        ("output", "&dims_1x0x0x6"),
        ("scratch_bytes", "8"),
    ]


def test_calls_without_sides_define_none() -> None:
    assert sides_views(sides_idents((call(("size", 3)),), ())) == ()
