"""The unroller's part for arguments: which parameter each is given to, and whether it may be."""

from searchspace_dsl.bounds import leaves
from searchspace_dsl.decisions import show_value
from searchspace_dsl.findings import nearest
from searchspace_dsl.operators import OperatorParameter, OperatorSignature, convert, permitted
from searchspace_dsl.scope import Scope
from searchspace_dsl.span import Span
from searchspace_dsl.unroll_state import Given
from searchspace_dsl.unroll_values import ValueUnroller, constant
from searchspace_dsl.values import Constant, Items, PickInt, PickReal, Run, Value

_TYPES = {
    "channels": "number", "count": "number", "slope": "number", "share": "number",
    "padding": "word", "growing_padding": "word", "precision": "word",
    "flag": "truth", "shape": "list",
}  # fmt: skip


class ArgumentUnroller(ValueUnroller):
    """Gives arguments to the parameters of operators and blocks."""

    __slots__ = ()

    def match(
        self, what: str, names: list[str], required: list[str], given: list[Given], span: Span
    ) -> dict[str, Given]:
        """Parameter -> what it is given; findings where an argument has no place or one is missing."""
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

    def argument(
        self,
        signature: OperatorSignature,
        parameter: OperatorParameter,
        given: Given | None,
        scope: Scope,
        earlier: dict[str, Value],
    ) -> Value | None:
        """What an operator's parameter is: `given`, else a default of `with`, of another or its own."""
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
