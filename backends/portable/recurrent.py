"""SVDF and LSTM as kernel calls. States are written buffers: a call finds in them what the last run left."""

import numpy as np

from backends.portable.pairs import multiplier_fields
from backends.portable.source import Fields, Lowered, Source, make_constant, rescaling_arrays
from compiler.ir.count import macs_of
from compiler.ir.fixed_point import Multiplier
from compiler.ir.graph import Node
from compiler.ir.ops import Lstm, Svdf
from compiler.ir.program import Constant, KernelCall
from compiler.ir.recurrent import GATES, LstmScaling, SvdfScaling, lstm_scaling, svdf_scaling
from compiler.ir.sigmoid_table import ENTRIES, sigmoid_table
from compiler.ir.states import states_of
from compiler.ir.wide import reduced_arrays

_UNKNOWN = Multiplier(0, 0)
_HALF = 1 << 15
"""The sigmoid's table holds no less, so that it fits int16 without."""


def lower_svdf(source: Source, node: Node, op: Svdf) -> Lowered:
    """A kernel for each type of state."""
    x, feature, time, bias, state = node.inputs
    filters, memory = source.tensor(time).shape
    scaling = svdf_multipliers(source, node)
    fields = (
        ("input_size", source.tensor(x).elements),
        ("filters", filters),
        ("rank", op.rank),
        ("memory", memory),
        ("input_zero_point", source.zero_point(x)),
        *multiplier_fields("feature", scaling.feature),
        ("state_zero_point", source.zero_point(state)),
        *multiplier_fields("output", scaling.output),
        ("output_zero_point", source.zero_point(node.outputs[0])),
        *source.bounds(op.activation, node.outputs[0]),
    )
    constants = (
        ("feature_weights", source.parameter(feature, "feature_weights")),
        ("time_weights", source.parameter(time, "time_weights")),
        ("bias", source.parameter(bias, "bias")),
    )
    width = 16 if source.tensor(state).dtype == "int16" else 8
    return _stateful(source, node, f"protonas_svdf_state_s{width}", fields, constants)


def lower_lstm(source: Source, node: Node, op: Lstm) -> Lowered:
    """The weights of a unit's four gates lie together: one pass over the input serves them all."""
    steps, width = source.tensor(node.inputs[0]).shape
    wide = source.tensor(node.inputs[0]).dtype == "int16"
    scaling = lstm_multipliers(source, node, op)
    fields = (
        ("steps", steps),
        ("input_size", width),
        ("units", source.tensor(node.inputs[3]).elements),
        *(() if wide else (("input_zero_point", source.zero_point(node.inputs[0])),)),
        ("hidden_zero_point", source.zero_point(node.inputs[13])),
        *multiplier_fields("forget", scaling.forget),
        *multiplier_fields("update", scaling.update),
        *multiplier_fields("hidden", scaling.hidden),
        ("tanh_factor", scaling.tanh_factor),
        ("tanh_shift", scaling.tanh_shift),
        ("cell_min", scaling.cell_min),
        ("cell_max", scaling.cell_max),
    )
    arrays = reduced_arrays if wide else rescaling_arrays
    multiplier, shift = arrays((*scaling.inputs, *scaling.recurrent))
    table = (sigmoid_table() - _HALF).astype(np.int16)
    constants = (
        ("input_weights", _interleaved(source, node, 0, "input_weights")),
        ("recurrent_weights", _interleaved(source, node, 1, "recurrent_weights")),
        ("bias", _interleaved(source, node, 2, "bias")),
        ("multiplier", _multipliers(node, multiplier, wide)),
        ("shift", make_constant(f"{node.name}/shift", "int8", (2 * GATES,), shift)),
        ("sigmoid_table", make_constant("sigmoid_table", "int16", (ENTRIES,), table)),
    )
    return _stateful(source, node, f"protonas_lstm_s{16 if wide else 8}", fields, constants)


def _multipliers(node: Node, numbers: np.ndarray, wide: bool) -> Constant:
    return make_constant(f"{node.name}/multiplier", "int16" if wide else "int32", (2 * GATES,), numbers)


def _stateful(
    source: Source, node: Node, kernel: str, fields: Fields, constants: tuple[tuple[str, Constant], ...]
) -> Lowered:
    """All of the input is read for each output, so they stay apart."""
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs[:1]),
        writes=source.buffers((*node.outputs, *states_of(node))),
        parameters=fields,
        constants=tuple((field, constant.name) for field, constant in constants),
        sources=(f"src/{kernel}.c",),
        macs=macs_of(node, source.graph),
    )
    return Lowered(calls=(call,), constants=tuple(constant for _, constant in constants))


def svdf_multipliers(source: Source, node: Node) -> SvdfScaling:
    """Of an SVDF's node; zeros while its numbers are unknown."""
    x, feature, time, _, state = (source.quantization(name) for name in node.inputs)
    output = source.quantization(node.outputs[0])
    if x is None or feature is None or time is None or state is None or output is None:
        return SvdfScaling(feature=_UNKNOWN, output=_UNKNOWN)
    return svdf_scaling(x, feature, time, state, output)


def lstm_multipliers(source: Source, node: Node, op: Lstm) -> LstmScaling:
    """Of an LSTM's node; zeros while its numbers are unknown."""
    known = [found for found in (source.quantization(name) for name in node.inputs) if found is not None]
    if len(known) != len(node.inputs):
        return LstmScaling(
            inputs=(_UNKNOWN,) * GATES,
            recurrent=(_UNKNOWN,) * GATES,
            forget=_UNKNOWN,
            update=_UNKNOWN,
            hidden=_UNKNOWN,
            tanh_factor=0,
            tanh_shift=0,
            cell_min=0,
            cell_max=0,
        )
    weights = tuple((known[1 + 3 * gate], known[2 + 3 * gate]) for gate in range(GATES))
    return lstm_scaling(known[0], weights, known[13], known[14], op.cell_clip)


def _interleaved(source: Source, node: Node, which: int, field: str) -> Constant:
    """The parameters `which` of the four gates as (units, gates, ...)."""
    names = [node.inputs[1 + 3 * gate + which] for gate in range(GATES)]
    tensor = source.tensor(names[0])
    arrays = [source.graph.weights[name] for name in names if name in source.graph.weights]
    shape = (tensor.shape[0], GATES, *tensor.shape[1:])
    data = np.stack(arrays, axis=1) if arrays else None
    return make_constant(f"{node.name}/{field}", tensor.dtype, shape, data)
