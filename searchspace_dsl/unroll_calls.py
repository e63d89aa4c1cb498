"""The unroller's part for calls: arguments to parameters, operators, joins, blocks."""

from collections import Counter
from dataclasses import replace

from searchspace_dsl.bounds import leaves
from searchspace_dsl.decisions import show_value
from searchspace_dsl.findings import nearest
from searchspace_dsl.imports import STANDARD, standard_blocks
from searchspace_dsl.network import Join, Node, Operator, Recall, Scoped, steps_through
from searchspace_dsl.operators import (
    MEASURES,
    OPERATORS,
    OperatorParameter,
    OperatorSignature,
    convert,
    permitted,
)
from searchspace_dsl.scope import Bound, Options, Reference, Scope
from searchspace_dsl.span import Span
from searchspace_dsl.syntax import Block, Call, Expression, Name
from searchspace_dsl.unroll_state import NOTHING, UNKNOWN, WORDS, Given
from searchspace_dsl.unroll_values import ValueUnroller, constant
from searchspace_dsl.values import NAMED_FUNCTIONS, Constant, Items, Measured, PickInt, PickReal, Run, Value

_TYPES = {
    "channels": "number", "count": "number", "slope": "number", "share": "number",
    "padding": "word", "growing_padding": "word", "precision": "word",
    "flag": "truth", "shape": "list",
}  # fmt: skip


class CallUnroller(ValueUnroller):
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
            self._match(signature.name, [], [], given, span)
            return NOTHING
        return self._operator(signature, given, scope, span)

    def _operator(self, signature: OperatorSignature, given: list[Given], scope: Scope, span: Span) -> Node:
        names = [parameter.name for parameter in signature.parameters]
        required = [p.name for p in signature.parameters if p.required and p.name not in scope.defaults]
        matched = self._match(signature.name, names, required, given, span)
        arguments: dict[str, Value] = {}
        for parameter in signature.parameters:
            value = self._argument(signature, parameter, matched.get(parameter.name), scope, arguments)
            if value is not None:
                arguments[parameter.name] = value
        steps = 1 + max((value.steps for value in arguments.values()), default=0)
        return Operator(
            name=signature.name, arguments=tuple(arguments.items()), span=span, operators=1, steps=steps
        )

    def _argument(
        self,
        signature: OperatorSignature,
        parameter: OperatorParameter,
        given: Given | None,
        scope: Scope,
        earlier: dict[str, Value],
    ) -> Value | None:
        if given is not None:
            value = self.value(given.bound, given.span)
            if value is not None:
                self._check_argument(signature.name, parameter, value, given.span)
            return value
        setting = scope.defaults.get(parameter.name)
        if isinstance(setting, Value):
            return setting
        if parameter.copies is not None:
            return earlier.get(parameter.copies)
        return constant(parameter.default) if parameter.default not in (None, ()) else None

    def _check_argument(self, operator: str, parameter: OperatorParameter, value: Value, span: Span) -> None:
        parts = leaves(value)
        wanted = _TYPES.get(parameter.kind)
        if parts is None:
            if wanted is not None and value.type != wanted:
                self._wrong(operator, parameter, f"a {value.type}", span)
            return
        for part in parts:
            wrong = _wrong_leaf(parameter, part)
            if wrong is not None:
                self._wrong(operator, parameter, wrong, span)

    def _wrong(self, operator: str, parameter: OperatorParameter, found: str, span: Span) -> None:
        message = f"{operator} {parameter.name} cannot be {found}"
        self.findings.add("NAS021", message, span, f"permitted: {permitted(parameter.kind)}")

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
        matched = self._match(name, names, required, given, span)
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

    def _match(
        self, what: str, names: list[str], required: list[str], given: list[Given], span: Span
    ) -> dict[str, Given]:
        matched: dict[str, Given] = {}
        for place, argument in enumerate(given):
            name = argument.name
            if name is None and place < len(names):
                name = names[place]
            if name is None:
                takes = f"{len(names)} at most: {', '.join(names)}" if names else "none"
                self.findings.add(
                    "NAS012", f"{what} is given {len(given)} arguments; it takes {takes}", argument.span
                )
            elif name not in names:
                self.findings.add(
                    "NAS012", f"{what} has no parameter `{name}`", argument.span, nearest(name, names)
                )
            elif name in matched:
                self.findings.add("NAS012", f"{what} is given `{name}` twice", argument.span)
            else:
                matched[name] = argument
        missing = [name for name in required if name not in matched]
        if missing:
            self.findings.add(
                "NAS012", f"{what} needs {' and '.join(missing)}", span, _usage(what, names, required)
            )
        return matched


def _usage(what: str, names: list[str], required: list[str]) -> str:
    optional = "".join(f", {name} = ..." for name in names if name not in required)
    return f"{what}({', '.join(name for name in names if name in required)}{optional})"


def _wrong_leaf(parameter: OperatorParameter, part: Value) -> str | None:
    if isinstance(part, PickInt):
        for end in (part.low, part.high):
            if convert(parameter.kind, end, 3) is None:
                return str(end)
        return None
    if isinstance(part, PickReal):
        if parameter.kind not in ("channels", "slope", "share"):
            return f"a real number such as {part.low:g}"
        wrong = [end for end in (part.low, part.high) if convert(parameter.kind, end, 3) is None]
        return f"{wrong[0]:g}" if wrong else None
    assert isinstance(part, Constant | Items)
    value = part.evaluate(Run([]))
    return None if convert(parameter.kind, value, 3) is not None else show_value(value)
