"""The unroller's part for values: decisions, lists, arithmetic."""

from math import isclose

from searchspace_dsl.bounds import bounds, leaves
from searchspace_dsl.decisions import Choice, IntRange, RealRange
from searchspace_dsl.expressions import ChooseOne, ChooseRange, Expression, Index, Listing, Repetition
from searchspace_dsl.network import Node
from searchspace_dsl.operators import Scalar
from searchspace_dsl.printing import expression_text
from searchspace_dsl.scope import Bound, Options, Scope, Several
from searchspace_dsl.span import Span
from searchspace_dsl.unroll_state import UnrollState
from searchspace_dsl.values import (
    FUNCTIONS,
    Compute,
    Constant,
    ImpossibleError,
    Item,
    Items,
    Part,
    Pick,
    PickInt,
    PickReal,
    Value,
    compute,
    measured_in,
    steps_over,
)
from searchspace_dsl.whole import always_whole

LONGEST_LIST = 1_000


def constant(value: Scalar) -> Constant:
    """A value known now."""
    if isinstance(value, bool):
        return Constant(type="truth", value=value)
    return Constant(type="word" if isinstance(value, str) else "number", value=value)


class ValueUnroller(UnrollState):
    """Binds the expressions that are, or may be, values."""

    __slots__ = ()

    def choose_one(self, expression: ChooseOne, scope: Scope, role: str, *, named: bool) -> Bound:
        """`choose {...}`: among values, or among operators, blocks and chains."""
        element = scope.element(role)
        inner = scope.under(element)
        count = len(expression.options)
        if count > LONGEST_LIST:
            message = f"{count} options; at most {LONGEST_LIST} can be"
            self.findings.add("NAS022", message, expression.span, "a range may hold more")
            return None
        decision = self.decide(IntRange(0, count - 1), element, expression.span, scope, named=named)
        options = [self.bind(option, inner, "choice") for option in expression.options]
        if any(option is None for option in options):
            return None
        values = [option for option in options if isinstance(option, Value)]
        if values and len(values) < len(options):
            self.findings.add(
                "NAS020", "options are either all values or all operators and blocks", expression.span
            )
            return None
        if len({value.type for value in values}) > 1:
            kinds = " and ".join(sorted({value.type for value in values}))
            self.findings.add(
                "NAS020", f"options of one decision are of one kind, not {kinds}", expression.span
            )
            return None
        shown = tuple(map(_shown, expression.options, options))
        self._report_twice(expression, shown)
        self.ledger.settle(decision, Choice(shown))
        if values:
            parts = tuple(values)
            return Pick(
                type=parts[0].type,
                decision=decision,
                options=parts,
                steps=steps_over(parts),
                measured=measured_in(parts),
            )
        selector = PickInt(type="number", decision=decision, low=0, high=len(options) - 1, step=1)
        return Options(selector=selector, options=tuple(options))

    def choose_range(self, expression: ChooseRange, scope: Scope, role: str, *, named: bool) -> Value | None:
        """`choose low..high step s`."""
        ends = [expression.low, expression.high, *([expression.step] if expression.step else [])]
        numbers = [self._fixed_number(end, scope, "the ends of a range are") for end in ends]
        if None in numbers:
            return None
        low, high, step = (*numbers, None)[:3]
        assert low is not None and high is not None
        if low > high or (step is not None and step <= 0):
            what = f"{low}..{high} is empty" if low > high else f"a step of {step} leads nowhere"
            self.findings.add(
                "NAS022", what, expression.span, "write the smaller end first" if low > high else ""
            )
            return None
        element = scope.element(role)
        if all(isinstance(number, int) for number in (low, high, 1 if step is None else step)):
            size = IntRange(int(low), int(high), int(step or 1))
            decision = self.decide(size, element, expression.span, scope, named=named)
            return PickInt(type="number", decision=decision, low=size.low, high=size.high, step=size.step)
        if step is None:
            reals = RealRange(float(low), float(high))
            decision = self.decide(reals, element, expression.span, scope, named=named)
            return PickReal(type="number", decision=decision, low=reals.low, high=reals.high)
        return self._stepped_reals(expression, (low, high, step), scope, element, named=named)

    def _stepped_reals(
        self,
        expression: ChooseRange,
        ends: tuple[float, float, float],
        scope: Scope,
        role: str,
        *,
        named: bool,
    ) -> Value | None:
        low, high, step = ends
        count = int((high - low) / step + 1e-9) + 1
        if count > LONGEST_LIST:
            self.findings.add(
                "NAS022", f"{count} steps; at most {LONGEST_LIST} of real numbers", expression.span
            )
            return None
        numbers = tuple(round(low + index * step, 12) for index in range(count))
        decision = self.decide(Choice(numbers), role, expression.span, scope, named=named)
        return Pick(type="number", decision=decision, options=tuple(map(constant, numbers)), steps=2)

    def listing(self, expression: Listing, scope: Scope, role: str) -> Bound:
        """`[a, b]`."""
        return self._list([self.bind(item, scope, role) for item in expression.items], expression.span)

    def repetition(self, expression: Repetition, scope: Scope, role: str, *, named: bool) -> Bound:
        """`[4 of choose 0..3]`: items named role[0], role[1], ..."""
        count = self._fixed_number(expression.count, scope, "the length of a list is")
        if count is None:
            return None
        if not isinstance(count, int) or not 1 <= count <= LONGEST_LIST:
            message = f"a list of {count} items; a length is a whole number from 1 to {LONGEST_LIST}"
            self.findings.add("NAS021", message, expression.count.span)
            return None
        items = [self.bind(expression.item, scope, f"{role}[{index}]", named=named) for index in range(count)]
        return self._list(items, expression.span)

    def _list(self, items: list[Bound], span: Span) -> Bound:
        if any(item is None for item in items):
            return None
        values = tuple(item for item in items if isinstance(item, Value))
        if len(values) == len(items):
            return Items(type="list", items=values, steps=steps_over(values), measured=measured_in(values))
        if values:
            self.findings.add("NAS020", "a list holds either values or operators and blocks", span)
            return None
        return Several(items=tuple(items))

    def compute(
        self, function: str, expressions: tuple[Expression, ...], scope: Scope, span: Span
    ) -> Value | None:
        """Arithmetic, comparison, or a function such as `max`."""
        role = function if function.isalpha() else "value"
        found = [self.value(self.bind(part, scope, role), part.span) for part in expressions]
        arguments = tuple(part for part in found if part is not None)
        rule = FUNCTIONS[function]
        if not rule.least <= len(expressions) <= rule.most:
            wanted = str(rule.least) if rule.least == rule.most else f"{rule.least} or more"
            if (rule.least, rule.most) == (1, 2):
                wanted = "1 or 2"
            self.findings.add("NAS012", f"{function} takes {wanted} arguments, not {len(expressions)}", span)
            return None
        if len(arguments) < len(found):
            return None
        takes = rule.takes or arguments[0].type
        for argument, expression in zip(arguments, expressions, strict=True):
            if argument.type != takes or takes == "list":
                message = f"`{function}` needs a {rule.takes or 'number or word'} here, not a {argument.type}"
                self.findings.add("NAS020", message, expression.span)
                return None
        result = Compute(
            type=rule.gives,
            function=function,
            arguments=arguments,
            span=span,
            steps=steps_over(arguments),
            measured=measured_in(arguments),
        )
        return self._folded(result)

    def _folded(self, value: Compute) -> Value | None:
        known = [part.value for part in value.arguments if isinstance(part, Constant)]
        if len(known) < len(value.arguments):
            return value
        try:
            return constant(compute(value.function, known, value.span))
        except ImpossibleError as error:
            self.findings.add("NAS021", error.reason, value.span)
            return None

    def index(self, expression: Index, scope: Scope) -> Bound:
        """`list[i]`."""
        base = self.bind(expression.base, scope, "choice")
        index = self.value(self.bind(expression.index, scope, "index"), expression.index.span)
        if base is None or index is None:
            return None
        lengths = _lengths(base)
        if lengths is None:
            self.findings.add("NAS020", "only a list can be indexed", expression.base.span)
            return None
        if not self.decidable(index, expression.index.span):
            return None
        if index.type != "number":
            self.findings.add("NAS020", f"an index is a number, not a {index.type}", expression.index.span)
            return None
        low, high = bounds(index)
        if low < 0 or high >= min(lengths) or not float(high).is_integer():
            message = f"the index can be {_range(low, high)}, but the list holds items 0..{min(lengths) - 1}"
            self.findings.add("NAS021", message, expression.index.span)
            return None
        if not always_whole(index):
            message = "the index may be a number that is not whole"
            self.findings.add("NAS021", message, expression.index.span, "`round` makes it whole")
            return None
        if isinstance(index, Constant):
            return self._fixed_item(base, int(low))
        return self._chosen_item(base, index, expression.index.span)

    def _chosen_item(self, base: Bound, index: Value, span: Span) -> Bound:
        if isinstance(base, Items):
            return Item(
                type=base.items[0].type,
                items=base.items,
                index=index,
                steps=steps_over((*base.items, index)),
                measured=measured_in(base.items),
            )
        if isinstance(base, Several):
            return Options(selector=index, options=base.items)
        self.findings.add("NAS020", "a list that is itself decided takes a fixed index", span)
        return None

    def _fixed_item(self, base: Bound, index: int) -> Bound:
        if isinstance(base, Items | Several):
            return base.items[index]
        assert isinstance(base, Value)
        lists = leaves(base)
        assert lists is not None and isinstance(lists[0], Items)
        first = lists[0]
        return Part(
            type=first.items[index].type,
            whole=base,
            index=index,
            steps=base.steps + 1,
            measured=base.measured,
        )

    def _fixed_number(self, expression: Expression, scope: Scope, what: str) -> int | float | None:
        value = self.value(self.bind(expression, scope, "end"), expression.span)
        if value is None:
            return None
        if (
            not isinstance(value, Constant)
            or not isinstance(value.value, int | float)
            or value.type != "number"
        ):
            self.findings.add("NAS022", f"{what} fixed, and this is decided", expression.span)
            return None
        return value.value

    def _report_twice(self, expression: ChooseOne, shown: tuple[Scalar, ...]) -> None:
        seen: set[tuple[type, Scalar]] = set()
        for option, value in zip(expression.options, shown, strict=True):
            if (type(value), value) in seen:
                message = f"{expression_text(option)} is among the options already"
                self.findings.add("NAS022", message, option.span)
            seen.add((type(value), value))


def _shown(expression: Expression, option: Bound) -> Scalar:
    if isinstance(option, Constant):
        return option.value
    if isinstance(option, Items) and all(isinstance(item, Constant) for item in option.items):
        return tuple(item.value for item in option.items if isinstance(item, Constant))
    return expression_text(expression)


def _lengths(base: Bound) -> list[int] | None:
    if isinstance(base, Items | Several):
        return [len(base.items)]
    if isinstance(base, Node) or not isinstance(base, Value) or base.type != "list":
        return None
    lists = leaves(base)
    return [len(part.items) for part in lists if isinstance(part, Items)] if lists else None


def _range(low: float, high: float) -> str:
    if isclose(low, high):
        return f"{low:g}"
    return f"{low:g}..{high:g}"
