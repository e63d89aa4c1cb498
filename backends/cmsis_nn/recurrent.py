"""SVDF and LSTM as calls of the library's. Their states hold what those of the portable kernels do.

Taken where models round twice: nothing that rounds once makes such a node.
"""

import numpy as np

from backends.cmsis_nn.call import LARGEST_SIDE, Tables, bounds, call_of, dims
from backends.portable.recurrent import lstm_multipliers, svdf_multipliers
from backends.portable.source import Fields, Lowered, Source, make_constant
from compiler.ir.fixed_point import Multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Lstm, Svdf
from compiler.ir.program import Constant
from compiler.ir.recurrent import GATES, LstmScaling, cell_exponent
from compiler.ir.states import states_of
from compiler.ir.tensor import DTYPE_BITS
from compiler.target import Isa

_INT8, _INT16 = (-128, 127), (-(2**15), 2**15 - 1)
_GATES = (("input", 0), ("forget", 0), ("cell", 1), ("output", 0))
"""In the order of an Lstm's operands; 1 stands for ARM_TANH, 0 for ARM_SIGMOID."""

_OPEN, _SHUT = 2**15 - 1, -(2**15)
"""The most that a gate's sigmoid gives, and the least of the cell gate's tanh."""


def lower_svdf(source: Source, node: Node, op: Svdf, isa: Isa) -> Lowered | str:
    """A kernel for each type of state; a reason where the library cannot do it. What arrives in the memory is
    clamped to its type; sums over time wrap at 32 bits in the library as in the reference."""
    x, feature, time, bias, state = node.inputs
    filters, memory = source.tensor(time).shape
    reason = _svdf_obstacle(source, op, state)
    if reason:
        return reason
    width = DTYPE_BITS[source.tensor(state).dtype]
    scaling = svdf_multipliers(source, node)
    low, high = _INT8 if width == 8 else _INT16
    units = filters // op.rank
    fields = (
        ("svdf.rank", op.rank),
        ("svdf.input_offset", source.zero_point(x)),
        ("svdf.output_offset", source.zero_point(node.outputs[0])),
        ("svdf.input_activation.min", low),
        ("svdf.input_activation.max", high),
        *bounds(source, op.activation, node.outputs[0], "svdf.output_activation"),
        *_multiplier("feature_rescaling.", scaling.feature),
        *_multiplier("rescaling.", scaling.output),
        *_vector("input", source.tensor(x).elements),
        *dims("feature", filters, (source.tensor(x).elements, 1, 1)),
        *dims("time", filters, (memory, 1, 1)),
        *_vector("state", filters * memory),
        *dims("bias_size", units, (1, 1, 1)),
        *_vector("output", units),
    )
    tables: Tables = (
        ("feature_weights", source.parameter(feature, "feature_weights")),
        ("time_weights", source.parameter(time, "time_weights")),
        ("bias", source.parameter(bias, "bias")),
    )
    if isa == "mve" and width == 8:
        name = f"{node.name}/kernel_sum"
        tables += (("kernel_sum", weight_sums(source, name, feature, source.zero_point(x), None)),)
    kernel = f"protonas_cmsis_svdf_state_s{width}"
    return call_of(
        source, node, kernel, fields, tables=tables, scratch_bytes=4 * (filters + units), states=(state,)
    )


def lower_lstm(source: Source, node: Node, op: Lstm) -> Lowered | str:
    """Weights as they are; the bias and both zero points are folded into sums of the weights."""
    scaling = lstm_multipliers(source, node, op)
    reason = _lstm_obstacle(source, node, op, scaling)
    if reason:
        return reason
    steps, width = source.tensor(node.inputs[0]).shape
    units = source.tensor(node.inputs[13]).elements
    cell = source.quantization(node.inputs[14])
    fields = (
        ("lstm.time_major", 1),
        ("lstm.batch_size", 1),
        ("lstm.time_steps", steps),
        ("lstm.input_size", width),
        ("lstm.hidden_size", units),
        ("lstm.input_offset", -source.zero_point(node.inputs[0])),
        *_multiplier("lstm.forget_to_cell_", scaling.forget),
        *_multiplier("lstm.input_to_cell_", scaling.update),
        ("lstm.cell_clip", scaling.cell_max if op.cell_clip > 0 else 0),
        ("lstm.cell_scale_power", 0 if cell is None else cell_exponent(cell)),
        *_multiplier("lstm.output_", scaling.hidden),
        ("lstm.output_offset", source.zero_point(node.inputs[13])),
        *(field for gate in range(GATES) for field in _gate_fields(gate, scaling)),
    )
    tables = tuple(table for gate in range(GATES) for table in _gate_tables(source, node, gate))
    return call_of(
        source,
        node,
        "protonas_cmsis_lstm_s8",
        fields,
        tables=tables,
        scratch_bytes=4 * units,
        states=states_of(node),
    )


def weight_sums(source: Source, name: str, weight: str, zero_point: int, bias: str | None) -> Constant:
    """int32 (rows,): bias - zero_point * sum of a row of int8 weights, as arm_vector_sum_s8 would compute it
    at run time."""
    sums = None
    weights = source.graph.weights.get(weight)
    if weights is not None:
        total = weights.astype(np.int64).sum(axis=1) * -zero_point
        sums = (total if bias is None else total + source.graph.weights[bias]).astype(np.int32)
    return make_constant(name, "int32", source.tensor(weight).shape[:1], sums)


def _svdf_obstacle(source: Source, op: Svdf, state: str) -> str:
    """The library multiplies the memory as it is, and counts filters of an output in 16 bits."""
    if source.zero_point(state):
        return "its state has a zero point, which the library's kernel has not"
    return f"its rank is more than {LARGEST_SIDE}" if op.rank > LARGEST_SIDE else ""


def _lstm_obstacle(source: Source, node: Node, op: Lstm, scaling: LstmScaling) -> str:
    """Where the library does not clamp to int16 what the reference does, numbers must stay within it."""
    if op.cell_clip > 0 and scaling.cell_max == 0 and scaling.update.mantissa:
        return "its cell is clipped to 0, which the library takes for not at all"
    if _real(scaling.update) * _OPEN * -_SHUT > _INT16[1]:
        return "its cell's steps are so fine that the library does not clamp what is added to it"
    for gate in range(GATES):
        weights = source.graph.weights.get(node.inputs[2 + 3 * gate])
        if weights is not None and not _within_int16(
            weights, source.zero_point(node.inputs[13]), scaling.recurrent[gate]
        ):
            return "the hidden state may take a gate beyond 16 bits, where the library does not clamp it"
    return ""


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
        *_multiplier(f"lstm.{name}_gate.input_", scaling.inputs[gate]),
        *_multiplier(f"lstm.{name}_gate.hidden_", scaling.recurrent[gate]),
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


def _multiplier(prefix: str, multiplier: Multiplier) -> Fields:
    return ((f"{prefix}multiplier", multiplier.mantissa), (f"{prefix}shift", multiplier.shift))


def _vector(name: str, elements: int) -> Fields:
    """(1, elements) as TFLite's operands of two axes."""
    return dims(name, 1, (elements, 1, 1))
