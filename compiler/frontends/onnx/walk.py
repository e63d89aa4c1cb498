"""Node after node in the file's order. What is refused leaves a stand-in, so that the rest is judged, too."""

from dataclasses import dataclass, field

from compiler.errors import ModelError
from compiler.frontends.onnx.constants import FOLDABLE, constant_node, fold
from compiler.frontends.onnx.model import OnnxNode, shown
from compiler.frontends.onnx.nearest import NEAREST, OPERATORS
from compiler.frontends.onnx.reading import Handlers, Reading, shape_of, undefined
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.stand_in import Shapes, stand_in
from compiler.frontends.onnx.values import Value
from compiler.frontends.unsupported import Unsupported

_STEPS = ("QuantizeLinear", "DequantizeLinear")
_DYNAMIC = ("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "MatMulIntegerToFloat")


@dataclass(slots=True)
class Walk:
    """A file being read node by node. `troubles`: what is refused so far; `doubtful`: values that depend on
    what was refused, with nothing in between that quantizes them anew, so that a refusal of what reads them
    may be a consequence; those of them that have no stand-in are no values of `reading`.
    """

    reading: Reading
    shapes: Shapes
    handlers: Handlers
    troubles: list[Unsupported] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)

    def run(self, nodes: tuple[OnnxNode, ...]) -> None:
        """Reads every node. ModelError where the file is not sound; but once something was refused, a file
        that makes no sense any more ends the walk instead.
        """
        for node in nodes:
            try:
                self._expect_defined(node)
                if node.outputs:
                    self._read(node)
            except ModelError:
                if not self.troubles:
                    raise
                return

    def _expect_defined(self, node: OnnxNode) -> None:
        known = self.reading.values
        for name in node.inputs:
            if name and name not in known and name not in self.doubtful:
                raise undefined(self.reading.file_name, name)
        if any(name in known or name in self.doubtful for name in node.outputs if name):
            raise ModelError(f"{self.reading.file_name} defines {shown(node.outputs[0])} twice")

    def _read(self, node: OnnxNode) -> None:
        doubtful = bool(self.doubtful.intersection(node.inputs))
        unreadable = any(name and name not in self.reading.values for name in node.inputs)
        try:
            if unreadable and _has_handler(node, self.handlers):
                self._stand_in(node)
                return
            found = _value(self.reading, node, self.handlers)
        except RejectedError as rejected:
            # of what follows a refused operator this may be a consequence
            if not doubtful or node.op == "QuantizeLinear" or not _has_handler(node, self.handlers):
                self._refuse_node(node, rejected)
            self._stand_in(node)
            return
        except ModelError:
            if not doubtful:
                raise
            self._stand_in(node)
            return
        certain = not doubtful or node.op in _STEPS
        for name, value in zip(node.outputs, found, strict=False):
            if name:
                self.reading.values[name] = value
                self.doubtful.update(() if certain else (name,))

    def _refuse_node(self, node: OnnxNode, rejected: RejectedError) -> None:
        operator = f"{node.domain}.{node.op}" if node.domain else node.op
        tensor = node.outputs[0].removesuffix("/real")  # what a QOperator node was taken apart into
        shape = self.shapes.of(tensor)
        if shape is None:
            values = self.reading.values
            shape = next((shape_of(values[name]) for name in node.inputs if name in values), None)
        self.troubles.append(
            Unsupported(
                operator=operator, tensor=tensor, shape=shape, why=rejected.why, nearest=rejected.nearest
            )
        )

    def _stand_in(self, node: OnnxNode) -> None:
        for name in filter(None, node.outputs):
            shape = self.shapes.of(name.removesuffix("/real"))
            value = None if shape is None else stand_in(self.reading, node, name, shape)
            if value is not None:
                self.reading.values[name] = value
            if value is None or (self.reading.quantized and node.op != "DequantizeLinear"):
                self.doubtful.add(name)


def _value(reading: Reading, node: OnnxNode, handlers: Handlers) -> tuple[Value, ...]:
    if node.op == "Constant" and not node.domain:
        return (constant_node(node),)
    folded = fold(reading, node)
    if folded is not None:
        return (folded,)
    handler = handlers.get(node.op) if not node.domain else None
    if handler is None:
        raise _no_such_operator(node)
    found = handler(reading, node)
    return found if isinstance(found, tuple) else (found,)


def _has_handler(node: OnnxNode, handlers: Handlers) -> bool:
    return not node.domain and (node.op in handlers or node.op in FOLDABLE)


def _no_such_operator(node: OnnxNode) -> RejectedError:
    if node.op in _DYNAMIC:
        return RejectedError("its scales are found at run time", "static quantization")
    nearest = OPERATORS if node.domain else NEAREST.get(node.op, OPERATORS)
    return RejectedError("there is no such operator here", nearest)
