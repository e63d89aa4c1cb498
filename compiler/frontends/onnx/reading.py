"""What the handlers of operators share: the values read so far, and the draft of the Graph they add to."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from compiler.errors import ModelError
from compiler.frontends.onnx.attributes import malformed
from compiler.frontends.onnx.draft import GraphDraft
from compiler.frontends.onnx.layout import Layout, Order, Shape, axes_kept, stored
from compiler.frontends.onnx.model import OnnxNode, shown
from compiler.frontends.onnx.ports import Ports
from compiler.frontends.onnx.reject import RejectedError, not_quantized
from compiler.frontends.onnx.values import (
    INTEGERS,
    Affine,
    Clamp,
    Constant,
    Floats,
    Indices,
    Integers,
    Pending,
    Reals,
    Result,
    Stored,
    Sums,
    Value,
    dequantized,
    quantized,
)
from compiler.ir.fixed_point import activation_bounds
from compiler.ir.ops import Activate, Activation, Lookup
from compiler.ir.tensor import Quantization

_CLAMPS: tuple[Activation, ...] = ("none", "relu", "relu6")
Handler = Callable[["Reading", OnnxNode], "Value | tuple[Value, ...]"]
Handlers = Mapping[str, Handler]


class Reading:
    """One file being read. `values`: by ONNX name; `opset`: of ONNX's own operators."""

    def __init__(self, file_name: str, opset: int, *, quantized: bool, float_ports: bool) -> None:
        self.file_name = file_name
        self.opset = opset
        self.quantized = quantized
        self.draft = GraphDraft(file_name, quantized)
        self.ports = Ports(self.draft, float_ports)
        self.values: dict[str, Value] = {}
        self._tables: dict[tuple[str, bytes, Quantization], str] = {}

    def given(self, node: OnnxNode, index: int) -> bool:
        """Whether a node has its optional input."""
        return index < len(node.inputs) and bool(node.inputs[index])

    def value(self, node: OnnxNode, index: int) -> Value:
        """An input that must be there."""
        if not self.given(node, index):
            raise malformed(node, f"lacks its input {index}")
        return self.values[node.inputs[index]]

    def constant(self, node: OnnxNode, index: int, what: str) -> Constant:
        """An input that must be stored in the file."""
        value = self.value(node, index)
        if not isinstance(value, Constant):
            raise RejectedError(f"its {what} is computed at run time", f"a constant {what}")
        return value

    def numbers(self, node: OnnxNode, index: int, what: str) -> np.ndarray | None:
        """The plain numbers of a constant input, flat; None where the node has none."""
        if not self.given(node, index):
            return None
        return np.ravel(self.constant(node, index, what).real())

    def integers(self, node: OnnxNode, index: int, what: str) -> tuple[int, ...] | None:
        """The integers of a constant input; None where the node has none."""
        found = self.numbers(node, index, what)
        if found is None:
            return None
        if found.dtype.kind not in "iu":
            raise malformed(node, f"has a {what} that is not made of integers")
        return tuple(int(number) for number in found)

    def operand(self, node: OnnxNode, index: int) -> Reals | Floats:
        """An input that is computed with: on its grid in a quantized network, a float32 tensor in another."""
        return self.computed(self.value(node, index))

    def computed(self, value: Value) -> Reals | Floats:
        """As `operand`, of a value."""
        if isinstance(value, Floats) and not self.quantized:
            return value
        if isinstance(value, Reals):
            return self.settled(value)
        raise not_quantized(value)

    def settled(self, value: Reals) -> Reals:
        """The same numbers as integers of their own grid, where they lie on it."""
        if value.plain:
            return value
        patterns = quantized(value.table, value.grid).view(np.uint8)
        if not np.array_equal(dequantized(value.grid)[patterns], value.table):
            raise not_quantized(value)
        tensor = self.looked_up(value, value.grid)
        return self.plain(Result(tensor, value.layout), value.grid)

    def looked_up(self, value: Reals, grid: Quantization) -> str:
        """The tensor of these numbers rounded to a grid: the same, clamped, or looked up in a table."""
        table = quantized(value.table, grid)
        if grid == value.grid and np.array_equal(table, INTEGERS):
            return value.tensor
        key = (value.tensor, table.tobytes(), grid)
        if key not in self._tables:
            self._tables[key] = self._add_table(value, table, grid)
        return self._tables[key]

    def _add_table(self, value: Reals, table: np.ndarray, grid: Quantization) -> str:
        shape, wanted = self.draft.shape(value.tensor), f"{value.tensor}/table"
        for activation in _CLAMPS[1:] if grid == value.grid else ():
            if np.array_equal(table, np.clip(INTEGERS, *activation_bounds(activation, grid))):
                return self.draft.compute(
                    Activate(activation=activation), (value.tensor,), wanted, shape, grid
                )
        parameter = self.draft.parameter(f"{wanted}/entries", table, grid)
        return self.draft.compute(
            Lookup(curve="a function of one number"), (value.tensor, parameter), wanted, shape, grid
        )

    def on_grid(self, value: Value, grid: Quantization) -> Result:
        """QuantizeLinear: an int8 tensor of these real numbers. RejectedError where they are no real
        numbers known by integers.
        """
        match value:
            case Reals():
                return Result(self.looked_up(value, grid), value.layout)
            case Pending():
                return value.finish(grid, Clamp(value.low, value.high))
            case Constant():
                return self._stored_constant(quantized(value.real(), grid), grid)
            case _:
                raise not_quantized(value)

    def narrowed(self, value: Integers) -> Integers:
        """The same integers in a tensor that holds no others: clamped where they have fewer than 8 bits."""
        if not value.clamped:
            return value
        grid = self.draft.grid(value.tensor) or Quantization(scale=(1.0,), zero_point=(0,))
        self.draft.set_grid(value.tensor, grid)
        table = np.clip(INTEGERS, value.low, value.high)
        narrow = Reals(
            tensor=value.tensor,
            layout=value.layout,
            table=dequantized(grid)[table.astype(np.uint8)],
            grid=grid,
        )
        return replace(value, tensor=self.looked_up(narrow, grid), low=-128, high=127)

    def _stored_constant(self, array: np.ndarray, grid: Quantization) -> Result:
        kept = axes_kept(array.shape)
        packed = array.reshape(tuple(array.shape[axis] for axis in kept))
        return Result(self.draft.parameter("constant", packed, grid), stored(array.shape, kept))

    def clamped(
        self, clamp: Clamp, grid: Quantization | None
    ) -> tuple[Activation, Callable[[Result], Result]]:
        """The activation that clamps a quantized output so, and what must follow it where none does."""
        if grid is None:
            return "none", lambda result: result
        bounds = tuple(int(quantized(np.array(bound), grid)) for bound in (clamp.low, clamp.high))
        for activation in _CLAMPS:
            if activation_bounds(activation, grid) == bounds:
                return activation, lambda result: result
        table = np.clip(dequantized(grid), clamp.low, clamp.high).astype(np.float32)

        def follow(result: Result) -> Result:
            value = Reals(tensor=result.tensor, layout=result.layout, table=table, grid=grid)
            return Result(self.looked_up(value, grid), result.layout)

        return "none", follow

    def result(
        self,
        layout: Layout,
        finish: Callable[[Quantization | None, Activation], Result],
        *,
        fixed: Quantization | None = None,
        with_bias: Callable[[Constant], Value] | None = None,
        with_affine: Callable[[Affine], Value] | None = None,
    ) -> Pending | Floats:
        """The value of an operator that rescales. `finish` adds its node: float32 without a quantization."""
        if not self.quantized:
            done = finish(None, "none")
            return Floats(tensor=done.tensor, layout=done.layout)

        def on(grid: Quantization, clamp: Clamp) -> Result:
            activation, follow = self.clamped(clamp, grid)
            return follow(finish(grid, activation))

        return Pending(layout=layout, finish=on, fixed=fixed, with_bias=with_bias, with_affine=with_affine)

    def plain(self, result: Result, grid: Quantization) -> Reals:
        """The numbers that the integers of a tensor stand for."""
        return Reals(tensor=result.tensor, layout=result.layout, table=dequantized(grid), grid=grid)

    def activated(
        self, result: Result, activation: Activation, grid: Quantization | None, shape: Shape
    ) -> Result:
        """Under a shape that differs in axes of length 1, clamped for an operator that cannot itself."""
        layout = result.layout.reshaped(shape)
        assert layout is not None, "axes of length 1 are never stored apart"
        if activation == "none":
            return Result(result.tensor, layout)
        sides = self.draft.shape(result.tensor)
        op = Activate(activation=activation)
        return Result(
            self.draft.compute(op, (result.tensor,), f"{result.tensor}/{activation}", sides, grid), layout
        )

    def moved(self, value: Value, layout: Layout, move: Callable[[Stored], Result]) -> Value:
        """A value whose elements `move` takes elsewhere, without computing with them. `layout`: what it will
        be, for values that are not there yet.
        """
        match value:
            case Integers():
                result = move(value)
                return replace(value, tensor=result.tensor, layout=result.layout)
            case Reals(table=table, grid=grid):
                result = move(value)
                return Reals(tensor=result.tensor, layout=result.layout, table=table, grid=grid)
            case Floats():
                result = move(value)
                return Floats(tensor=result.tensor, layout=result.layout)
            case Indices():
                result = move(value)
                return Indices(tensor=result.tensor, layout=result.layout)
            case Pending():
                return self._moved_later(value, layout, move)
            case Sums(real=real):
                return replace(value, layout=layout, real=self._moved_later(real, layout, move))
            case Constant():
                raise RejectedError("it moves a constant", "constants stored the way they are read")

    def _moved_later(self, value: Pending, layout: Layout, move: Callable[[Stored], Result]) -> Pending:
        def finish(grid: Quantization, clamp: Clamp) -> Result:
            done = value.finish(grid, clamp)
            return move(self.plain(done, grid))

        return Pending(layout=layout, finish=finish, low=value.low, high=value.high, fixed=value.fixed)

    def as_map(self, value: Stored) -> str:
        """The tensor (H, W, C) of a value (1, C, H, W), or (1, C, L) as a map one column wide."""
        if len(value.layout.shape) == 3:
            tensor = self.draft.arranged(value, (2, 1))
            length, channels = self.draft.shape(tensor)
            return self.draft.reshaped(tensor, (length, 1, channels))
        return self.draft.arranged(value, (2, 3, 1))


def layout_of(value: Value) -> Layout:
    """Of any value; that of a constant is ONNX's order."""
    if isinstance(value, Constant):
        return stored(value.array.shape, tuple(range(value.array.ndim)))
    return value.layout


def shape_of(value: Value) -> Shape:
    """The ONNX shape of any value."""
    return value.array.shape if isinstance(value, Constant) else value.layout.shape


def require_map(node: OnnxNode, value: Value) -> Shape:
    """The shape of a value (1, C, H, W) or (1, C, L)."""
    shape = shape_of(value)
    if len(shape) not in (3, 4):
        raise RejectedError(f"it reads a value of shape {list(shape)}", "maps of one or two dimensions")
    if shape[0] != 1:
        raise RejectedError(f"it reads a batch of {shape[0]}", "a batch of 1")
    return shape


def result_in(tensor: str, shape: Shape, order: Order) -> Result:
    """A result whose axes lie in `order`."""
    return Result(tensor, stored(shape, order))


def undefined(file_name: str, name: str) -> ModelError:
    """The error for a value that is read before it is defined."""
    return ModelError(f"{file_name} reads {shown(name)} before anything defines it")
