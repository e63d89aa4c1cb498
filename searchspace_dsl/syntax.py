"""The syntax tree of a .nas file: what was written, with the span of each piece, not yet checked."""

from dataclasses import dataclass

from searchspace_dsl.expressions import Binding, Body, Expression, Name, Number, Require, Syntax, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Syntax):
    """`stride = 1` in a block's head."""

    name: str
    default: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Syntax):
    """`block ds_conv(filters, kernel) { ... }`."""

    name: Name
    parameters: tuple[Parameter, ...]
    body: Body
    tied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arch(Syntax):
    """`arch ds_cnn { ... }`."""

    name: Name
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Syntax):
    """`import "blocks.nas"`; a path that begins with `std/` names a file of the standard library."""

    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField(Syntax):
    """`input [8, 8, 1] uint8 range 0..16 mean 4.9 std 6.0`."""

    shape: Expression
    dtype: Name | None
    encodings: tuple["Encoding", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding(Syntax):
    """`range 0..16` (two values) or `mean 4.9` and `std [1, 2, 3]` (one)."""

    key: str
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassesField(Syntax):
    """`classes 12` or `classes ["yes", "no"]`."""

    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class DataField(Syntax):
    """`data "kws.npz"`."""

    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizeField(Syntax):
    """`resize bilinear`: how data becomes as large as the input."""

    method: Name


TaskField = InputField | ResizeField | ClassesField | DataField


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDecl(Syntax):
    """`task classification { ... }`."""

    kind: Name
    fields: tuple[TaskField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitDecl(Syntax):
    """`ram <= 64 KiB`."""

    name: Name
    comparison: str
    value: Number
    unit: Name | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDecl(Syntax):
    """`target nucleo_l4r5zi { ... }`; the name may be a string, to hold a path."""

    name: Name | Text
    limits: tuple[LimitDecl, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDecl(Syntax):
    """`maximize score`, `trials 500`."""

    key: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDecl(Syntax):
    """`search { ... }`."""

    settings: tuple[SettingDecl, ...]


Item = Import | TaskDecl | TargetDecl | SearchDecl | Block | Arch | Binding | Require


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Syntax):
    """One whole .nas file."""

    items: tuple[Item, ...]
