"""The network's ports: float32 where the file has them on the outside, int8 where it quantizes them first."""

from compiler.frontends.onnx.draft import GraphDraft
from compiler.frontends.onnx.layout import Layout, Order, axes_kept, stored
from compiler.frontends.onnx.model import OnnxPort
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Floats, Integers, Value
from compiler.ir.ops import Dequantize, Quantize
from compiler.ir.tensor import Quantization, Tensor


class Ports:
    """`float_ports`: keep float32 at the border, with Quantize and Dequantize behind it."""

    def __init__(self, draft: GraphDraft, float_ports: bool) -> None:
        self._draft = draft
        self._float_ports = float_ports
        self._made: dict[tuple[str, Quantization], str] = {}

    def add(self, port: OnnxPort, shape: tuple[int, ...], order: Order) -> Value:
        """The value of an input. A float input of a quantized network becomes int8 where it is first read."""
        layout: Layout = stored(shape, order or axes_kept(shape))
        sides = tuple(shape[axis] for axis in order)
        if port.dtype != "float32":
            tensor = self._draft.input(port.name, Tensor(shape=sides, dtype="int8"))
            return Integers(tensor=tensor, layout=layout, unsigned=port.dtype.startswith("u"))
        integers = self._draft.quantized and not self._float_ports
        tensor = self._draft.input(port.name, Tensor(shape=sides, dtype="int8" if integers else "float32"))
        return Floats(tensor=tensor, layout=layout)

    def quantize(self, tensor: str, grid: Quantization) -> str:
        """The int8 tensor of a float input."""
        if self._float_ports:
            key = (tensor, grid)
            if key not in self._made:
                shape = self._draft.shape(tensor)
                self._made[key] = self._draft.compute(
                    Quantize(), (tensor,), f"{tensor}/quantized", shape, grid
                )
            return self._made[key]
        self._draft.set_grid(tensor, grid)
        if self._draft.grid(tensor) != grid:
            raise RejectedError(
                "it quantizes an input that is quantized otherwise elsewhere", "one scale for it"
            )
        return tensor

    def real_output(self, tensor: str) -> str:
        """What leaves the network where the file ends in real numbers known by this int8 tensor."""
        if not self._float_ports:
            return tensor
        shape = self._draft.shape(tensor)
        return self._draft.add(Dequantize(), (tensor,), f"{tensor}/real", Tensor(shape=shape))
