"""What takes the place of a refused operator's result while the rest of a file is judged: a value of its
shape that nothing computes. No Graph is made of a file that has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from compiler.frontends.onnx.draft import MOST_ELEMENTS
from compiler.frontends.onnx.layout import Shape, axes_kept, channels_last, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Reading
from compiler.frontends.onnx.values import Clamp, Constant, Floats, Integers, Pending, Result, Value
from compiler.ir.tensor import Dtype, Quantization, Tensor

_UNKNOWN = Quantization(scale=(1.0,), zero_point=(0,))


@dataclass(slots=True)
class Shapes:
    """Of a file's values, for messages and stand-ins: what the file says, else what ONNX infers of it, which
    is done once it is asked for. A batch left open is 1.
    """

    declared: Mapping[str, Shape]
    data: bytes
    _inferred: Mapping[str, Shape] | None = None

    def of(self, name: str) -> Shape | None:
        """None where neither knows, or the value is larger than any board holds."""
        shape = self.declared.get(name, self.declared.get(name.removesuffix("_quantized")))
        if shape is None:
            if self._inferred is None:
                self._inferred = _inferred_shapes(self.data)
            shape = self._inferred.get(name)
        return shape if shape is None or prod(shape) <= MOST_ELEMENTS else None


def _inferred_shapes(data: bytes) -> Mapping[str, Shape]:
    from onnx import ModelProto
    from onnx.shape_inference import InferenceError, infer_shapes

    model = ModelProto.FromString(data)
    for port in model.graph.input:
        dims = port.type.tensor_type.shape.dim
        if len(dims) > 1 and not dims[0].HasField("dim_value"):
            dims[0].dim_value = 1
    for port in model.graph.output:
        port.type.tensor_type.ClearField("shape")
    try:
        graph = infer_shapes(model).graph
    except (InferenceError, RuntimeError, ValueError, TypeError):
        return {}  # messages then do without
    found = {}
    for info in (*graph.value_info, *graph.output):
        dims = info.type.tensor_type.shape.dim
        if info.type.tensor_type.HasField("shape") and all(dim.dim_value > 0 for dim in dims):
            found[info.name] = tuple(dim.dim_value for dim in dims)
    return found


def stand_in(reading: Reading, node: OnnxNode, name: str, shape: Shape) -> Value | None:
    """For a result `name` of a refused node. None where it is a constant, since what reads constants looks at
    their numbers.
    """
    known = [reading.values[source] for source in node.inputs if source in reading.values]
    if all(isinstance(value, Constant) for value in known) or not shape:
        return None
    whole = len(shape) in (3, 4) and shape[0] == 1
    order = channels_last(shape) if whole else axes_kept(shape)
    sides, layout = tuple(shape[axis] for axis in order), stored(shape, order)

    def tensor(grid: Quantization | None) -> str:
        dtype: Dtype = "int8" if reading.quantized else "float32"
        return reading.draft.placeholder(name, Tensor(shape=sides, dtype=dtype, quantization=grid))

    def finish(grid: Quantization, clamp: Clamp) -> Result:
        return Result(tensor(grid), layout)

    if not reading.quantized:
        return Floats(tensor=tensor(None), layout=layout)
    if node.op == "DequantizeLinear" and isinstance(known[0], Constant):
        return None
    if node.op == "QuantizeLinear":
        return Integers(tensor=tensor(None), layout=layout, unsigned=_unsigned(reading, node))
    if node.op == "DequantizeLinear":
        return reading.plain(Result(tensor(_scale(reading, node)), layout), _scale(reading, node))
    return Pending(layout=layout, finish=finish)


def _unsigned(reading: Reading, node: OnnxNode) -> bool:
    zero_point = reading.values.get(node.inputs[2]) if reading.given(node, 2) else None
    return not isinstance(zero_point, Constant) or zero_point.array.dtype.kind == "u"


def _scale(reading: Reading, node: OnnxNode) -> Quantization:
    """The node's own where it is one number."""
    scale = reading.values.get(node.inputs[1]) if reading.given(node, 1) else None
    if isinstance(scale, Constant) and scale.array.size == 1:
        number = float(scale.array.item())
        return Quantization(scale=(number,), zero_point=(0,)) if 1e-30 < number < 1e30 else _UNKNOWN
    return _UNKNOWN
