"""Which function imports which operator."""

from collections.abc import Callable, Mapping

from compiler.frontends.tflite.arithmetic import import_add
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.convolutions import import_conv, import_depthwise
from compiler.frontends.tflite.dense import import_fully_connected
from compiler.frontends.tflite.pools import import_average_pool, import_max_pool
from compiler.frontends.tflite.shapes import import_reshape
from compiler.frontends.tflite.softmax import import_softmax

IMPORTERS: Mapping[str, Callable[[Call], None]] = {
    "ADD": import_add,
    "AVERAGE_POOL_2D": import_average_pool,
    "CONV_2D": import_conv,
    "DEPTHWISE_CONV_2D": import_depthwise,
    "EXPAND_DIMS": import_reshape,
    "FULLY_CONNECTED": import_fully_connected,
    "MAX_POOL_2D": import_max_pool,
    "RESHAPE": import_reshape,
    "SOFTMAX": import_softmax,
    "SQUEEZE": import_reshape,
}
