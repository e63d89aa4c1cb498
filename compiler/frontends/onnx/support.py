"""What docs/operators.md says of each ONNX operator: its forms, and whether float files may hold it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OnnxRow:
    """`floats`: whether a float network with it can be quantized by our own calibration, too."""

    operator: str
    floats: bool
    restrictions: str = ""


_BATCH = "batch 1; maps (1, C, H, W) and series (1, C, L)"
_WEIGHTS = "constant weights of at most 8 bits, any zero point, per tensor or per output channel"
_SUMS = "then, behind an int32 bias and Cast, constant scales before QuantizeLinear; no int32 outputs"
_SCALAR = "a scalar constant makes it a function of one number"
_PAIR = (
    f"two values, or one and a constant quantized as a whole, one of them of the output's shape; {_SCALAR}"
)
_BEHIND = "right behind a layer with weights, which takes it in, or of a quantized map"
_CHANNELS = f"a constant for each channel in a float network, or {_BEHIND}"
_WHOLE = "int32 where ONNX has int64; an output of the network; first of equals; not of a float network"

SUPPORT: tuple[OnnxRow, ...] = (
    OnnxRow("Add", True, f"{_PAIR}; {_CHANNELS}"),
    OnnxRow("ArgMax", False, _WHOLE),
    OnnxRow("ArgMin", False, _WHOLE),
    OnnxRow(
        "AveragePool",
        True,
        f"{_BATCH}; dilations 1; padding counted or not, not counted: output scale above half the input's",
    ),
    OnnxRow("BatchNormalization", True, f"of a quantized network: {_BEHIND}"),
    OnnxRow("Cast", False, "to the type a value has; 8-bit integers to float32; constants"),
    OnnxRow("Clip", True, "constant bounds; of a float network 0 and 6"),
    OnnxRow("Concat", True),
    OnnxRow("Conv", True, f"{_BATCH}; {_WEIGHTS}; groups, dilations, any pads"),
    OnnxRow("ConvInteger", False, f"as Conv; {_SUMS}"),
    OnnxRow(
        "ConvTranspose",
        True,
        f"{_BATCH}; {_WEIGHTS}; one group, dilations 1",
    ),
    OnnxRow("DequantizeLinear", False, "one scale for a value; weights may have one for each channel"),
    OnnxRow("Div", True, f"by a constant; {_SCALAR}; {_CHANNELS}"),
    OnnxRow("Dropout", True, "outside of training"),
    OnnxRow("Flatten", True),
    OnnxRow("Gather", False, "constant indices"),
    OnnxRow("Gemm", True, f"{_WEIGHTS}; alpha 1, beta 0 or 1, transA 0"),
    OnnxRow("GlobalAveragePool", True, _BATCH),
    OnnxRow("GlobalMaxPool", True, _BATCH),
    OnnxRow("Identity", True),
    OnnxRow("MatMul", True, f"{_WEIGHTS}; or two matrices with equal leading axes, then any zero point"),
    OnnxRow("MatMulInteger", False, f"one matrix as weights; {_SUMS}"),
    OnnxRow("Max", False, f"two values of one scale and shape; {_SCALAR}"),
    OnnxRow("MaxPool", True, f"{_BATCH}; dilations 1; without indices"),
    OnnxRow("Min", False, f"two values of one scale and shape; {_SCALAR}"),
    OnnxRow("Mul", True, f"{_PAIR}; {_CHANNELS}; a value and its sigmoid are a swish"),
    OnnxRow("PRelu", False, "constant slopes: one, or quantized as a whole"),
    OnnxRow("Pad", True, "constant amounts; a constant border that its scale holds; reflect, edge, wrap"),
    OnnxRow("Pow", False, f"by a constant; {_SCALAR}"),
    OnnxRow("QuantizeLinear", False, "one scale for a value; weights may have one for each channel"),
    OnnxRow("ReduceMax", False, "constant axes"),
    OnnxRow("ReduceMean", True, "constant axes; of a float network height and width"),
    OnnxRow("ReduceSum", False, "constant axes"),
    OnnxRow("Relu", True),
    OnnxRow("Reshape", True, "constant shape"),
    OnnxRow("Resize", True, "constant scales or sizes; nearest, linear of height and width; not cubic"),
    OnnxRow("Shape", True, "becomes a constant"),
    OnnxRow("Slice", False, "constant places"),
    OnnxRow("Softmax", True, "one axis; output scale 1/256 or near it"),
    OnnxRow("Split", False, "constant sizes"),
    OnnxRow("Squeeze", True),
    OnnxRow("Sub", True, f"{_PAIR}; {_CHANNELS}"),
    OnnxRow("Transpose", True, "folded into layers where one follows; of a float network where none is left"),
    OnnxRow("Unsqueeze", True),
    OnnxRow("Upsample", True, "as Resize"),
)
"""Each has a handler in compiler.frontends.onnx.read; functions of one number are listed there alone."""
