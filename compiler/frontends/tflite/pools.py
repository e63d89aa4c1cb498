"""AVERAGE_POOL_2D and MAX_POOL_2D. TFLM: micro/kernels/pooling_common.cc."""

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.convolutions import map_shape
from compiler.frontends.tflite.windows import pool_window
from compiler.ir.ops import AveragePool2D, MaxPool2D


def import_average_pool(call: Call) -> None:
    """Averages integers as they are: both sides stand for the same numbers."""
    _import_pool(call, AveragePool2D)


def import_max_pool(call: Call) -> None:
    """Compares integers as they are: both sides stand for the same numbers."""
    _import_pool(call, MaxPool2D)


def _import_pool(call: Call, kind: type[AveragePool2D] | type[MaxPool2D]) -> None:
    source = call.source(0)
    call.require_types(source, call.target(), "int8", "int16")
    height, width, depth = map_shape(call, source)
    op = kind(window=pool_window(call, (height, width)), activation=call.activation())
    call.emit(op, (call.same(0, (height, width, depth)),), map_shape(call, call.target()))
