"""The unroller's part for calls: functions, operators, joins, blocks."""

from collections import Counter
from dataclasses import replace

from searchspace_dsl.expressions import Call, Expression, Name
from searchspace_dsl.findings import nearest
from searchspace_dsl.imports import STANDARD, standard_blocks
from searchspace_dsl.network import Join, Node, Operator, Recall, Scoped, steps_through
from searchspace_dsl.operators import (
    MEASURES,
    OPERATORS,
    OperatorSignature,
)
from searchspace_dsl.scope import Bound, Options, Reference, Scope
from searchspace_dsl.span import Span
from searchspace_dsl.syntax import Block
from searchspace_dsl.unroll_arguments import ArgumentUnroller
from searchspace_dsl.unroll_state import NOTHING, UNKNOWN, WORDS, Given
from searchspace_dsl.values import NAMED_FUNCTIONS, Measured, Value


class CallUnroller(ArgumentUnroller):
    """Binds calls of functions, operators, blocks, and of parameters that hold one of these."""

    __slots__ = ()

    def bind_call(self, expression: Call, scope: Scope) -> Bound:
        """`name(arguments)`."""
        name = expression.name
        if name in NAMED_FUNCTIONS and not scope.holds(name):
            return self._function(expression, scope)
        if name in MEASURES and not scope.holds(name) and name not in self.blocks:
            return self._measure(expression, scope)
        target = self.named(name, expression.name_span, scope)
        if isinstance(target, Reference | Options):
            return self._call_any(target, expression, scope)
        if target is not None:
            self.findings.add(
                "NAS012", f"`{name}` is no operator or block, so it takes no arguments", expression.span
            )
        self._given(expression, scope, {})
        return None

    def named(self, name: str, span: Span, scope: Scope) -> Bound:
        """What `name` means: something in scope, an operator or a block."""
        if scope.holds(name):
            return scope.find(name)
        if name in OPERATORS:
            return Reference(name=name)
        if name in self.blocks:
            return Reference(name=name, block=self.blocks[name])
        known = scope.visible() | set(OPERATORS) | set(self.blocks)
        hint = f"write `{name}(input)`" if name in MEASURES else ""
        library = standard_blocks()
        hint = hint or (f'add `import "{STANDARD}{library[name]}"`' if name in library else "")
        hint = hint or nearest(name, known | NAMED_FUNCTIONS | set(WORDS), listed=known)
        self.findings.add("NAS010", f"nothing is called `{name}` here", span, hint)
        return None

    def call(self, target: Reference, arguments: list[Given], scope: Scope, span: Span) -> Node:
        """Calls an operator or block with bound arguments."""
        element = scope.element(target.name)
        return self._call(target, element, arguments, scope, span)

    def _call_any(self, target: Reference | Options, expression: Call, scope: Scope) -> Bound:
        element = scope.element(expression.name)
        first = target
        while isinstance(first, Options) and isinstance(first.options[0], Options | Reference):
            first = first.options[0]
        roles = self._roles(first) if isinstance(first, Reference) else {}
        given = self._given(expression, scope.under(element), roles)
        return self._apply(target, element, given, scope, expression.span)

    def _apply(self, target: Bound, element: str, given: list[Given], scope: Scope, span: Span) -> Node:
        if isinstance(target, Reference):
            return self._call(target, element, given, scope, span)
        if isinstance(target, Options):
            options = [self._apply(option, element, given, scope, span) for option in target.options]
            return self.select(target.selector, options)
        if target is not None:
            self.findings.add("NAS012", "an option that takes no arguments is given some", span)
        return UNKNOWN

    def _given(self, expression: Call, scope: Scope, roles: dict[int, str]) -> list[Given]:
        given = []
        for place, argument in enumerate(expression.arguments):
            role = argument.name or roles.get(place, "argument")
            bound = self.bind(argument.value, scope, role)
            given.append(Given(name=argument.name, bound=bound, span=argument.value.span))
        return given

    def _roles(self, target: Reference) -> dict[int, str]:
        if target.block:
            return dict(enumerate(parameter.name for parameter in target.block.parameters))
        signature = OPERATORS[target.name]
        if signature.joins:
            return dict.fromkeys(range(99), "branch")
        return dict(enumerate(parameter.name for parameter in signature.parameters))

    def _function(self, expression: Call, scope: Scope) -> Value | None:
        for argument in expression.arguments:
            if argument.name is not None:
                message = f"{expression.name} takes its arguments by position"
                self.findings.add("NAS012", message, argument.span)
        values: tuple[Expression, ...] = tuple(argument.value for argument in expression.arguments)
        return self.compute(expression.name, values, scope, expression.span)

    def _measure(self, expression: Call, scope: Scope) -> Value | None:
        """`channels(input)`."""
        if len(expression.arguments) != 1 or not isinstance(expression.arguments[0].value, Name):
            what = None
        else:
            what = self.bind(expression.arguments[0].value, scope, "value")
            if what is None:
                return None
        if isinstance(what, Recall):
            axis = MEASURES[expression.name]
            return Measured(type="number", slot=what.slot, axis=axis, span=expression.span)
        message = f"{expression.name} takes one value of the network: `input`, or one named with `as`"
        self.findings.add("NAS020", message, expression.span, f"for example {expression.name}(input)")
        return None

    def _call(self, target: Reference, element: str, given: list[Given], scope: Scope, span: Span) -> Node:
        self.spend(span)
        if target.block:
            return self._call_block(target.block, element, given, scope, span)
        signature = OPERATORS[target.name]
        if signature.joins:
            return self._join(signature, given, scope.under(element), span)
        if signature.name == "skip":
            self.match(signature.name, [], [], given, span)
            return NOTHING
        return self._operator(signature, given, scope, span)

    def _operator(self, signature: OperatorSignature, given: list[Given], scope: Scope, span: Span) -> Node:
        names = [parameter.name for parameter in signature.parameters]
        required = [p.name for p in signature.parameters if p.required and p.name not in scope.defaults]
        matched = self.match(signature.name, names, required, given, span)
        arguments: dict[str, Value] = {}
        for parameter in signature.parameters:
            value = self.argument(signature, parameter, matched.get(parameter.name), scope, arguments)
            if value is not None:
                arguments[parameter.name] = value
        steps = 1 + max((value.steps for value in arguments.values()), default=0)
        return Operator(
            name=signature.name, arguments=tuple(arguments.items()), span=span, operators=1, steps=steps
        )

    def _join(self, signature: OperatorSignature, given: list[Given], scope: Scope, span: Span) -> Node:
        for argument in given:
            if argument.name is not None:
                message = f"{signature.name} takes branches only, not `{argument.name}`"
                self.findings.add("NAS012", message, argument.span)
        if len(given) < 2:
            self.findings.add(
                "NAS012", f"{signature.name} joins two branches or more, not {len(given)}", span
            )
        branches = tuple(self.network(argument.bound, scope, argument.span) for argument in given)
        operators = 1 + sum(branch.operators for branch in branches)
        return Join(
            name=signature.name,
            branches=branches,
            span=span,
            operators=operators,
            steps=steps_through(branches),
        )

    def _call_block(self, block: Block, element: str, given: list[Given], scope: Scope, span: Span) -> Node:
        name = block.name.name
        if name in scope.calls:
            loop = " -> ".join((*scope.calls[scope.calls.index(name) :], name))
            self.findings.add("NAS013", f"block {name} calls itself: {loop}", span)
            return UNKNOWN
        self.called.add(name)
        names = [parameter.name for parameter in block.parameters]
        required = [parameter.name for parameter in block.parameters if parameter.default is None]
        matched = self.match(name, names, required, given, span)
        inner = replace(
            self.top,
            names={},
            parent=self.top,
            path=(*scope.path[:1], name) if block.tied else (*scope.path, element),
            siblings=Counter(),
            tied=scope.tied or block.tied,
            defaults=scope.defaults,
            calls=(*scope.calls, name),
        )
        slot = self.new_slot()
        inner.names["input"] = Recall(slot=slot)
        for parameter in block.parameters:
            inner.names[parameter.name] = self._parameter_value(
                parameter.name, parameter.default, matched, inner
            )
        body = self.body(block.body, inner)
        return Scoped(
            scope=element,
            title=name,
            span=span,
            slot=slot,
            body=body,
            operators=body.operators,
            steps=body.steps + 1,
        )

    def _parameter_value(
        self, name: str, default: Expression | None, matched: dict[str, Given], scope: Scope
    ) -> Bound:
        if name in matched:
            return matched[name].bound
        return None if default is None else self.bind(default, scope, name)
