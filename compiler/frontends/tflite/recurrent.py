"""SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM. TFLM: micro/kernels/{svdf_common,lstm_eval_common}.cc.

Their states are variable tensors of the file; before the first call TFLM fills int8 ones with their zero
point, all others with 0.
"""

from math import prod

from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.tables import relabel
from compiler.frontends.tflite.types import float32_scale, ir_dtype, one_scale
from compiler.ir.ops import Lstm, Svdf
from compiler.ir.recurrent import CELL_EXPONENTS, GATES, cell_exponent
from compiler.ir.tensor import Quantization, Tensor

_TANH = 4
_LSTM_INPUTS = 24
_PEEPHOLES, _PROJECTION, _NORMS = range(9, 12), range(16, 18), range(20, 24)


def import_svdf(call: Call) -> None:
    """x, feature weights, time weights, bias, state. The fused activation has no effect on TFLM's
    integers."""
    _require_type(call, 0, "int8", "activations")
    _require_type(call, 1, "int8", "feature weights")
    _require_type(call, 2, ("int8", "int16"), "time weights")
    call.require(call.has(3), "it has no bias", "an int32 bias")
    _require_type(call, 3, "int32", "a bias")
    _require_type(call, 4, (call.source(2).dtype,), "a state like the time weights")
    call.require(call.target().dtype == "int8", f"its output is {call.target().dtype}", "int8")
    (filters, width), (_, memory) = _matrix(call, 1), _matrix(call, 2)
    rank = call.option("Rank")
    if rank < 1 or filters % rank:
        raise call.broken(f"has {filters} filters of rank {rank}")
    _require_batch(call, 0, 0)
    state = _state(call, 4, (filters, memory))
    step = call.quantization(call.source(4)).scale[0] * call.quantization(call.source(2)).scale[0]
    inputs = (
        call.value(0, (width,)),
        _weights(call, 1, (filters, width)),
        _weights(call, 2, (filters, memory)),
        _bias(call, 3, filters // rank, step),
        state,
    )
    call.emit(Svdf(rank=rank), inputs, (filters // rank,))


def import_lstm(call: Call) -> None:
    """x, for each gate input weights, for each recurrent ones, three peepholes, biases, projection,
    states."""
    if len(call.operator.inputs) != _LSTM_INPUTS:
        raise call.broken(f"has {len(call.operator.inputs)} inputs")
    _require_plain(call)
    shape = call.shape(call.source(0))
    if len(shape) != 3:
        raise call.broken(f"takes {list(shape)}")
    _require_batch(call, 0, 1 if call.option("TimeMajor") else 0)
    (units, width), steps = _matrix(call, 1), prod(shape[:2])
    _require_type(call, 0, ("int8", "int16"), "activations")
    dtype = ir_dtype(call.source(0))
    _require_type(call, 18, dtype, "a hidden state")
    _require_type(call, 19, "int16", "a cell state")
    hidden, cell = call.quantization(call.source(18)), call.quantization(call.source(19))
    exponent = cell_exponent(cell)
    call.require(
        exponent in CELL_EXPONENTS,
        f"its cell has the scale {cell.scale[0]:g}",
        f"a cell scale from 2**{CELL_EXPONENTS.start} to 2**{CELL_EXPONENTS.stop - 1}",
    )
    gates = tuple(name for gate in range(GATES) for name in _gate(call, gate, units, width))
    states = (_state(call, 18, (units,)), _state(call, 19, (units,)))
    inputs = (call.value(0, (steps, width)), *gates, *states)
    clip = call.real_option("CellClip")
    if clip != clip:
        raise call.broken("clips its cell at no number")
    made = Tensor(shape=(steps, units), dtype=dtype, quantization=hidden)
    _emit_lstm(call, Lstm(cell_clip=clip), inputs, made)


def _emit_lstm(call: Call, op: Lstm, inputs: tuple[str, ...], made: Tensor) -> None:
    """`made`: what the layer gives, quantized as its hidden state; the file may quantize it otherwise."""
    target = call.target()
    call.require(target.dtype == made.dtype, f"its output is {target.dtype}", made.dtype)
    if prod(call.shape(target)) != made.elements:
        raise call.broken(f"makes {list(made.shape)}; the file says {list(target.shape)}")
    if one_scale(target) == made.quantization:
        call.emit(op, inputs, made.shape)
        return
    call.require(
        made.dtype == "int8", "its output is quantized otherwise than its hidden state", "one quantization"
    )
    value = call.step(op, inputs, made, "hidden")
    call.bind(relabel(call.build, call.name, value, one_scale(target)))


def _require_plain(call: Call) -> None:
    for what, positions in (
        ("peepholes", _PEEPHOLES), ("a projection", _PROJECTION), ("layer normalization", _NORMS),
    ):  # fmt: skip
        there = any(call.has(position) for position in positions)
        call.require(not there, f"it has {what}", "an LSTM as Keras makes it")
    call.require(call.option("FusedActivationFunction") == _TANH, "its curve is no tanh", "TANH")
    call.require(
        not call.option("DiagonalRecurrentTensors"), "its recurrent weights are diagonals", "matrices"
    )


def _gate(call: Call, gate: int, units: int, width: int) -> tuple[str, str, str]:
    """Input weights, recurrent weights and bias of a gate."""
    given, again, bias = 1 + gate, 5 + gate, 12 + gate
    for position in (given, again):
        _require_type(call, position, "int8", "weights")
    wanted = "int64" if call.source(0).dtype == "int16" else "int32"
    call.require(call.has(bias), "a gate has no bias", f"an {wanted} bias for each gate")
    _require_type(call, bias, wanted, "biases")
    step = call.quantization(call.source(0)).scale[0] * call.quantization(call.source(given)).scale[0]
    return (
        _weights(call, given, (units, width)),
        _weights(call, again, (units, units)),
        _bias(call, bias, units, step),
    )


def _require_type(call: Call, position: int, dtypes: str | tuple[str, ...], what: str) -> None:
    wanted = (dtypes,) if isinstance(dtypes, str) else dtypes
    dtype = call.source(position).dtype
    call.require(dtype in wanted, f"it takes {dtype} as {what}", f"{' or '.join(wanted)} {what}")


def _require_batch(call: Call, position: int, axis: int) -> None:
    shape = call.shape(call.source(position))
    call.require(shape[axis] == 1, f"its batch is {shape[axis]}", "a batch of 1")


def _matrix(call: Call, position: int) -> tuple[int, int]:
    shape = call.shape(call.source(position))
    if len(shape) != 2:
        raise call.broken(f"has weights {list(shape)}")
    return shape[0], shape[1]


def _weights(call: Call, position: int, shape: Shape) -> str:
    """TFLM takes their zero point for 0, whatever the file says."""
    tensor, array = call.source(position), call.array(position, "weight")
    if array.shape != shape:
        raise call.broken(f"has weights {list(array.shape)} for {list(shape)}")
    quantization = Quantization(scale=call.quantization(tensor).scale, zero_point=(0,))
    return call.parameter(
        tensor, array, Tensor(shape=shape, dtype=ir_dtype(tensor), quantization=quantization)
    )


def _bias(call: Call, position: int, units: int, step: float) -> str:
    """In the unit of the products, whatever the file says."""
    tensor, array = call.source(position), call.array(position, "bias")
    if array.size != units:
        raise call.broken(f"has {array.size} biases for {units} units")
    quantization = Quantization(scale=(float32_scale(step),), zero_point=(0,))
    typed = Tensor(shape=(units,), dtype=ir_dtype(tensor), quantization=quantization)
    return call.parameter(tensor, array.reshape(units), typed)


def _state(call: Call, position: int, shape: Shape) -> str:
    tensor = call.source(position)
    if not tensor.is_variable:
        raise call.broken(f"keeps its state in {tensor.name!r:.80}, which is no variable")
    if prod(call.shape(tensor)) != prod(shape):
        raise call.broken(f"has the state {list(tensor.shape)}, which is no {list(shape)}")
    quantization = call.quantization(tensor)
    typed = Tensor(shape=shape, dtype=ir_dtype(tensor), quantization=quantization)
    initial = quantization.zero_point[0] if tensor.dtype == "int8" else 0
    hint = safe_name(tensor.name, f"{call.name}/state")
    return call.build.states.of_tensor(tensor.index, hint, typed, initial)
