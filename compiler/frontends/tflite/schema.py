"""The tables of the TFLite schema that are read, and how each of their fields is stored.

Field numbers are those of TensorFlow's schema.fbs, as the `tflite` package's classes have them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["scalar", "string", "vector", "table", "tables", "options"]


@dataclass(frozen=True, slots=True)
class Field:
    """`bytes`: of a scalar or of one element of a vector; `table`: what a table or each of a vector is.

    Field `slot` of kind "options" is a union; the scalar in the slot before says of which table.
    """

    slot: int
    kind: Kind
    bytes: int = 0
    table: str = ""


def _scalar(slot: int, width: int) -> Field:
    return Field(slot, "scalar", width)


def _vector(slot: int, width: int) -> Field:
    return Field(slot, "vector", width)


TABLES: Mapping[str, tuple[Field, ...]] = {
    "Model": (
        _scalar(0, 4),
        Field(1, "tables", table="OperatorCode"),
        Field(2, "tables", table="SubGraph"),
        Field(4, "tables", table="Buffer"),
        Field(7, "tables", table="SignatureDef"),
    ),
    "OperatorCode": (_scalar(0, 1), Field(1, "string"), _scalar(2, 4), _scalar(3, 4)),
    "SubGraph": (
        Field(0, "tables", table="Tensor"),
        _vector(1, 4),
        _vector(2, 4),
        Field(3, "tables", table="Operator"),
    ),
    "Tensor": (
        _vector(0, 4),
        _scalar(1, 1),
        _scalar(2, 4),
        Field(3, "string"),
        Field(4, "table", table="QuantizationParameters"),
        _scalar(5, 1),
        Field(6, "table", table="SparsityParameters"),
        _vector(7, 4),
    ),
    "QuantizationParameters": (_vector(2, 4), _vector(3, 8), _scalar(4, 1), _scalar(6, 4)),
    "SparsityParameters": (),
    "Operator": (
        _scalar(0, 4),
        _vector(1, 4),
        _vector(2, 4),
        _scalar(3, 1),
        Field(4, "options"),
        _vector(8, 4),
    ),
    "Buffer": (_vector(0, 1), _scalar(1, 8), _scalar(2, 8)),
    "SignatureDef": (
        Field(0, "tables", table="TensorMap"),
        Field(1, "tables", table="TensorMap"),
        _scalar(4, 4),
    ),
    "TensorMap": (Field(0, "string"), _scalar(1, 4)),
}

MOST: Mapping[str, int] = {
    "OperatorCode": 1_000,
    "SubGraph": 100,
    "Tensor": 20_000,
    "Operator": 5_000,
    "Buffer": 40_000,
    "SignatureDef": 100,
    "TensorMap": 1_000,
}
"""Tables of one kind in one vector: beyond what any microcontroller runs, small enough to read quickly."""


@dataclass(frozen=True, slots=True)
class Option:
    """One attribute of an operator: the `tflite` package's accessor, and how the field is stored."""

    name: str
    field: Field


def _options(*fields: tuple[str, int, int]) -> tuple[Option, ...]:
    return tuple(Option(name, _scalar(slot, width)) for name, slot, width in fields)


_ACTIVATION = ("FusedActivationFunction", 0, 1)

OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "Conv2DOptions": _options(
        ("Padding", 0, 1), ("StrideW", 1, 4), ("StrideH", 2, 4), ("FusedActivationFunction", 3, 1),
        ("DilationWFactor", 4, 4), ("DilationHFactor", 5, 4), ("QuantizedBiasType", 6, 1),
    ),
    "DepthwiseConv2DOptions": _options(
        ("Padding", 0, 1), ("StrideW", 1, 4), ("StrideH", 2, 4), ("DepthMultiplier", 3, 4),
        ("FusedActivationFunction", 4, 1), ("DilationWFactor", 5, 4), ("DilationHFactor", 6, 4),
    ),
    "TransposeConvOptions": _options(
        ("Padding", 0, 1), ("StrideW", 1, 4), ("StrideH", 2, 4), ("FusedActivationFunction", 3, 1),
    ),
    "Pool2DOptions": _options(
        ("Padding", 0, 1), ("StrideW", 1, 4), ("StrideH", 2, 4), ("FilterWidth", 3, 4),
        ("FilterHeight", 4, 4), ("FusedActivationFunction", 5, 1),
    ),
    "FullyConnectedOptions": _options(
        _ACTIVATION, ("WeightsFormat", 1, 1), ("KeepNumDims", 2, 1), ("QuantizedBiasType", 4, 1),
    ),
    "SoftmaxOptions": _options(("Beta", 0, 4)),
    "AddOptions": _options(_ACTIVATION),
    "SubOptions": _options(_ACTIVATION),
    "MulOptions": _options(_ACTIVATION),
    "ConcatenationOptions": _options(("Axis", 0, 4), ("FusedActivationFunction", 1, 1)),
    "LeakyReluOptions": _options(("Alpha", 0, 4)),
    "ReducerOptions": _options(("KeepDims", 0, 1)),
    "PackOptions": _options(("ValuesCount", 0, 4), ("Axis", 1, 4)),
    "UnpackOptions": _options(("Num", 0, 4), ("Axis", 1, 4)),
    "SplitOptions": _options(("NumSplits", 0, 4)),
    "SplitVOptions": _options(("NumSplits", 0, 4)),
    "GatherOptions": _options(("Axis", 0, 4), ("BatchDims", 1, 4)),
    "MirrorPadOptions": _options(("Mode", 0, 1)),
    "SpaceToDepthOptions": _options(("BlockSize", 0, 4)),
    "DepthToSpaceOptions": _options(("BlockSize", 0, 4)),
    "ResizeBilinearOptions": _options(("AlignCorners", 2, 1), ("HalfPixelCenters", 3, 1)),
    "ResizeNearestNeighborOptions": _options(("AlignCorners", 0, 1), ("HalfPixelCenters", 1, 1)),
    "StridedSliceOptions": _options(
        ("BeginMask", 0, 4), ("EndMask", 1, 4), ("EllipsisMask", 2, 4), ("NewAxisMask", 3, 4),
        ("ShrinkAxisMask", 4, 4), ("Offset", 5, 1),
    ),
    "BatchMatMulOptions": _options(("AdjX", 0, 1), ("AdjY", 1, 1)),
    "SVDFOptions": _options(("Rank", 0, 4), ("FusedActivationFunction", 1, 1)),
    "UnidirectionalSequenceLSTMOptions": _options(
        ("FusedActivationFunction", 0, 1), ("CellClip", 1, 4), ("ProjClip", 2, 4), ("TimeMajor", 3, 1),
        ("DiagonalRecurrentTensors", 5, 1),
    ),
    "CallOnceOptions": _options(("InitSubgraphIndex", 0, 4)),
    "VarHandleOptions": (Option("Container", Field(0, "string")), Option("SharedName", Field(1, "string"))),
    "ReshapeOptions": (Option("NewShape", _vector(0, 4)),),
    "SqueezeOptions": (Option("SqueezeDims", _vector(0, 4)),),
}  # fmt: skip
"""Options that are read, by the name of their table; all others are left alone, unread."""
