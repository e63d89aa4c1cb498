"""Every operator a Graph may hold: one frozen dataclass each, its attributes typed.

Activations are (H, W, C), the batch left out; pads are (top, left, bottom, right). Weights: conv (transposed
too) OHWI, I per group; depthwise (1, H, W, C * multiplier), output channel c * multiplier + m; dense
(units, inputs). They are defined by family in compiler/ir/operators and imported from here.
"""

from compiler.ir.operators.attributes import Activation, Curve, Pads, Pair, Window
from compiler.ir.operators.moves import (
    Concat,
    Pad,
    Reshape,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    Take,
    Transpose,
)
from compiler.ir.operators.pairs import Add, BatchMatMul, Maximum, Minimum, Mul, SquaredDifference, Sub
from compiler.ir.operators.reductions import (
    ArgMax,
    AveragePool2D,
    GlobalAveragePool,
    LogSoftmax,
    MaxPool2D,
    Mean,
    ReduceMax,
    Softmax,
    Sum,
)
from compiler.ir.operators.states import AssignVariable, Lstm, ReadVariable, Svdf
from compiler.ir.operators.unary import Activate, Dequantize, Lookup, PRelu, Quantize, Requantize, Unary
from compiler.ir.operators.weighted import BatchNorm, Conv2D, Dense, DepthwiseConv2D, TransposeConv2D

__all__ = [
    "Activate",
    "Activation",
    "Add",
    "ArgMax",
    "AssignVariable",
    "AveragePool2D",
    "BatchMatMul",
    "BatchNorm",
    "Concat",
    "Conv2D",
    "Curve",
    "Dense",
    "DepthwiseConv2D",
    "Dequantize",
    "DesignedOp",
    "GlobalAveragePool",
    "LogSoftmax",
    "Lookup",
    "Lstm",
    "MaxPool2D",
    "Maximum",
    "Mean",
    "Minimum",
    "Mul",
    "Op",
    "PRelu",
    "Pad",
    "Pads",
    "Pair",
    "Quantize",
    "ReadVariable",
    "ReduceMax",
    "Requantize",
    "Reshape",
    "ResizeBilinear",
    "ResizeNearest",
    "Slice",
    "Softmax",
    "SquaredDifference",
    "Sub",
    "Sum",
    "Svdf",
    "Take",
    "Transpose",
    "TransposeConv2D",
    "Unary",
    "Window",
]

DesignedOp = (
    Conv2D | DepthwiseConv2D | TransposeConv2D | Dense | BatchNorm | Activate | Unary | Add | Mul | Concat
    | MaxPool2D | AveragePool2D | GlobalAveragePool | Pad | ResizeNearest | Reshape | Softmax
)  # fmt: skip
"""What the language's architectures are made of: these have a float form and can be trained."""

Op = (
    DesignedOp | Lookup | PRelu | Requantize | Quantize | Dequantize | Sub | Maximum | Minimum
    | SquaredDifference | BatchMatMul | Mean | Sum | ReduceMax | ArgMax | Slice | Transpose | Take
    | ResizeBilinear | LogSoftmax | Svdf | Lstm | ReadVariable | AssignVariable
)  # fmt: skip
"""All of them: the rest come with models that others quantized."""
