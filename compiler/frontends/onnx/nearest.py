"""What could stand for an operator of ONNX that has no form here: what computes the same, or nearly."""

from collections.abc import Mapping

OPERATORS = "the operators of docs/operators.md"
_ATTENTION = "MatMul, Softmax and MatMul"
_RECURRENT = "an LSTM or SVDF in a TFLite file, or convolutions"
_STRAIGHT = "a network without branches, its loops unrolled"

NEAREST: Mapping[str, str] = {
    "Attention": _ATTENTION,
    "CumSum": "MatMul by a constant triangle of ones",
    "Einsum": "Transpose and MatMul",
    "GRU": _RECURRENT,
    "GatherElements": "Gather with constant indices",
    "GatherND": "Gather with constant indices",
    "GroupNormalization": "BatchNormalization",
    "Hardmax": "ArgMax",
    "If": _STRAIGHT,
    "InstanceNormalization": "BatchNormalization",
    "LRN": "BatchNormalization",
    "LSTM": "a TFLite file, where there is one, or convolutions",
    "LayerNormalization": "BatchNormalization",
    "Loop": _STRAIGHT,
    "LpPool": "AveragePool or MaxPool",
    "RMSNormalization": "BatchNormalization",
    "RNN": _RECURRENT,
    "ReduceMin": "ReduceMax between two Neg",
    "ReduceSumSquare": "Mul of the value with itself, and ReduceSum",
    "Scan": _STRAIGHT,
    "Sum": "Add, one after the other",
    "TopK": "ArgMax, for the greatest alone",
}
"""In alphabetical order; none of them has a handler."""
