"""The Graph while a file is read: nodes added one by one, values brought into the order asked for."""

from dataclasses import replace

import numpy as np

from compiler.errors import ModelError
from compiler.frontends.onnx.layout import Order, Shape, moved_runs
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Stored
from compiler.ir.graph import Graph, Node, Rounding
from compiler.ir.ops import DesignedOp, Op, Reshape, Transpose
from compiler.ir.tensor import Dtype, Quantization, Tensor

MOST_ELEMENTS = 1 << 26
"""Of one value; no microcontroller has as many bytes."""
_LONGEST_NAME = 100


class GraphDraft:
    """Adds to a Graph. A tensor's quantization may come later: to all that share its integers."""

    def __init__(self, file_name: str, quantized: bool) -> None:
        self.file_name = file_name
        self.quantized = quantized
        self._nodes: list[Node] = []
        self._tensors: dict[str, Tensor] = {}
        self._weights: dict[str, np.ndarray] = {}
        self._inputs: list[str] = []
        self._moved_from: dict[str, tuple[str, ...]] = {}
        self._moves: dict[tuple[Op, tuple[str, ...], Shape], str] = {}

    def input(self, wanted: str, tensor: Tensor) -> str:
        """A port of the network."""
        name = self._define(wanted, tensor)
        self._inputs.append(name)
        return name

    def placeholder(self, wanted: str, tensor: Tensor) -> str:
        """A tensor that nothing computes, for a file that will be refused."""
        return self._define(wanted, tensor)

    def parameter(
        self, wanted: str, array: np.ndarray, quantization: Quantization | None, *, int4: bool = False
    ) -> str:
        """A constant: float32, or integers with what they stand for. `int4`: the type of an int8 array."""
        dtype: Dtype = "int4" if int4 else array.dtype.name  # type: ignore[assignment]
        name = self._define(wanted, Tensor(shape=array.shape, dtype=dtype, quantization=quantization))
        self._weights[name] = np.ascontiguousarray(array)
        return name

    def add(self, op: Op, inputs: tuple[str, ...], wanted: str, tensor: Tensor) -> str:
        """One node and the value it defines; its name. RejectedError where a float network cannot hold it."""
        if not self.quantized and not isinstance(op, DesignedOp):
            kind = type(op).__name__
            raise RejectedError(f"it needs a float {kind}, of which there is none to quantize", "a QDQ file")
        name = self._define(wanted, tensor)
        self._nodes.append(Node(name=name, op=op, inputs=inputs, outputs=(name,)))
        return name

    def compute(
        self, op: Op, inputs: tuple[str, ...], wanted: str, shape: Shape, grid: Quantization | None
    ) -> str:
        """A node that computes int8 on a grid; float32 without one."""
        return self.add(
            op, inputs, wanted, Tensor(shape=shape, dtype="int8" if grid else "float32", quantization=grid)
        )

    def move(self, op: Op, inputs: tuple[str, ...], wanted: str, shape: Shape) -> str:
        """A node that moves or compares elements: its output stands for what its inputs stand for. Equal
        moves are one node.
        """
        key = (op, inputs, shape)
        if key not in self._moves:
            tensor = replace(self._tensors[inputs[0]], shape=shape)
            self._moves[key] = self.add(op, inputs, wanted, tensor)
            self._moved_from[self._moves[key]] = inputs
        return self._moves[key]

    def arranged(self, value: Stored, order: Order) -> str:
        """The tensor of a value with these axes in this order, transposed where it has another."""
        layout = value.layout
        tensor = value.tensor
        if layout.atoms(order) != layout.storage:
            sizes, permutation = moved_runs(layout, order)
            tensor = self.reshaped(tensor, sizes)
            moved = tuple(sizes[axis] for axis in permutation)
            tensor = self.move(
                Transpose(permutation=permutation), (tensor,), f"{value.tensor}/transposed", moved
            )
        return self.reshaped(tensor, tuple(layout.shape[axis] for axis in order))

    def reshaped(self, tensor: str, shape: Shape) -> str:
        """The tensor under another shape."""
        if self._tensors[tensor].shape == shape:
            return tensor
        return self.move(Reshape(), (tensor,), f"{tensor}/reshaped", shape)

    def shape(self, tensor: str) -> Shape:
        """Of a tensor, as the Graph counts axes."""
        return self._tensors[tensor].shape

    def source(self, tensor: str) -> Node | None:
        """The node that computes a tensor; None for ports and parameters."""
        return next((node for node in reversed(self._nodes) if node.outputs[0] == tensor), None)

    def grid(self, tensor: str) -> Quantization | None:
        """What its integers stand for, where that is known yet."""
        return self._tensors[tensor].quantization

    def set_grid(self, tensor: str, grid: Quantization) -> None:
        """Gives a tensor, and all it was moved from, a quantization; none of them where one has another."""
        same = self._moved_together(tensor)
        if all(self._tensors[name].quantization in (None, grid) for name in same):
            for name in same:
                self._tensors[name] = replace(self._tensors[name], quantization=grid)

    def _moved_together(self, tensor: str) -> tuple[str, ...]:
        """A tensor and all it was moved from, directly or not."""
        found = {tensor: None}
        waiting = [tensor]
        while waiting:
            for source in self._moved_from.get(waiting.pop(), ()):
                if source not in found:
                    found[source] = None
                    waiting.append(source)
        return tuple(found)

    def finish(
        self, outputs: dict[str, str], rounding: Rounding, name: str, unknown: Quantization | None
    ) -> Graph:
        """`outputs`: the tensor of each, by the name it is to have. `unknown`: of integers that nothing says
        what they stand for. The file's name for an output replaces the tensor's.
        """
        self._settle_grids(unknown)
        renamed = {tensor: wanted for wanted, tensor in outputs.items() if self._may_rename(tensor, wanted)}
        new = {tensor: renamed.get(tensor, tensor) for tensor in self._tensors}
        nodes = tuple(
            replace(
                node,
                name=new[node.outputs[0]],
                inputs=tuple(new[n] for n in node.inputs),
                outputs=(new[node.outputs[0]],),
            )
            for node in self._nodes
        )
        return Graph(
            name=name,
            inputs=tuple(self._inputs),
            outputs=tuple(new[tensor] for tensor in outputs.values()),
            nodes=nodes,
            tensors={new[tensor]: kind for tensor, kind in self._tensors.items()},
            parameters=tuple(self._weights),
            weights=dict(self._weights),
            rounding=rounding,
        )

    def _may_rename(self, tensor: str, wanted: str) -> bool:
        return tensor not in self._inputs and len(wanted) <= _LONGEST_NAME and wanted not in self._tensors

    def _settle_grids(self, unknown: Quantization | None) -> None:
        for node in self._nodes:
            output = node.outputs[0]
            kind = self._tensors[output]
            if output in self._moved_from and kind.dtype == "int8" and kind.quantization is None:
                self.set_grid(output, self._tensors[node.inputs[0]].quantization or _known(unknown))
        for tensor, kind in self._tensors.items():
            if kind.dtype == "int8" and kind.quantization is None:
                self._tensors[tensor] = replace(kind, quantization=_known(unknown))

    def _define(self, wanted: str, tensor: Tensor) -> str:
        if tensor.elements > MOST_ELEMENTS:
            raise ModelError(
                f"{self.file_name}: a value of shape {list(tensor.shape)} is more than any board holds"
            )
        wanted = wanted[:_LONGEST_NAME] or "value"
        name, number = wanted, 2
        while name in self._tensors:
            name, number = f"{wanted}_{number}", number + 1
        self._tensors[name] = tensor
        return name


def _known(grid: Quantization | None) -> Quantization:
    return grid or Quantization(scale=(1.0,), zero_point=(0,))
