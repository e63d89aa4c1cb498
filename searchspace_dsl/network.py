"""A space unrolled: every block call, iteration and option has its own node, and decisions are coordinates.

One walk of these nodes, with a vector, finds its active decisions or builds its architecture: Makers differ.
"""

from dataclasses import dataclass
from typing import Protocol

from searchspace_dsl.operators import Scalar
from searchspace_dsl.span import Span
from searchspace_dsl.values import ImpossibleError, Run, Value


class Maker(Protocol):
    """What a walk calls; values of the network are named by strings."""

    def operator(self, name: str, arguments: dict[str, Scalar], current: str, span: Span) -> str:
        """Applies an operator of one input."""

    def join(self, name: str, parts: list[str], span: Span) -> str:
        """Merges branches with add, mul or concat."""

    def residual(self, start: str, end: str, span: Span) -> str:
        """Adds the value `start` to `end`, projected where their shapes differ."""

    def enter(self, scope: str, title: str, span: Span) -> None:
        """What follows belongs to a call of the block `title`, or to an iteration or a residual ("")."""

    def leave(self) -> None:
        """Ends what `enter` began."""

    def begin_setting(self, settings: dict[str, Scalar], span: Span) -> None:
        """What follows is compressed as said: sparsity, weights, activations."""

    def end_setting(self) -> None:
        """Ends what `begin_setting` began."""

    def resized(self, sides: tuple[Scalar, ...], span: Span) -> None:
        """The network's input has these sides."""

    def violated(self, reason: str, span: Span) -> None:
        """A `require` does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """`operators`: the most a walk can meet in it. `steps`: nesting, which bounds recursion."""

    operators: int = 0
    steps: int = 1

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """The value that comes out when `current` goes in. Raises ImpossibleError."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operator(Node):
    """A call of a built-in operator of one input."""

    name: str
    arguments: tuple[tuple[str, Value], ...]
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Evaluates the arguments; the maker applies the operator."""
        arguments = {name: value.evaluate(run) for name, value in self.arguments}
        return maker.operator(self.name, arguments, current, self.span)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequence(Node):
    """One after the other; empty: what goes in comes out."""

    items: tuple[Node, ...]

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through all items."""
        for item in self.items:
            current = item.walk(run, maker, current)
        return current


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scoped(Node):
    """A block call, an iteration or a residual's inside; `slot` keeps what went in, for `input`."""

    scope: str
    title: str = ""
    span: Span
    slot: int | None = None
    body: Node

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through the body, in a scope of its own."""
        if self.slot is not None:
            run.keep(self.slot, current)
        maker.enter(self.scope, self.title, self.span)
        current = self.body.walk(run, maker, current)
        maker.leave()
        return current


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Select(Node):
    """One of several networks, by index."""

    selector: Value
    options: tuple[Node, ...]

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through the option selected."""
        index = self.selector.evaluate(run)
        assert isinstance(index, int)
        return self.options[index].walk(run, maker, current)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loop(Node):
    """The first `count` of the iterations."""

    count: Value
    iterations: tuple[Node, ...]
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through as many iterations as counted."""
        count = self.count.evaluate(run)
        assert isinstance(count, int | float), "a count was checked when it was unrolled"
        if count < 0 or not float(count).is_integer():
            reason = f"repeat {count} (line {self.span.line}): a count must be a whole number from 0"
            raise ImpossibleError("shape", reason, self.span)
        for iteration in self.iterations[: int(count)]:
            current = iteration.walk(run, maker, current)
        return current


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skip(Node):
    """A residual: the body, around which its input is added; a body that does nothing adds nothing."""

    scope: str
    body: Node
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through the body, then the addition, both within the residual's scope."""
        maker.enter(self.scope, "", self.span)
        end = self.body.walk(run, maker, current)
        if end != current:
            end = maker.residual(current, end, self.span)
        maker.leave()
        return end


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting(Node):
    """A `with` that says how its body is compressed."""

    settings: tuple[tuple[str, Value], ...]
    body: Node
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through the body."""
        maker.begin_setting({name: value.evaluate(run) for name, value in self.settings}, self.span)
        current = self.body.walk(run, maker, current)
        maker.end_setting()
        return current


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resize(Node):
    """The size of the network's input, where decisions say what it is."""

    sides: tuple[Value, ...]
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Tells the maker the size."""
        maker.resized(tuple(side.evaluate(run) for side in self.sides), self.span)
        return current


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Join(Node):
    """Parallel branches of one input, merged."""

    name: str
    branches: tuple[Node, ...]
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through every branch from the same value."""
        return maker.join(
            self.name, [branch.walk(run, maker, current) for branch in self.branches], self.span
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark(Node):
    """Names the value that comes out of its body."""

    slot: int
    body: Node

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Through the body; the result is kept."""
        current = self.body.walk(run, maker, current)
        run.keep(self.slot, current)
        return current


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recall(Node):
    """Goes on from a named value, whatever came before."""

    slot: int

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """The value named."""
        return run.slots[self.slot]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guard(Node):
    """A `require`."""

    condition: Value
    text: str
    span: Span

    def walk(self, run: Run, maker: Maker, current: str) -> str:
        """Tells the maker where the condition does not hold."""
        if self.condition.evaluate(run) is not True:
            maker.violated(f"`require {self.text}` (line {self.span.line}) does not hold", self.span)
        return current


def steps_through(parts: tuple[Node, ...]) -> int:
    """The nesting of a node made of `parts`."""
    return 1 + max((part.steps for part in parts), default=0)
