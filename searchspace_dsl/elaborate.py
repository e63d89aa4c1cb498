"""One member of an unrolled space to an Architecture: shapes, projections of residuals, biases."""

from collections import Counter
from dataclasses import dataclass, replace

from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.operators import OPERATORS, Scalar, convert
from searchspace_dsl.shapes import Shape, layer_shape, pair, show
from searchspace_dsl.span import Span
from searchspace_dsl.unroll import Unrolled
from searchspace_dsl.values import ImpossibleError, Run

BIASED = frozenset({"conv", "depthwise", "dense"})
Stride = tuple[int, int]


def elaborate(
    unrolled: Unrolled, vector: list[float], input_shape: Shape, classes: int | None
) -> Architecture | Infeasible:
    """The network that `vector` stands for; its output is a vector of `classes` numbers where that is given.

    With 0 classes its output has the shape of its input.

    Infeasible is of kind "shape" (layers that do not fit) or "require".
    """
    try:
        return build(unrolled, vector, input_shape, classes)
    except ImpossibleError as error:
        return Infeasible(error.kind, error.reason)


def build(unrolled: Unrolled, vector: list[float], input_shape: Shape, classes: int | None) -> Architecture:
    """As `elaborate`, but raises ImpossibleError, which knows the place in the spec."""
    run = Run(vector)
    maker = LayerMaker(input_shape)
    index = unrolled.selector.evaluate(run)
    assert isinstance(index, int)
    output = unrolled.networks[index].walk(run, maker, "input")
    name = unrolled.names[index]
    if classes is not None and maker.shapes[output] != ((classes,) if classes else input_shape):
        made = show(maker.shapes[output])
        where = maker.layers[-1].span if maker.layers else None
        wanted = f"has {classes} classes" if classes else f"reconstructs {show(input_shape)}"
        raise ImpossibleError("shape", f"{name} ends in {made}, but the task {wanted}", where)
    return Architecture(
        name=name, input_shape=input_shape, layers=_resolve_biases(maker.layers, output), output=output
    )


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One call, iteration or residual being walked; `title`: of a call the block's name, else empty."""

    title: str
    span: Span


class LayerMaker:
    """A Maker whose values are layer names."""

    def __init__(self, input_shape: Shape) -> None:
        self.layers: list[Layer] = []
        self.shapes: dict[str, Shape] = {"input": input_shape}
        self._strides: dict[str, Stride] = {"input": (1, 1)}
        self._names: Counter[str] = Counter()
        self._scope: tuple[str, ...] = ()
        self._scopes: Counter[tuple[str, ...]] = Counter()
        self._frame: tuple[Frame, ...] = ()
        self._frames: dict[str, tuple[Frame, ...]] = {}

    def operator(self, name: str, arguments: dict[str, Scalar], current: str, span: Span) -> str:
        """Appends a layer. Raises ImpossibleError where it cannot take its input."""
        rank = len(self.shapes[current])
        attributes: dict[str, AttributeValue] = {}
        for parameter in OPERATORS[name].parameters:
            if parameter.name not in arguments:
                continue
            given = arguments[parameter.name]
            converted = convert(parameter.kind, given, rank)
            if converted is None:
                reason = f"{name} {parameter.name} cannot be {given} (line {span.line})"
                raise ImpossibleError("shape", reason, span)
            attributes[parameter.name] = converted
        return self._append(name, (current,), attributes, span)

    def join(self, name: str, parts: list[str], span: Span) -> str:
        """Appends an add, mul or concat."""
        return self._append(name, tuple(parts), {}, span)

    def residual(self, start: str, end: str, span: Span) -> str:
        """Appends an add; before it, where shapes differ, a 1x1 conv of the body's stride and batch_norm."""
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

    def violated(self, reason: str, span: Span) -> None:
        """Ends the elaboration."""
        raise ImpossibleError("require", reason, span)

    def _project(self, start: str, end: str, span: Span) -> str:
        before, after = self.shapes[start], self.shapes[end]
        if len(before) != len(after) or len(after) == 1:
            reason = f"residual (line {span.line}) cannot add {show(before)} to {show(after)}"
            raise ImpossibleError("shape", reason, span)
        (tall, wide), (early_tall, early_wide) = self._strides[end], self._strides[start]
        if tall % early_tall or wide % early_wide:
            reason = (
                f"residual (line {span.line}) cannot add {show(before)} to {show(after)} of other strides"
            )
            raise ImpossibleError("shape", reason, span)
        rows, columns = tall // early_tall, wide // early_wide
        attributes: dict[str, AttributeValue] = {
            "filters": after[-1],
            "kernel": (1, 1),
            "stride": (rows, columns),
            "padding": "same",
            "dilation": (1, 1),
            "groups": 1,
            "bias": False,
        }
        conv = self._append("conv", (start,), attributes, span)
        if self.shapes[conv] != after:
            reason = (
                f"residual (line {span.line}) makes {show(after)} of {show(before)}, but a 1x1 projection of "
                f"its stride {rows}x{columns} makes {show(self.shapes[conv])}"
            )
            raise ImpossibleError("shape", reason, span)
        return self._append("batch_norm", (conv,), {}, span)

    def _append(
        self, op: str, inputs: tuple[str, ...], attributes: dict[str, AttributeValue], span: Span
    ) -> str:
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
        self._frames[layer.name] = self._frame
        self._strides[layer.name] = self._stride(inputs[0], attributes)
        return layer.name

    def _stride(self, source: str, attributes: dict[str, AttributeValue]) -> Stride:
        if "stride" not in attributes:
            return self._strides[source]
        rows, columns = pair(attributes, "stride")
        return self._strides[source][0] * rows, self._strides[source][1] * columns

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


def _resolve_biases(layers: list[Layer], output: str) -> tuple[Layer, ...]:
    """`bias` where the spec says nothing: none before a batch_norm that is the only reader."""
    readers: dict[str, list[str]] = {}
    for layer in layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer.op)
    resolved = []
    for layer in layers:
        attributes = dict(layer.attributes)
        if layer.op in BIASED and "bias" not in attributes:
            attributes["bias"] = layer.name == output or readers.get(layer.name) != ["batch_norm"]
        resolved.append(replace(layer, attributes=attributes))
    return tuple(resolved)
