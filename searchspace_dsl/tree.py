"""Lark's parse tree to our syntax tree, rule by rule: the second half of the parser."""

import re
from collections.abc import Callable
from typing import Any

from lark import Token, Tree

from searchspace_dsl.diagnostics import Diagnostic
from searchspace_dsl.errors import SpecError
from searchspace_dsl.expressions import (
    Argument,
    Binary,
    Binding,
    Body,
    Call,
    Chain,
    ChooseOne,
    ChooseRange,
    Flow,
    Group,
    Index,
    Listing,
    Name,
    Number,
    Repeat,
    Repetition,
    Require,
    Residual,
    Syntax,
    Text,
    Unary,
    With,
)
from searchspace_dsl.span import Span
from searchspace_dsl.syntax import (
    Arch,
    Block,
    ClassesField,
    DataField,
    Encoding,
    File,
    Import,
    InputField,
    LimitDecl,
    Parameter,
    ResizeField,
    SearchDecl,
    SettingDecl,
    TargetDecl,
    TaskDecl,
)

MOST_DIGITS = 15

# Any: what a rule's children are is the grammar's business; each builder below states it by what it makes.
_Children = list[Any]


def build_file(tree: Tree[Token], file: str) -> File:
    """The syntax tree of a whole parse tree. Raises SpecError for a number too long to mean anything."""
    items = tuple(_build(child, file) for child in tree.children)
    return File(span=_span(tree, file), items=items)


def _build(node: Any, file: str) -> Any:
    if not isinstance(node, Tree):
        return node
    children = [_build(child, file) for child in node.children]
    return _BUILDERS[node.data](children, _span(node, file))


def _span(tree: Tree[Token], file: str) -> Span:
    meta = tree.meta
    if meta.empty:
        return Span(file, 1, 1, 1, 2)
    return Span(file, meta.line, meta.column, meta.end_line, meta.end_column)


def _name(children: _Children, span: Span) -> Name:
    return Name(span=span, name=str(children[0]))


def _number(children: _Children, span: Span) -> Number:
    text = str(children[0])
    digits = text.rstrip("%").replace("_", "")
    if len(digits) > MOST_DIGITS:
        raise SpecError((Diagnostic(code="NAS021", message="a number this long cannot be meant", span=span),))
    if text.endswith("%"):
        return Number(span=span, value=float(digits) / 100, text=text)
    if digits[:2] in ("0x", "0X"):
        return Number(span=span, value=int(digits, 16), text=text)
    return Number(span=span, value=int(digits) if digits.isdigit() else float(digits), text=text)


def _negative(children: _Children, span: Span) -> Number:
    number = children[-1]
    return Number(span=span, value=-number.value, text=f"-{number.text}")


def _string(children: _Children, span: Span) -> Text:
    escapes = {"n": "\n", "t": "\t"}
    text = re.sub(r"\\(.)", lambda match: escapes.get(match[1], match[1]), str(children[0])[1:-1])
    return Text(span=span, value=text)


def _call(children: _Children, span: Span) -> Call:
    name, *arguments = children
    return Call(span=span, name=name.name, arguments=_present(arguments), name_span=name.span)


def _argument(children: _Children, span: Span) -> Argument:
    name, value = children
    return Argument(span=span, name=None if name is None else name.name, value=value)


def _parameter(children: _Children, span: Span) -> Parameter:
    name, default = children
    return Parameter(span=span, name=name.name, default=default)


def _unary(children: _Children, span: Span) -> Unary:
    return Unary(span=span, operator=str(children[0]), operand=children[1])


def _binary(children: _Children, span: Span) -> Binary:
    left, operator, right = children
    return Binary(span=span, operator=str(operator), left=left, right=right)


def _block(children: _Children, span: Span) -> Block:
    tied, name, *parameters, body = children
    return Block(span=span, name=name, parameters=_present(parameters), body=body, tied=tied is not None)


def _repeat(children: _Children, span: Span) -> Repeat:
    tied, count, index, body = children
    return Repeat(span=span, count=count, index=index, body=body, tied=tied is not None)


def _with(children: _Children, span: Span) -> With:
    *settings, body = children
    return With(span=span, settings=tuple(settings), body=body)


def _input(children: _Children, span: Span) -> InputField:
    _, shape, dtype, *encodings = children
    return InputField(span=span, shape=shape, dtype=dtype, encodings=tuple(encodings))


def _encoding(children: _Children, span: Span) -> Encoding:
    key, *values = children
    return Encoding(span=span, key=str(key), values=tuple(values))


def _limit(children: _Children, span: Span) -> LimitDecl:
    name, comparison, value, unit = children
    return LimitDecl(span=span, name=name, comparison=str(comparison), value=value, unit=unit)


def _present(children: _Children) -> tuple[Any, ...]:
    return tuple(child for child in children if child is not None)


_BUILDERS: dict[str, Callable[[_Children, Span], Syntax]] = {
    "name": _name,
    "unit": _name,
    "number": _number,
    "quantity": _number,
    "negative": _negative,
    "string": _string,
    "listing": lambda children, span: Listing(span=span, items=_present(children)),
    "repetition": lambda children, span: Repetition(span=span, count=children[0], item=children[1]),
    "choose_one": lambda children, span: ChooseOne(span=span, options=_present(children)),
    "choose_range": lambda children, span: ChooseRange(
        span=span, low=children[0], high=children[1], step=children[2]
    ),
    "unary": _unary,
    "binary": _binary,
    "call": _call,
    "argument": _argument,
    "setting_argument": _argument,
    "index": lambda children, span: Index(span=span, base=children[0], index=children[1]),
    "chain": lambda children, span: Chain(span=span, elements=tuple(children)),
    "repeat": _repeat,
    "residual": lambda children, span: Residual(span=span, body=children[0]),
    "group": lambda children, span: Group(span=span, body=children[0]),
    "with": _with,
    "body": lambda children, span: Body(span=span, statements=tuple(children)),
    "binding": lambda children, span: Binding(span=span, name=children[0], value=children[1]),
    "flow": lambda children, span: Flow(span=span, chain=children[0], label=children[1]),
    "require": lambda children, span: Require(span=span, condition=children[0]),
    "block": _block,
    "parameter": _parameter,
    "arch": lambda children, span: Arch(span=span, name=children[0], body=children[1]),
    "import_decl": lambda children, span: Import(span=span, path=children[0]),
    "input_field": _input,
    "encoding": _encoding,
    "resize_field": lambda children, span: ResizeField(span=span, method=children[1]),
    "classes_field": lambda children, span: ClassesField(span=span, value=children[1]),
    "data_field": lambda children, span: DataField(span=span, path=children[1]),
    "task": lambda children, span: TaskDecl(span=span, kind=children[0], fields=tuple(children[1:])),
    "target": lambda children, span: TargetDecl(span=span, name=children[0], limits=tuple(children[1:])),
    "limit_decl": _limit,
    "setting": lambda children, span: SettingDecl(span=span, key=children[0], value=children[1]),
    "search": lambda children, span: SearchDecl(span=span, settings=tuple(children)),
}
