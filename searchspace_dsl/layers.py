"""Builds the layers of one member while it is walked: shapes, scopes, projections, branches that are none."""

from collections import Counter
from dataclasses import dataclass

from searchspace_dsl.architecture import AttributeValue, Layer
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.operators import COMPRESSION, OPERATORS, OperatorParameter, Scalar, convert
from searchspace_dsl.shapes import Shape, layer_shape, pair, show
from searchspace_dsl.span import Span
from searchspace_dsl.values import ImpossibleError

# How many rows and columns of the network's input one step is.
Stride = tuple[float, float]

WEIGHTED = frozenset({"conv", "depthwise", "transposed_conv", "dense"})
# The value that `none` makes: it adds nothing, and nothing is made of it.
DEAD = ""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One call, iteration or residual being walked; `title`: of a call the block's name, else empty."""

    title: str
    span: Span


class LayerMaker:
    """A Maker whose values are layer names. `sparsity`: of layers within a `with` that says one."""

    def __init__(self, input_shape: Shape) -> None:
        self.layers: list[Layer] = []
        self.sparsity: dict[str, float] = {}
        self._settings: list[dict[str, AttributeValue]] = [{}]
        self.shapes: dict[str, Shape] = {"input": input_shape}
        self._strides: dict[str, Stride] = {"input": (1, 1)}
        self._names: Counter[str] = Counter()
        self._scope: tuple[str, ...] = ()
        self._scopes: Counter[tuple[str, ...]] = Counter()
        self._frame: tuple[Frame, ...] = ()
        self._frames: dict[str, tuple[Frame, ...]] = {}

    def operator(self, name: str, arguments: dict[str, Scalar], current: str, span: Span) -> str:
        """Appends a layer. Raises ImpossibleError where it cannot take its input."""
        if name == "none" or current == DEAD:
            return DEAD
        rank = len(self.shapes[current])
        attributes: dict[str, AttributeValue] = {}
        for parameter in OPERATORS[name].parameters:
            if parameter.name not in arguments:
                continue
            attributes[parameter.name] = _converted(name, parameter, arguments[parameter.name], rank, span)
        return self._append(name, (current,), attributes, span)

    def join(self, name: str, parts: list[str], span: Span) -> str:
        """Appends an add, mul or concat of the parts that are not none; a part alone stands for itself."""
        live = tuple(part for part in parts if part != DEAD)
        if not live or (name == "mul" and len(live) < len(parts)):
            return DEAD
        return live[0] if len(live) == 1 else self._append(name, live, {}, span)

    def residual(self, start: str, end: str, span: Span) -> str:
        """Appends an add; before it, where shapes differ, a 1x1 conv of the body's stride and batch_norm."""
        if DEAD in (start, end):
            return start or end
        before, after = self.shapes[start], self.shapes[end]
        if before != after:
            start = self._project(start, end, span)
        return self._append("add", (start, end), {}, span)

    def enter(self, scope: str, title: str, span: Span) -> None:
        """Goes into a scope, under a name of its own even where one unrolled node is walked twice."""
        self._frame = (*self._frame, Frame(title, span))
        path = (*self._scope, scope)
        self._scopes[path] += 1
        if self._scopes[path] > 1:
            path = (*self._scope, f"{scope}_again_{self._scopes[path]}")
        self._scope = path

    def leave(self) -> None:
        """Goes back out."""
        self._scope = self._scope[:-1]
        self._frame = self._frame[:-1]

    def begin_setting(self, settings: dict[str, Scalar], span: Span) -> None:
        """Compresses what follows as said, and otherwise as what is around it."""
        found = dict(self._settings[-1])
        for name, value in settings.items():
            found[name] = _converted("with", COMPRESSION[name], value, 3, span)
        self._settings.append(found)

    def end_setting(self) -> None:
        """Compresses again as before."""
        self._settings.pop()

    def resized(self, sides: tuple[Scalar, ...], span: Span) -> None:
        """Sets the shape of the network's input; real sides round half up."""
        shape = tuple(convert("channels", side, 3) for side in sides)
        if None in shape:
            raise ImpossibleError("shape", f"the input cannot be {list(sides)}", span)
        self.shapes["input"] = tuple(side for side in shape if isinstance(side, int))

    def violated(self, reason: str, span: Span) -> None:
        """Ends the elaboration."""
        raise ImpossibleError("require", reason, span)

    def _project(self, start: str, end: str, span: Span) -> str:
        before, after = self.shapes[start], self.shapes[end]
        reason = (
            f"residual cannot add {show(before)} and {show(after)}, from {self._made_by(start)} and "
            f"{self._made_by(end)}"
        )
        if len(before) != len(after) or len(after) == 1:
            raise ImpossibleError("shape", reason, span)
        (tall, wide), (early_tall, early_wide) = self._strides[end], self._strides[start]
        rows, columns = tall / early_tall, wide / early_wide
        if not (rows.is_integer() and columns.is_integer()):
            raise ImpossibleError("shape", f"{reason}; what is between them enlarges", span)
        attributes: dict[str, AttributeValue] = {
            "filters": after[-1],
            "kernel": (1, 1),
            "stride": (int(rows), int(columns)),
            "padding": "same",
            "dilation": (1, 1),
            "groups": 1,
            "bias": False,
        }
        conv = self._append("conv", (start,), attributes, span)
        if self.shapes[conv] != after:
            reason = (
                f"residual makes {show(after)} of {show(before)}, but a 1x1 projection of its stride "
                f"{rows:g}x{columns:g} makes {show(self.shapes[conv])}"
            )
            raise ImpossibleError("shape", reason, span)
        return self._append("batch_norm", (conv,), {}, span)

    def _append(
        self, op: str, inputs: tuple[str, ...], attributes: dict[str, AttributeValue], span: Span
    ) -> str:
        self._check_precision(op, span)
        self._names[op] += 1
        layer = Layer(
            name=f"{op}_{self._names[op]}",
            op=op,
            inputs=inputs,
            attributes=attributes,
            scope=self._scope,
            span=span,
        )
        shape = layer_shape(layer, [self.shapes[name] for name in inputs])
        if isinstance(shape, Infeasible):
            reason, mark, advice = shape.reason.partition("; ")
            raise ImpossibleError(shape.kind, f"{reason}, {self._origin(inputs)}{mark}{advice}", span)
        self.layers.append(layer)
        self.shapes[layer.name] = shape
        sparsity = self._settings[-1].get("sparsity")
        if isinstance(sparsity, float):
            self.sparsity[layer.name] = sparsity
        self._frames[layer.name] = self._frame
        self._strides[layer.name] = self._stride(op, inputs[0], attributes)
        return layer.name

    def _check_precision(self, op: str, span: Span) -> None:
        settings = self._settings[-1]
        for name in ("weights", "activations"):
            word = settings.get(name, "int8")
            if word != "int8" and (name == "activations" or op in WEIGHTED):
                reason = f"{op} has no kernel for {word} {name}, only for int8"
                raise ImpossibleError("no kernel", reason, span)

    def _stride(self, op: str, source: str, attributes: dict[str, AttributeValue]) -> Stride:
        rows, columns = self._strides[source]
        if op == "upsample":
            down, right = pair(attributes, "factor")
            return rows / down, columns / right
        if "stride" not in attributes:
            return rows, columns
        down, right = pair(attributes, "stride")
        return (rows / down, columns / right) if op == "transposed_conv" else (rows * down, columns * right)

    def _origin(self, sources: tuple[str, ...]) -> str:
        """Where the values come from, to end a message with."""
        if sources == ("input",):
            return "the network's input"
        made = [self._made_by(source) for source in sources]
        return f"which {made[0]} made" if len(made) == 1 else f"from {' and '.join(made)}"

    def _made_by(self, source: str) -> str:
        """`conv at line 3`, or the outermost block that the value came out of: `ds_conv at line 12`."""
        if source == "input":
            return "the network's input"
        layer = next(layer for layer in self.layers if layer.name == source)
        assert layer.span is not None
        frames = self._frames[source]
        inside = sum(1 for mine, other in zip(self._frame, frames, strict=False) if mine is other)
        blocks = [frame for frame in frames[inside:] if frame.title]
        title, span = (blocks[0].title, blocks[0].span) if blocks else (layer.op, layer.span)
        return f"{title} at line {span.line}"


def _converted(op: str, parameter: OperatorParameter, given: Scalar, rank: int, span: Span) -> AttributeValue:
    converted = convert(parameter.kind, given, rank)
    if converted is None:
        shown = list(given) if isinstance(given, tuple) else given
        reason = f"{op} {parameter.name} cannot be {shown} (line {span.line})"
        raise ImpossibleError("shape", reason, span)
    return converted
