"""LSTMs as calls of the library's. Their states hold what those of the portable kernel do."""

import numpy as np

from backends.cmsis_nn.call import Tables, call_of, multiplier_fields, weight_sums
from backends.portable.recurrent import lstm_multipliers
from backends.portable.source import Fields, Lowered, Source
from compiler.ir.fixed_point import Multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Lstm
from compiler.ir.recurrent import GATES, LstmScaling, cell_exponent
from compiler.ir.states import states_of

_INT8, _INT16 = (-128, 127), (-(2**15), 2**15 - 1)
_GATES = (("input", 0), ("forget", 0), ("cell", 1), ("output", 0))
"""In the order of an Lstm's operands; 1 stands for ARM_TANH, 0 for ARM_SIGMOID."""

_OPEN, _SHUT = 2**15 - 1, -(2**15)
"""The most that a gate's sigmoid gives, and the least of the cell gate's tanh."""


def lower_lstm(source: Source, node: Node, op: Lstm) -> Lowered:
    """Weights as they are; the bias and both zero points are folded into sums of the weights. Where the
    library's numbers may be others, its LSTM is put together from its parts, with clamps between."""
    scaling = lstm_multipliers(source, node, op)
    steps, width = source.tensor(node.inputs[0]).shape
    units = source.tensor(node.inputs[13]).elements
    cell = source.quantization(node.inputs[14])
    fields: Fields = (
        ("lstm.time_major", 1),
        ("lstm.batch_size", 1),
        ("lstm.time_steps", steps),
        ("lstm.input_size", width),
        ("lstm.hidden_size", units),
        ("lstm.input_offset", -source.zero_point(node.inputs[0])),
        *multiplier_fields("lstm.forget_to_cell_", scaling.forget),
        *multiplier_fields("lstm.input_to_cell_", scaling.update),
        ("lstm.cell_clip", scaling.cell_max if op.cell_clip > 0 else 0),
        ("lstm.cell_scale_power", 0 if cell is None else cell_exponent(cell)),
        *multiplier_fields("lstm.output_", scaling.hidden),
        ("lstm.output_offset", source.zero_point(node.inputs[13])),
        *(field for gate in range(GATES) for field in _gate_fields(gate, scaling)),
    )
    kernel, room = "protonas_cmsis_lstm_s8", 2
    if _needs_clamps(source, node, op, scaling):
        kernel, room = "protonas_cmsis_lstm_clamped_s8", 3
        fields += (("cell_min", scaling.cell_min), ("cell_max", scaling.cell_max))
    tables = tuple(table for gate in range(GATES) for table in _gate_tables(source, node, gate))
    return call_of(
        source,
        node,
        kernel,
        fields,
        tables=tables,
        scratch_bytes=room * units * 2,
        states=states_of(node),
    )


def _needs_clamps(source: Source, node: Node, op: Lstm, scaling: LstmScaling) -> bool:
    """Whether numbers may leave 16 bits where the reference clamps them and arm_lstm_unidirectional_s8 does
    not: what the hidden state gives a gate, and what is added to the cell. Also where it would take a clip to
    0 for none."""
    if op.cell_clip > 0 and scaling.cell_max == 0:
        return True
    if _real(scaling.update) * _OPEN * -_SHUT > _INT16[1]:
        return True
    zero_point = source.zero_point(node.inputs[13])
    recurrent = [source.graph.weights.get(node.inputs[2 + 3 * gate]) for gate in range(GATES)]
    return not all(
        weights is None or _within_int16(weights, zero_point, by)
        for weights, by in zip(recurrent, scaling.recurrent, strict=True)
    )


def _within_int16(weights: np.ndarray, zero_point: int, by: Multiplier) -> bool:
    """Whether no int8 vector at all makes a row's rescaled sum leave 16 bits: rounding is monotonic."""
    ends = np.stack([weights.astype(np.int64) * (bound - zero_point) for bound in _INT8])
    low, high = ends.min(axis=0).sum(axis=1).min(), ends.max(axis=0).sum(axis=1).max()
    return bool(low * _real(by) >= _INT16[0] and high * _real(by) <= _INT16[1])


def _real(multiplier: Multiplier) -> float:
    return float(multiplier.mantissa * 2.0 ** (multiplier.shift - 31))


def _gate_fields(gate: int, scaling: LstmScaling) -> Fields:
    name, curve = _GATES[gate]
    return (
        *multiplier_fields(f"lstm.{name}_gate.input_", scaling.inputs[gate]),
        *multiplier_fields(f"lstm.{name}_gate.hidden_", scaling.recurrent[gate]),
        (f"lstm.{name}_gate.activation_type", curve),
    )


def _gate_tables(source: Source, node: Node, gate: int) -> Tables:
    name, _ = _GATES[gate]
    given, again, bias = node.inputs[1 + 3 * gate : 4 + 3 * gate]
    x, hidden = (source.zero_point(node.inputs[position]) for position in (0, 13))
    sums = f"{node.name}/{name}"
    return (
        (f"lstm.{name}_gate.input_weights", source.parameter(given, f"{name}_weights")),
        (
            f"lstm.{name}_gate.input_effective_bias",
            weight_sums(source, f"{sums}_input_sum", given, x, bias),
        ),
        (f"lstm.{name}_gate.hidden_weights", source.parameter(again, f"{name}_recurrent_weights")),
        (
            f"lstm.{name}_gate.hidden_effective_bias",
            weight_sums(source, f"{sums}_hidden_sum", again, hidden, None),
        ),
    )
