"""The syntax tree of what stands in a body: expressions and statements as written, with the span of each."""

from dataclasses import dataclass, field

from searchspace_dsl.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Anything that was written. Two trees are equal when they say the same, wherever they stand."""

    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Syntax):
    """`3`, `0x10`, `0.5`; `25%` is 0.25. `text` is as written."""

    value: int | float
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Syntax):
    """`"kws.npz"`, its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Syntax):
    """An operator, a block, a parameter, a binding, a named value, or a word such as `same`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Syntax):
    """`[10, 4]`."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition(Syntax):
    """`[4 of choose 0..3]`: a list whose items are taken anew, one by one."""

    count: "Expression"
    item: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseOne(Syntax):
    """`choose {3, 5}`: values, operators, blocks or whole chains."""

    options: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRange(Syntax):
    """`choose 24..96 step 8`; both ends included; real when an end is written with a decimal point."""

    low: "Expression"
    high: "Expression"
    step: "Expression | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Syntax):
    """`-x`, `not x`."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Syntax):
    """Arithmetic, comparison, `and`, `or`."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument(Syntax):
    """`3` or `stride = 2`."""

    name: str | None
    value: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Syntax):
    """`conv(16, 3, stride = 2)`; `name_span` covers the name alone."""

    name: str
    arguments: tuple[Argument, ...]
    name_span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Syntax):
    """`depth[i]`, counted from 0."""

    base: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Syntax):
    """`conv(16, 3) -> batch_norm -> relu`: each takes what the one before made."""

    elements: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Syntax):
    """`repeat n as i { ... }`; `tied`: all iterations share one set of decisions."""

    count: "Expression"
    index: Name | None
    body: "Body"
    tied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual(Syntax):
    """`residual { ... }`: adds what went in to what comes out."""

    body: "Body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Syntax):
    """`{ ... }` as an argument or option: several statements where one chain is expected."""

    body: "Body"


@dataclass(frozen=True, slots=True, kw_only=True)
class With(Syntax):
    """`with padding = valid { ... }`: defaults for every operator built inside."""

    settings: tuple[Argument, ...]
    body: "Body"


Expression = (
    Number | Text | Name | Listing | Repetition | ChooseOne | ChooseRange | Unary | Binary | Call | Index
    | Chain | Repeat | Residual | Group | With
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(Syntax):
    """`filters = choose 24..96 step 8`: one value, one decision, wherever the name is used."""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Syntax):
    """A statement that the data flows through; `label` names its result: `conv(8, 3) as left`."""

    chain: Expression
    label: Name | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Require(Syntax):
    """`require kernel * stride < 9`."""

    condition: Expression


Statement = Binding | Flow | Require


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Syntax):
    """The statements between braces."""

    statements: tuple[Statement, ...]
