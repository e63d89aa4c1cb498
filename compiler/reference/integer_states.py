"""Int8 operators with states: SVDF and LSTM, bit for bit as TensorFlow Lite Micro's.

Each takes a batch of independent sequences, with a row of state each, and gives its output and its new
states. Source: svdf_common.cc and lstm_eval.h.
"""

import numpy as np

from compiler.errors import ModelError
from compiler.ir.fixed_point import INTEGER_RANGE, Multiplier, activation_bounds
from compiler.ir.ops import Lstm, Svdf
from compiler.ir.recurrent import GATES, LstmScaling, lstm_scaling, svdf_scaling, tanh_argument
from compiler.reference.fixed_point import rescale, to_int8, to_integer
from compiler.reference.integer_call import IntegerCall
from compiler.reference.table_curves import sigmoid_int16, tanh_int16
from compiler.reference.wide_layers import check_wide_sums, rescale_wide

Stepped = tuple[np.ndarray, tuple[np.ndarray, ...]]
"""The output, and the states as they are afterwards."""

_GATE_CURVE = tanh_argument(-12)
"""The argument of a gate's curve, from GATE_INPUT."""


def run_svdf(op: Svdf, inputs: list[np.ndarray], call: IntegerCall) -> Stepped:
    """inputs: x int8 (N, I), feature weights, time weights, bias, state (N, units * rank, memory).

    The newest element of a filter's memory wraps where its zero point pushes it over the edge, and the sums
    over time wrap like int32, both as in C.
    """
    x, feature, time, bias, state = inputs
    source, feature_type, time_type, _, state_type = call.sources
    scaling = svdf_scaling(source, feature_type, time_type, state_type, call.output)
    sums = _products(x, source.zero_point[0], feature, None, call.name)
    limits = np.iinfo(state.dtype)
    latest = np.clip(rescale(sums, (scaling.feature,), call.rounding), limits.min, limits.max)
    latest = (latest + state_type.zero_point[0]).astype(state.dtype)
    moved = np.concatenate([state[:, :, 1:], latest[:, :, None]], axis=2)
    filtered = ((moved.astype(np.int64) - state_type.zero_point[0]) * time).sum(axis=2)
    total = filtered.reshape(len(x), -1, op.rank).sum(axis=2) + bias
    wrapped = total.astype(np.int32).astype(np.int64)
    scaled = rescale(wrapped, (scaling.output,), call.rounding)
    bounds = activation_bounds(op.activation, call.output)
    return to_int8(scaled, call.output.zero_point[0], *bounds), (moved,)


def run_lstm(op: Lstm, inputs: list[np.ndarray], call: IntegerCall) -> Stepped:
    """inputs: x int8 (N, steps, I), twelve parameters, hidden int8 (N, units), cell int16 (N, units); or all
    of these values int16, with int64 biases: then a gate's sums are of 64 bits."""
    x, parameters, hidden, cell = inputs[0], inputs[1:13], inputs[13], inputs[14].astype(np.int64)
    types = call.sources[1:13]
    hidden_type = call.sources[13]
    weights = tuple((types[3 * gate], types[3 * gate + 1]) for gate in range(GATES))
    scaling = lstm_scaling(call.sources[0], weights, hidden_type, call.sources[14], op.cell_clip)
    given = [
        _gate_sum(
            x,
            call.sources[0].zero_point[0],
            parameters[3 * gate],
            parameters[3 * gate + 2],
            scaling.inputs[gate],
            call,
        )
        for gate in range(GATES)
    ]
    outputs = []
    for step in range(x.shape[1]):
        again = [
            _gate_sum(
                hidden,
                hidden_type.zero_point[0],
                parameters[3 * gate + 1],
                None,
                scaling.recurrent[gate],
                call,
            )
            for gate in range(GATES)
        ]
        sums = [_int16(given[gate][:, step] + again[gate]) for gate in range(GATES)]
        cell, hidden = _lstm_step(sums, cell, scaling, hidden_type.zero_point[0], call)
        outputs.append(hidden)
    return np.stack(outputs, axis=1), (hidden, cell.astype(np.int16))


def _lstm_step(
    sums: list[np.ndarray], cell: np.ndarray, scaling: LstmScaling, zero_point: int, call: IntegerCall
) -> tuple[np.ndarray, np.ndarray]:
    """Cell and hidden state after a step, from the sums of the four gates, each (N, units)."""
    admit, forget, release = (sigmoid_int16(sums[gate], *_GATE_CURVE) for gate in (0, 1, 3))
    candidate = tanh_int16(sums[2], *_GATE_CURVE)
    kept = _int16(rescale(forget * cell, (scaling.forget,), call.rounding))
    added = _int16(rescale(admit * candidate, (scaling.update,), call.rounding))
    cell = np.clip(kept + added, scaling.cell_min, scaling.cell_max)
    shown = tanh_int16(cell, scaling.tanh_factor, scaling.tanh_shift)
    scaled = rescale(shown * release, (scaling.hidden,), call.rounding)
    return cell, to_integer(scaled, zero_point, INTEGER_RANGE[call.output_dtype], call.output_dtype)


def _gate_sum(
    x: np.ndarray,
    zero_point: int,
    weight: np.ndarray,
    bias: np.ndarray | None,
    by: Multiplier,
    call: IntegerCall,
) -> np.ndarray:
    if call.output_dtype == "int16":
        check_wide_sums(weight, 0, bias, call.name)
        sums = (x.astype(np.float64) @ weight.T.astype(np.float64)).astype(np.int64)
        return _int16(rescale_wide(sums if bias is None else sums + bias, (by,), call.name))
    return _int16(rescale(_products(x, zero_point, weight, bias, call.name), (by,), call.rounding))


def _products(
    x: np.ndarray, zero_point: int, weight: np.ndarray, bias: np.ndarray | None, name: str
) -> np.ndarray:
    """(..., I) times (O, I) as int64 (..., O). ModelError where int32 sums could overflow."""
    largest = np.abs(weight.astype(np.int64)).sum(axis=1) * max(127 - zero_point, zero_point + 128)
    largest = largest + (0 if bias is None else np.abs(bias.astype(np.int64)))
    if int(largest.max()) >= 2**31:
        raise ModelError(f"layer {name!r} can overflow its 32-bit accumulator")
    sums = ((x.astype(np.float64) - zero_point) @ weight.T.astype(np.float64)).astype(np.int64)
    return sums if bias is None else np.asarray(sums + bias)


def _int16(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(values, -(2**15), 2**15 - 1))
