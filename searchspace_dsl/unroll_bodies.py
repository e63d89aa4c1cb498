"""The unroller's part for statements and for the forms that hold bodies: repeat, residual, with."""

from dataclasses import replace

from searchspace_dsl.bounds import bounds, leaves
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
    Text,
    Unary,
    With,
)
from searchspace_dsl.findings import nearest
from searchspace_dsl.network import (
    Guard,
    Loop,
    Mark,
    Node,
    Recall,
    Scoped,
    Sequence,
    Setting,
    Skip,
    steps_through,
)
from searchspace_dsl.operators import COMPRESSION, OPERATORS, OperatorParameter
from searchspace_dsl.printing import expression_text
from searchspace_dsl.scope import Bound, Scope
from searchspace_dsl.span import Span
from searchspace_dsl.unroll_calls import CallUnroller
from searchspace_dsl.unroll_state import MOST_NESTED, NOTHING, WORDS, TooLargeError
from searchspace_dsl.unroll_values import constant
from searchspace_dsl.values import NAMED_FUNCTIONS, Constant, PickReal, Value

MOST_REPEATS = 1_000
MOST_STEPS = 60


class BodyUnroller(CallUnroller):
    """Binds every expression, statement by statement."""

    __slots__ = ()

    def body(self, body: Body, scope: Scope) -> Node:
        """The statements of a body, in order, each name known from where it is defined."""
        nodes = []
        for statement in body.statements:
            self.spend(statement.span)
            if isinstance(statement, Binding):
                self._binding(statement, scope)
            elif isinstance(statement, Require):
                nodes.append(self._require(statement, scope))
            else:
                nodes.append(self._flow(statement, scope))
        return self._sequence(nodes)

    def bind(self, expression: Expression, scope: Scope, role: str, *, named: bool = False) -> Bound:
        """What `expression` means; its decisions are named by `role`."""
        self.level += 1
        if self.level > MOST_NESTED:
            raise TooLargeError("NAS003", "nested too deeply, blocks within blocks counted", expression.span)
        self.spend(expression.span)
        bound = self._bind(expression, scope, role, named=named)
        self.level -= 1
        return bound

    def _bind(self, expression: Expression, scope: Scope, role: str, *, named: bool) -> Bound:
        match expression:
            case Number(value=value):
                return constant(value)
            case Text():
                self.findings.add("NAS020", "a string has no meaning here", expression.span)
                return None
            case Name():
                return self._name(expression, scope)
            case ChooseOne():
                return self.choose_one(expression, scope, role, named=named)
            case ChooseRange():
                return self.choose_range(expression, scope, role, named=named)
            case Listing():
                return self.listing(expression, scope, role)
            case Repetition():
                return self.repetition(expression, scope, role, named=named)
            case Unary(operator=operator, operand=operand):
                function = "negative" if operator == "-" else operator
                return self.compute(function, (operand,), scope, expression.span)
            case Binary(operator=operator, left=left, right=right):
                return self.compute(operator, (left, right), scope, expression.span)
            case Index():
                return self.index(expression, scope)
            case Call():
                return self.bind_call(expression, scope)
        return self._bind_network(expression, scope)

    def _bind_network(self, expression: Expression, scope: Scope) -> Node:
        match expression:
            case Chain(elements=elements):
                parts = [
                    self.network(self.bind(part, scope, "choice"), scope, part.span) for part in elements
                ]
                return self._sequence(parts)
            case Repeat():
                return self._repeat(expression, scope)
            case Residual():
                return self._residual(expression, scope)
            case With():
                return self._with(expression, scope)
        assert isinstance(expression, Group)
        return self.body(expression.body, scope.inner())

    def _name(self, expression: Name, scope: Scope) -> Bound:
        name = expression.name
        if not scope.holds(name) and name in WORDS:
            return constant(WORDS[name])
        return self.named(name, expression.span, scope)

    def _sequence(self, nodes: list[Node]) -> Node:
        kept = tuple(node for node in nodes if node is not NOTHING)
        return Sequence(items=kept, operators=sum(node.operators for node in kept), steps=steps_through(kept))

    def _binding(self, statement: Binding, scope: Scope) -> None:
        bound = self.bind(statement.value, scope, statement.name.name, named=True)
        self._define(statement.name, bound, scope)

    def _define(self, name: Name, bound: Bound, scope: Scope) -> None:
        if isinstance(bound, Value | Node) and bound.steps > MOST_STEPS:
            raise TooLargeError("NAS003", f"`{name.name}` is built of too many layers of names", name.span)
        if (
            name.name in OPERATORS
            or name.name in self.blocks
            or name.name in NAMED_FUNCTIONS
            or name.name in WORDS
        ):
            what = "a block" if name.name in self.blocks else "a word of the language"
            self.findings.add("NAS011", f"`{name.name}` is {what} already", name.span, "choose another name")
        outer = scope
        while name.name not in outer.names and outer.parent is not None and outer.parent is not self.top:
            outer = outer.parent
        if name.name in outer.names:
            hint = "a name keeps its value; choose another name"
            self.findings.add("NAS011", f"`{name.name}` is defined already", name.span, hint)
        scope.names[name.name] = bound

    def _require(self, statement: Require, scope: Scope) -> Node:
        condition = self.value(self.bind(statement.condition, scope, "require"), statement.condition.span)
        if condition is None or not self.decidable(condition, statement.condition.span):
            return NOTHING
        if condition.type != "truth":
            message = f"require needs something true or false, not a {condition.type}"
            self.findings.add("NAS020", message, statement.condition.span)
            return NOTHING
        if isinstance(condition, Constant) and condition.value is False:
            self.findings.add("NAS041", "this never holds, so the space is empty", statement.condition.span)
        text = expression_text(statement.condition)
        return Guard(condition=condition, text=text, span=statement.span, steps=condition.steps + 1)

    def _flow(self, statement: Flow, scope: Scope) -> Node:
        chain = statement.chain
        node = self.network(self.bind(chain, scope, "choice"), scope, chain.span)
        if node.steps > MOST_STEPS:
            raise TooLargeError("NAS003", "nested too deeply, blocks within blocks counted", chain.span)
        if statement.label is None:
            return node
        slot = self.new_slot()
        self._define(statement.label, Recall(slot=slot), scope)
        return Mark(slot=slot, body=node, operators=node.operators, steps=node.steps + 1)

    def _repeat(self, expression: Repeat, scope: Scope) -> Node:
        element = scope.numbered("repeat")
        inner = scope.under(element)
        span = expression.count.span
        count = self.value(self.bind(expression.count, inner, "count"), span)
        if count is not None and not self.decidable(count, span):
            count = None
        most = self._most(count, span) if count is not None else 1
        iterations = []
        for number in range(most):
            body_scope = scope.under(element, tied=True) if expression.tied else inner.under(str(number + 1))
            if expression.index is not None:
                self._define(expression.index, constant(number), body_scope)
            iterations.append(self._scoped(f"{element}.{number + 1}", expression.body, body_scope))
        nodes = tuple(iterations)
        return Loop(
            count=count or constant(1),
            iterations=nodes,
            span=expression.span,
            operators=sum(node.operators for node in nodes),
            steps=max(steps_through(nodes), (count.steps if count else 0) + 1),
        )

    def _most(self, count: Value, span: Span) -> int:
        low, high = bounds(count)
        if count.type != "number":
            self.findings.add("NAS020", f"repeat needs a number, not a {count.type}", span)
        elif high > MOST_REPEATS:
            found = f"{high:,.0f} times" if high < float("inf") else "without a bound"
            self.findings.add("NAS023", f"repeat {found}; at most {MOST_REPEATS} times can be", span)
        elif any(isinstance(leaf, PickReal) for leaf in leaves(count) or ()):
            message = f"repeat any real number from {low:g} to {high:g} times: a count must be a whole number"
            self.findings.add("NAS021", message, span, "write whole ends, or a `step` of 1")
        elif low < 0 or not float(low).is_integer() or not float(high).is_integer():
            shown = f"{low:g}" if low == high else f"{low:g}..{high:g}"
            self.findings.add(
                "NAS021", f"repeat {shown} times cannot be; a count is a whole number from 0", span
            )
        elif high == 0:
            self.findings.add("NAS022", "repeated 0 times: this never does anything", span)
        else:
            return int(high)
        return 1

    def _scoped(self, element: str, body: Body, scope: Scope) -> Node:
        inside = self.body(body, scope)
        return Scoped(
            scope=element, span=body.span, body=inside, operators=inside.operators, steps=inside.steps + 1
        )

    def _residual(self, expression: Residual, scope: Scope) -> Node:
        element = scope.numbered("residual")
        inside = self.body(expression.body, scope.under(element))
        if not inside.operators:
            self.findings.add(
                "NAS022", "a residual around nothing", expression.span, "put operators between the braces"
            )
        return Skip(
            scope=element,
            body=inside,
            span=expression.span,
            operators=inside.operators + 3,
            steps=inside.steps + 1,
        )

    def _with(self, expression: With, scope: Scope) -> Node:
        settable = {
            parameter.name: parameter
            for operator in reversed(OPERATORS.values())
            for parameter in operator.parameters
        }
        inner = replace(scope.inner(), defaults=dict(scope.defaults))
        compression = []
        for setting in expression.settings:
            assert setting.name is not None
            value = self._setting(setting, settable | COMPRESSION, scope)
            if setting.name in COMPRESSION and value is not None:
                compression.append((setting.name, value))
            elif setting.name in settable:
                inner.defaults[setting.name] = value
        body = self.body(expression.body, inner)
        if not compression:
            return body
        return Setting(
            settings=tuple(compression),
            body=body,
            span=expression.span,
            operators=body.operators,
            steps=max(body.steps, *(value.steps for _, value in compression)) + 1,
        )

    def _setting(
        self, setting: Argument, settable: dict[str, OperatorParameter], scope: Scope
    ) -> Value | None:
        assert setting.name is not None
        bound = self.bind(setting.value, scope, setting.name)
        if setting.name not in settable:
            hint = nearest(setting.name, settable)
            self.findings.add("NAS012", f"no operator has a parameter `{setting.name}`", setting.span, hint)
            return None
        value = self.value(bound, setting.value.span)
        if value is not None:
            self._check_argument("with", settable[setting.name], value, setting.value.span)
        return value
