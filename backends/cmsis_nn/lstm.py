"""LSTMs as calls of the library's. Their states hold what those of the portable kernel do."""

from dataclasses import replace

import numpy as np

from backends.cmsis_nn.call import SLOWER_WIDE, Tables, call_of, multiplier_fields, suffix, weight_sums
from backends.portable.recurrent import lstm_multipliers
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.fixed_point import INTEGER_RANGE, Multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Lstm
from compiler.ir.program import Constant
from compiler.ir.recurrent import GATES, LstmScaling, cell_exponent
from compiler.ir.states import states_of
from compiler.ir.wide import reduced_multiplier
from compiler.target import Isa

_INT16 = INTEGER_RANGE["int16"]
_MOST_SUM = 2**31 - 1
_RESULT_BITS = 30
"""Of a gate's rescaled sums; those beyond are cut to 32 bits in the library before they are rounded."""

_GATES = (("input", 0), ("forget", 0), ("cell", 1), ("output", 0))
"""In the order of an Lstm's operands; 1 stands for ARM_TANH, 0 for ARM_SIGMOID."""

_OPEN, _SHUT = 2**15 - 1, -(2**15)
"""The most that a gate's sigmoid gives, and the least of the cell gate's tanh."""


def lower_lstm(source: Source, node: Node, op: Lstm, isa: Isa) -> Lowered | str:
    """Weights as they are; the bias and both zero points are folded into sums of the weights. Where the
    library's numbers may be others, its LSTM is put together from its parts, with clamps between. A reason
    where not even those do."""
    scaling = lstm_multipliers(source, node, op)
    if source.tensor(node.inputs[0]).dtype == "int16":
        if isa == "plain":
            return SLOWER_WIDE
        scaling = _reduced(scaling)
        if obstacle := _obstacle(source, node, scaling):
            return obstacle
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
    kind, room = "", 2
    if _needs_clamps(source, node, op, scaling):
        kind, room = "_clamped", 3
        fields += (("cell_min", scaling.cell_min), ("cell_max", scaling.cell_max))
    tables = tuple(table for gate in range(GATES) for table in _gate_tables(source, node, gate))
    return call_of(
        source,
        node,
        f"protonas_cmsis_lstm{kind}_{suffix(source, node)}",
        fields,
        tables=tables,
        scratch_bytes=room * units * 2,
        states=states_of(node),
    )


def _reduced(scaling: LstmScaling) -> LstmScaling:
    """With multipliers of the gates' sums of 16 bits, as int16 layers have, above 16 zeros."""
    inputs, recurrent = (
        tuple(Multiplier(reduced_multiplier(by).mantissa << 16, by.shift) for by in gates)
        for gates in (scaling.inputs, scaling.recurrent)
    )
    return replace(scaling, inputs=inputs, recurrent=recurrent)


def _obstacle(source: Source, node: Node, scaling: LstmScaling) -> str:
    """Why arm_nn_vec_mat_mul_result_acc_s16 may give other numbers than the reference; empty where it cannot.
    It keeps sums of up to 512 products, on MVE and their bias, in 32 bits."""
    for gate in range(GATES):
        given, again, bias = (source.graph.weights.get(name) for name in node.inputs[1 + 3 * gate :][:3])
        pairs = ((given, bias, scaling.inputs[gate]), (again, None, scaling.recurrent[gate]))
        for weights, added, by in pairs:
            if weights is None:
                continue
            sums = np.abs(weights.astype(np.int64)).sum(axis=1) * 2**15
            greatest = int((sums if added is None else sums + np.abs(added)).max())
            if greatest > _MOST_SUM:
                return "sums of its gates may leave 32 bits"
            if greatest * _real(by) >= 2**_RESULT_BITS:
                return f"its gates' sums may leave {_RESULT_BITS} bits before they are clamped"
    return ""


def _needs_clamps(source: Source, node: Node, op: Lstm, scaling: LstmScaling) -> bool:
    """Whether numbers may leave 16 bits where the reference clamps them and arm_lstm_unidirectional_s8 and
    _s16 do not: what the hidden state gives a gate, and what is added to the cell. Also where it would take a
    clip to 0 for none."""
    if op.cell_clip > 0 and scaling.cell_max == 0:
        return True
    if _real(scaling.update) * _OPEN * -_SHUT > _INT16[1]:
        return True
    zero_point = source.zero_point(node.inputs[13])
    low, high = (bound - zero_point for bound in INTEGER_RANGE[source.tensor(node.inputs[13]).dtype])
    recurrent = [source.graph.weights.get(node.inputs[2 + 3 * gate]) for gate in range(GATES)]
    return not all(
        weights is None or _within_int16(weights, (low, high), by)
        for weights, by in zip(recurrent, scaling.recurrent, strict=True)
    )


def _within_int16(weights: np.ndarray, bounds: tuple[int, int], by: Multiplier) -> bool:
    """Whether no vector within bounds at all makes a row's rescaled sum leave 16 bits: rounding is
    monotonic."""
    ends = np.stack([weights.astype(np.int64) * bound for bound in bounds])
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
    given, again = node.inputs[1 + 3 * gate : 3 + 3 * gate]
    first, then = _biases(source, node, gate)
    return (
        (f"lstm.{name}_gate.input_weights", source.parameter(given, f"{name}_weights")),
        (f"lstm.{name}_gate.input_effective_bias", first),
        (f"lstm.{name}_gate.hidden_weights", source.parameter(again, f"{name}_recurrent_weights")),
        (f"lstm.{name}_gate.hidden_effective_bias", then),
    )


def _biases(source: Source, node: Node, gate: int) -> tuple[Constant, Constant]:
    """What is added to the sums of the input, and of the hidden state. On int16, without zero points, those
    are the bias and a table of zeros that all gates share: the library asks for one."""
    given, again, bias = node.inputs[1 + 3 * gate : 4 + 3 * gate]
    if source.tensor(bias).dtype == "int64":
        zeros = np.zeros(source.tensor(bias).shape, np.int64) if source.graph.weights else None
        none = make_constant(f"{node.name}/no_bias", "int64", source.tensor(bias).shape, zeros)
        return source.parameter(bias, f"{_GATES[gate][0]}_bias"), none
    x, hidden = (source.zero_point(node.inputs[position]) for position in (0, 13))
    sums = f"{node.name}/{_GATES[gate][0]}"
    return (
        weight_sums(source, f"{sums}_input_sum", given, x, bias),
        weight_sums(source, f"{sums}_hidden_sum", again, hidden, None),
    )
