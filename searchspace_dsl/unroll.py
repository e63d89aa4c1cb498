"""Unrolls a syntax tree: every call, iteration and option becomes a node, every `choose` a coordinate.

Reports what is wrong on the way and goes on, so that one run finds everything.
"""

from dataclasses import dataclass

from searchspace_dsl.bounds import bounds
from searchspace_dsl.decisions import Choice, Decision
from searchspace_dsl.expressions import Binding, Expression, Listing, Require
from searchspace_dsl.findings import Findings
from searchspace_dsl.network import (
    Mark,
    Node,
    Recall,
    Resize,
    Sequence,
)
from searchspace_dsl.operators import OPERATORS
from searchspace_dsl.parse import keywords
from searchspace_dsl.syntax import Arch, Block
from searchspace_dsl.unroll_bodies import BodyUnroller
from searchspace_dsl.unroll_state import NOTHING, WORDS, TooLargeError
from searchspace_dsl.unroll_values import constant
from searchspace_dsl.values import NAMED_FUNCTIONS, Constant, PickInt, Value

MOST_OPERATORS = 2_000
LONGEST_SIDE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrolled:
    """A whole space: its architectures by name, the one to take, the decisions in the order of the text.

    `input_shape`: the largest, each side by itself.
    """

    names: tuple[str, ...]
    selector: Value
    networks: tuple[Node, ...]
    decisions: tuple[Decision, ...]
    input_shape: tuple[int, ...] = ()
    input_decided: bool = False


def unroll(
    archs: tuple[Arch, ...],
    blocks: dict[str, Block],
    shared: tuple[Binding | Require, ...],
    classes: int | None,
    findings: Findings,
    sides: Expression | None = None,
) -> Unrolled:
    """Unrolls the architectures of a spec; `shared`: the statements outside of any. Reports into `findings`.

    `sides`: the shape of the input as written, None where it is wrong.

    `classes`: None where the task is wrong, 0 where it has none, so that the word `classes` means nothing.
    Blocks that nothing calls are checked too, with parameters that could be anything.
    """
    unroller = Unroller(findings, blocks)
    if classes != 0:
        unroller.top.names["classes"] = None if classes is None else constant(classes)
    try:
        unrolled = unroller.whole(archs, shared, sides)
        unroller.check_uncalled()
    except TooLargeError as error:
        findings.add(error.code, error.message, error.span)
        return Unrolled(names=(), selector=constant(0), networks=(), decisions=())
    return unrolled


class Unroller(BodyUnroller):
    """Unrolls the input and the architectures."""

    __slots__ = ()

    def whole(
        self, archs: tuple[Arch, ...], shared: tuple[Binding | Require, ...], sides: Expression | None
    ) -> Unrolled:
        """All architectures; the choice among several is the first decision."""
        selector: Value = constant(0)
        names = tuple(arch.name.name for arch in archs)
        if len(archs) > 1:
            decision = self.decide(Choice(names), "arch", archs[0].name.span, self.top, named=False)
            selector = PickInt(type="number", decision=decision, low=0, high=len(archs) - 1, step=1)
        guards = [node for node in map(self._shared, shared) if node is not None]
        values = self._input(sides) if isinstance(sides, Listing) else ()
        decided = any(not isinstance(value, Constant) for value in values)
        if decided and sides is not None:
            steps = 1 + max(value.steps for value in values)
            guards.insert(0, Resize(sides=values, span=sides.span, steps=steps))
        networks = tuple(self._arch(arch, guards) for arch in archs)
        return Unrolled(
            names=names,
            selector=selector,
            networks=networks,
            decisions=self.ledger.decisions(),
            input_shape=tuple(int(bounds(value)[1]) for value in values),
            input_decided=decided,
        )

    def _input(self, sides: Listing) -> tuple[Value, ...]:
        """The sides of the input; none where one is wrong."""
        scope = self.top.under("input")
        roles = ("height", "width", "channels")
        values = []
        for role, side in zip(roles, sides.items, strict=False):
            value = self.value(self.bind(side, scope, role), side.span)
            if value is None:
                continue
            low, high = bounds(value)
            if value.type == "number" and 0.5 <= low <= high <= LONGEST_SIDE:
                values.append(value)
                continue
            shown = f"{low:g}..{high:g}" if value.type == "number" else f"a {value.type}"
            message = f"a side of the input is a number from 1 to {LONGEST_SIDE}, not {shown}"
            self.findings.add("NAS033", message, side.span)
        return tuple(values) if len(values) == len(sides.items) else ()

    def check_uncalled(self) -> None:
        """Unrolls blocks that nothing called, for their mistakes alone."""
        for name, block in self.blocks.items():
            if name not in self.called:
                scope = self.top.inner(dict.fromkeys(parameter.name for parameter in block.parameters))
                scope.names["input"] = Recall(slot=self.new_slot())
                scope.calls = (name,)
                self.body(block.body, scope)

    def _shared(self, statement: Binding | Require) -> Node | None:
        if isinstance(statement, Require):
            return self._require(statement, self.top)
        self._binding(statement, self.top)
        return None

    def _arch(self, arch: Arch, guards: list[Node]) -> Node:
        scope = self.top.under(arch.name.name)
        slot = self.new_slot()
        scope.names["input"] = Recall(slot=slot)
        body = self.body(arch.body, scope)
        if body.operators > MOST_OPERATORS:
            message = f"{arch.name.name} can have {body.operators} operators; at most {MOST_OPERATORS} can be"
            self.findings.add("NAS023", message, arch.name.span)
        if body.operators == 0:
            self.findings.add("NAS030", f"{arch.name.name} has no operators", arch.name.span)
        items = (Mark(slot=slot, body=NOTHING), *guards, body)
        return Sequence(items=items, operators=body.operators, steps=body.steps + 1)


def reserved() -> frozenset[str]:
    """Words that nothing can be named."""
    return frozenset(keywords()) | OPERATORS.keys() | NAMED_FUNCTIONS | WORDS.keys()
