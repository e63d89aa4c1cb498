"""How a handler says that a node has no form here; the walk over the file collects all of these."""

from compiler.frontends.onnx.values import Constant, Floats, Indices, Integers, Sums, Value


class RejectedError(Exception):
    """`why` the node is not supported, and the `nearest` form that is."""

    def __init__(self, why: str, nearest: str) -> None:
        super().__init__(why)
        self.why = why
        self.nearest = nearest


def not_quantized(value: Value) -> RejectedError:
    """Why nothing can be computed with a value."""
    match value:
        case Integers():
            return RejectedError("it computes with integers directly", "DequantizeLinear before it")
        case Floats():
            return RejectedError(
                "it reads float numbers in a quantized network",
                "QuantizeLinear and DequantizeLinear before it",
            )
        case Indices():
            return RejectedError("it computes with places along an axis", "these as an output")
        case Sums():
            return RejectedError("it computes with int32 sums", "Cast to float32 and a constant scale")
        case Constant():
            return RejectedError("it reads a constant where a value is expected", "folding it beforehand")
        case _:
            return RejectedError(
                "what it reads is not quantized", "QuantizeLinear and DequantizeLinear before it"
            )
