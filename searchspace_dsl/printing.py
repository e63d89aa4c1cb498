"""Expressions back to text: how decisions and requires are shown to people."""

from searchspace_dsl.expressions import (
    Argument,
    Binary,
    Binding,
    Body,
    Call,
    Chain,
    ChooseOne,
    ChooseRange,
    Expression,
    Group,
    Index,
    Listing,
    Name,
    Number,
    Repeat,
    Repetition,
    Require,
    Residual,
    Statement,
    Text,
    Unary,
    With,
)

_RANK = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
_RANK |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), 4)
_NOT, _NEGATIVE, _ATOM = 3, 7, 8


def expression_text(expression: Expression) -> str:
    """`expression` in one line, as the language writes it."""
    match expression:
        case Number(text=text):
            return text
        case Text(value=value):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case Name(name=name):
            return name
        case Listing(items=items):
            return f"[{_joined(items)}]"
        case Repetition(count=count, item=item):
            return f"[{expression_text(count)} of {expression_text(item)}]"
        case ChooseOne(options=options):
            return f"choose {{{_joined(options)}}}"
        case ChooseRange(low=low, high=high, step=step):
            ends = f"choose {_bound(low)}..{_bound(high)}"
            return ends if step is None else f"{ends} step {_bound(step)}"
        case Unary() | Binary():
            return _operation(expression)
        case Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(_argument, arguments))})"
        case Index(base=base, index=index):
            return f"{expression_text(base)}[{expression_text(index)}]"
        case Chain(elements=elements):
            return " -> ".join(map(expression_text, elements))
    return _braced(expression)


def body_text(body: Body) -> str:
    """The statements of a body in one line, in braces."""
    return " ".join(["{", *map(_statement, body.statements), "}"])


def _statement(statement: Statement) -> str:
    match statement:
        case Binding(name=name, value=value):
            return f"{name.name} = {expression_text(value)}"
        case Require(condition=condition):
            return f"require {expression_text(condition)}"
    label = "" if statement.label is None else f" as {statement.label.name}"
    return expression_text(statement.chain) + label


def _braced(expression: Expression) -> str:
    match expression:
        case Repeat(count=count, index=index, body=body, tied=tied):
            head = f"{'tied ' if tied else ''}repeat {expression_text(count)}"
            return f"{head}{'' if index is None else f' as {index.name}'} {body_text(body)}"
        case Residual(body=body):
            return f"residual {body_text(body)}"
        case With(settings=settings, body=body):
            return f"with {', '.join(map(_argument, settings))} {body_text(body)}"
    assert isinstance(expression, Group)
    return body_text(expression.body)


def _operation(expression: Unary | Binary) -> str:
    if isinstance(expression, Unary):
        if expression.operator == "not":
            return f"not {_ranked(expression.operand, _NOT)}"
        return f"-{_ranked(expression.operand, _NEGATIVE)}"
    rank = _RANK[expression.operator]
    left = _ranked(expression.left, rank + (rank == _RANK["<"]))
    return f"{left} {expression.operator} {_ranked(expression.right, rank + 1)}"


def _ranked(expression: Expression, least: int) -> str:
    text = expression_text(expression)
    return text if _rank(expression) >= least else f"({text})"


def _rank(expression: Expression) -> int:
    match expression:
        case Binary(operator=operator):
            return _RANK[operator]
        case Unary(operator=operator):
            return _NOT if operator == "not" else _NEGATIVE
    return _ATOM


def _bound(expression: Expression) -> str:
    simple = isinstance(expression, Number | Name | Call | Index)
    return expression_text(expression) if simple else f"({expression_text(expression)})"


def _argument(argument: Argument) -> str:
    text = expression_text(argument.value)
    return text if argument.name is None else f"{argument.name} = {text}"


def _joined(expressions: tuple[Expression, ...]) -> str:
    return ", ".join(map(expression_text, expressions))
