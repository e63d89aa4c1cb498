"""MEAN, SUM, REDUCE_MAX, ARG_MAX and ARG_MIN. TFLM: micro/kernels/{reduce_common,arg_min_max}.cc."""

from collections.abc import Callable

from compiler.frontends.tflite.axes import axis_of
from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.tables_rescaled import requantize_table
from compiler.frontends.tflite.unary import import_table
from compiler.ir.ops import ArgMax, GlobalAveragePool, Mean, Op, ReduceMax, Sum


def import_mean(call: Call) -> None:
    """MEAN; over a whole map it is GlobalAveragePool, which divides alike."""
    call.require_types(call.source(0), call.target(), "int8", "int16")
    _import_reduction(call, _mean)


def _mean(shape: Shape, axes: tuple[int, ...]) -> Op:
    return GlobalAveragePool() if len(shape) == 3 and axes == (0, 1) else Mean(axes=axes)


def import_sum(call: Call) -> None:
    """SUM."""
    call.require_types(call.source(0), call.target(), "int8", "int16")
    _import_reduction(call, lambda shape, axes: Sum(axes=axes))


def _import_reduction(call: Call, make: Callable[[Shape, tuple[int, ...]], Op]) -> None:
    shape, axes = _reduced(call)
    if not axes and call.source(0).dtype == "int8":
        import_table(call, "requantized", requantize_table)
        return
    kept = tuple(size for axis, size in enumerate(shape) if axis not in axes)
    call.emit(make(shape, axes), (call.value(0, shape),), kept)


def import_reduce_max(call: Call) -> None:
    """REDUCE_MAX compares integers as they are: both sides stand for the same numbers."""
    call.require_types(call.source(0), call.target(), "int8")
    shape, axes = _reduced(call)
    value = call.same(0, shape)
    if not axes:
        call.same_elements(call.source(0), call.target())
        call.bind(value)
        return
    kept = tuple(size for axis, size in enumerate(shape) if axis not in axes)
    call.emit(ReduceMax(axes=axes), (value,), kept)


def _reduced(call: Call) -> tuple[Shape, tuple[int, ...]]:
    """The shape that is reduced, and its axes that go and have more than one element."""
    shape = call.shape(call.source(0))
    axes = {axis_of(call, axis, len(shape)) for axis in call.integers(1, "axis")}
    if len(shape) > 1 and shape[0] == 1:
        shape, axes = shape[1:], {axis - 1 for axis in axes if axis > 0}
    if len(shape) != 3 or axes != {0, 1}:
        axes = {axis for axis in axes if shape[axis] > 1}
    return shape, tuple(sorted(axes))


def import_arg_max(call: Call) -> None:
    """ARG_MAX."""
    _import_extreme(call, least=False)


def import_arg_min(call: Call) -> None:
    """ARG_MIN."""
    _import_extreme(call, least=True)


def _import_extreme(call: Call, *, least: bool) -> None:
    source, target = call.source(0), call.target()
    call.require(
        source.dtype == "int8" and target.dtype == "int32",
        f"it takes {source.dtype} to {target.dtype}",
        "int8 to int32",
    )
    shape, axes = call.shape(source), call.integers(1, "axis")
    if len(axes) != 1:
        raise call.broken(f"has axes {list(axes)}")
    axis = axis_of(call, axes[0], len(shape))
    if len(shape) > 1 and shape[0] == 1 and axis > 0:
        shape, axis = shape[1:], axis - 1
    op = ArgMax(axis=axis, least=least)
    call.emit(op, (call.value(0, shape),), shape[:axis] + shape[axis + 1 :])
