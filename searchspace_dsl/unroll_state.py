"""What every part of the unroller shares: findings, decisions, limits, the step from bound name to use."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from searchspace_dsl.decisions import Domain
from searchspace_dsl.expressions import Body, Expression
from searchspace_dsl.findings import Findings
from searchspace_dsl.network import Node, Select, Sequence, steps_through
from searchspace_dsl.operators import PADDINGS, PRECISIONS
from searchspace_dsl.scope import Bound, Ledger, Options, Reference, Scope, Several
from searchspace_dsl.span import Span
from searchspace_dsl.syntax import Block
from searchspace_dsl.values import Value

MOST_WORK = 40_000
MOST_NESTED = 60
WORDS: dict[str, bool | str] = {"true": True, "false": False} | {
    word: word for word in (*PADDINGS, *PRECISIONS)
}
NOTHING = Sequence(items=())
UNKNOWN = Sequence(items=(), operators=1)


class TooLargeError(Exception):
    """Ends the unrolling; never leaves the unroller, which reports it."""

    def __init__(self, code: str, message: str, span: Span) -> None:
        self.code = code
        self.message = message
        self.span = span
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An argument whose value is bound. `name` is None for one given by position."""

    name: str | None
    bound: Bound
    span: Span


@dataclass(slots=True)
class UnrollState(ABC):
    """State of one unrolling, and what values, calls and bodies need of each other."""

    findings: Findings
    blocks: dict[str, Block]
    ledger: Ledger = field(default_factory=Ledger)
    top: Scope = field(default_factory=Scope)
    called: set[str] = field(default_factory=set)
    level: int = 0
    work: int = 0
    slots: int = 0

    @abstractmethod
    def bind(self, expression: Expression, scope: Scope, role: str, *, named: bool = False) -> Bound:
        """What `expression` means; its decisions are named by `role`."""

    @abstractmethod
    def body(self, body: Body, scope: Scope) -> Node:
        """The statements of a body, in order."""

    @abstractmethod
    def call(self, target: Reference, arguments: list[Given], scope: Scope, span: Span) -> Node:
        """Calls an operator or block."""

    def spend(self, span: Span) -> None:
        """Counts one step of work. Raises TooLargeError beyond what any spec for a microcontroller needs."""
        self.work += 1
        if self.work > MOST_WORK:
            raise TooLargeError(
                "NAS023", "the space is too large: it unrolls to more than 40,000 pieces", span
            )

    def new_slot(self) -> int:
        """A place to keep a value of the network in."""
        self.slots += 1
        return self.slots

    def decide(self, domain: Domain, role: str, span: Span, scope: Scope, *, named: bool) -> int:
        """Index of the decision that `span` takes at this place."""
        index = self.ledger.enter((*scope.path, role), domain, span, named=named, tied=scope.tied)
        if index is None:
            message = "this decision is tied, but its options differ from those of an earlier call"
            self.findings.add("NAS022", message, span, "make the ends of the range the same in every call")
            return 0
        return index

    def network(self, bound: Bound, scope: Scope, span: Span) -> Node:
        """`bound` as something data can flow through; an operator or block named alone is called."""
        if bound is None:
            return UNKNOWN
        if isinstance(bound, Node):
            return bound
        if isinstance(bound, Reference):
            return self.call(bound, [], scope, span)
        if isinstance(bound, Options):
            return self.select(
                bound.selector, [self.network(option, scope, span) for option in bound.options]
            )
        what = "a list" if isinstance(bound, Several) else f"a {bound.type}"
        self.findings.add("NAS020", f"expected an operator or a block, not {what}", span)
        return UNKNOWN

    def value(self, bound: Bound, span: Span) -> Value | None:
        """`bound` as a value, or None where it is none, which is reported."""
        if bound is None or isinstance(bound, Value):
            return bound
        self.findings.add("NAS020", "expected a value, not an operator or block", span)
        return None

    def decidable(self, value: Value, span: Span) -> bool:
        """Whether decisions alone say what `value` is; if not, that is reported."""
        if value.measured:
            message = "a shape is known only once a network is built; only arguments of operators can use it"
            self.findings.add("NAS020", message, span)
        return not value.measured

    def select(self, selector: Value, options: list[Node]) -> Select:
        """One of several networks."""
        most = max(option.operators for option in options)
        nodes = tuple(options)
        return Select(selector=selector, options=nodes, operators=most, steps=steps_through(nodes))
