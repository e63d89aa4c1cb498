"""Functions of one number: float32 tables in a quantized network, the Graph's own curves in a float one."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compiler.frontends.onnx.attributes import number, word
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Clamp, Floats, Integers, Pending, Reals, Value
from compiler.ir.ops import Activate, Op, Unary

Function = Callable[[np.ndarray], np.ndarray]
_NEAREST_FLOAT = "Relu, Clip to 0..6, Sigmoid, Tanh, HardSigmoid (1/6, 1/2), HardSwish, LeakyRelu or Gelu"


def apply(reading: Reading, value: Value, function: Function, op: Op | None, wanted: str) -> Value:
    """A value through a function of float32 arrays; `op`: the same in a float Graph, if there is one."""
    if isinstance(value, Reals):
        with np.errstate(all="ignore"):
            table = np.asarray(function(value.table), np.float32)
        return Reals(tensor=value.tensor, layout=value.layout, table=table, grid=value.grid)
    if isinstance(value, Floats) and not reading.quantized:
        if op is None:
            raise RejectedError("there is no float form of it to quantize", _NEAREST_FLOAT)
        shape = reading.draft.shape(value.tensor)
        name = reading.draft.compute(op, (value.tensor,), wanted, shape, None)
        return Floats(tensor=name, layout=value.layout)
    reading.computed(value)
    raise AssertionError("a value that is no function of integers is rejected")


def clamp(reading: Reading, value: Value, bounds: Clamp, wanted: str) -> Value:
    """A clamp; that of a result which is not quantized yet becomes the operator's own."""
    if isinstance(value, Pending):
        return _clamped(value, bounds)
    op = {(0.0, np.inf): Activate(activation="relu"), (0.0, 6.0): Activate(activation="relu6")}
    low, high = np.float32(bounds.low), np.float32(bounds.high)
    return apply(
        reading,
        value,
        lambda x: np.minimum(np.maximum(x, low), high),
        op.get((bounds.low, bounds.high)),
        wanted,
    )


def _clamped(value: Pending, bounds: Clamp) -> Pending:
    low, high = (float(np.clip(bound, bounds.low, bounds.high)) for bound in (value.low, value.high))
    return Pending(layout=value.layout, finish=value.finish, low=low, high=high)


def relu(reading: Reading, node: OnnxNode) -> Value:
    """max(x, 0)."""
    return clamp(reading, reading.value(node, 0), Clamp(0.0, np.inf), node.outputs[0])


def clip(reading: Reading, node: OnnxNode) -> Value:
    """Bounds are attributes up to opset 10, then inputs."""
    bounds = []
    for index, (name, default) in enumerate((("min", -np.inf), ("max", np.inf)), start=1):
        found = reading.numbers(node, index, name) if reading.given(node, index) else None
        bound = float(found[0]) if found is not None and found.size == 1 else default
        bounds.append(number(node, name, bound) if name in node.attributes else bound)
    low, high = bounds
    if not low <= high:
        raise RejectedError("its bounds are the wrong way round", "min below max")
    value = reading.value(node, 0)
    if isinstance(value, Integers):
        return _fewer_integers(value, low, high)
    return clamp(reading, value, Clamp(low, high), node.outputs[0])


def _fewer_integers(value: Integers, low: float, high: float) -> Integers:
    """A clamp between QuantizeLinear and DequantizeLinear, as Brevitas writes for fewer bits."""
    less = 128 if value.unsigned else 0
    least, most = (int(np.clip(bound - less, value.low, value.high)) for bound in (low, high))
    return replace(value, low=least, high=most)


def curve(reading: Reading, node: OnnxNode) -> Value:
    """Any other function of one number that ONNX has."""
    function, op = _FUNCTIONS[node.op](node)
    return apply(reading, reading.value(node, 0), function, op, node.outputs[0])


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), where it does not overflow."""
    small = np.exp(-np.abs(x.astype(np.float64)))
    return np.asarray(np.where(x >= 0, 1 / (1 + small), small / (1 + small)), np.float32)


_erf = np.frompyfunc(math.erf, 1, 1)


def _in_double(function: Function) -> Function:
    """Worked out in double and rounded once: as close to any good float32 library as can be."""
    return lambda x: np.asarray(function(x.astype(np.float64)), np.float32)


def _gelu(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * (1 + np.asarray(_erf(x * math.sqrt(0.5)), np.float64)) / 2)


def _gelu_tanh(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2)


def _hard_sigmoid(node: OnnxNode) -> tuple[Function, Op | None]:
    alpha, beta = np.float32(number(node, "alpha", 0.2)), np.float32(number(node, "beta", 0.5))
    ours = abs(float(alpha) - 1 / 6) < 1e-6 and beta == 0.5
    op = Unary(activation="hard_sigmoid") if ours else None
    return lambda x: np.clip(x * alpha + beta, np.float32(0), np.float32(1)), op


def _leaky_relu(node: OnnxNode) -> tuple[Function, Op | None]:
    alpha = np.float32(number(node, "alpha", 0.01))
    return lambda x: np.where(x < 0, x * alpha, x), Unary(activation="leaky_relu", slope=float(alpha))


def _elu(node: OnnxNode) -> tuple[Function, Op | None]:
    alpha = number(node, "alpha", 1.0)
    return _in_double(lambda x: np.where(x < 0, alpha * np.expm1(x), x)), None


def _celu(node: OnnxNode) -> tuple[Function, Op | None]:
    alpha = number(node, "alpha", 1.0) or 1.0
    return _in_double(lambda x: np.maximum(0, x) + np.minimum(0, alpha * np.expm1(x / alpha))), None


def _selu(node: OnnxNode) -> tuple[Function, Op | None]:
    alpha = number(node, "alpha", 1.67326319217681884765625)
    gamma = number(node, "gamma", 1.05070102214813232421875)
    return _in_double(lambda x: gamma * np.where(x <= 0, alpha * np.expm1(x), x)), None


def _gelu_of(node: OnnxNode) -> tuple[Function, Op | None]:
    if word(node, "approximate", "none") == "tanh":
        return _in_double(_gelu_tanh), None
    return _in_double(_gelu), Unary(activation="gelu")


def _hard_swish(node: OnnxNode) -> tuple[Function, Op | None]:
    sixth, half, zero, one = (np.float32(value) for value in (1 / 6, 0.5, 0, 1))
    return lambda x: x * np.clip(x * sixth + half, zero, one), Unary(activation="hard_swish")


def _fixed(function: Function, op: Op | None = None) -> Callable[[OnnxNode], tuple[Function, Op | None]]:
    return lambda node: (function, op)


_FUNCTIONS: dict[str, Callable[[OnnxNode], tuple[Function, Op | None]]] = {
    "Abs": _fixed(np.abs),
    "Ceil": _fixed(np.ceil),
    "Celu": _celu,
    "Elu": _elu,
    "Erf": _fixed(_in_double(lambda x: np.asarray(_erf(x), np.float64))),
    "Exp": _fixed(_in_double(np.exp)),
    "Floor": _fixed(np.floor),
    "Gelu": _gelu_of,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _hard_swish,
    "LeakyRelu": _leaky_relu,
    "Log": _fixed(_in_double(np.log)),
    "Mish": _fixed(_in_double(lambda x: x * np.tanh(np.logaddexp(0, x)))),
    "Neg": _fixed(np.negative),
    "Reciprocal": _fixed(np.reciprocal),
    "Round": _fixed(np.rint),
    "Selu": _selu,
    "Sigmoid": _fixed(sigmoid, Unary(activation="sigmoid")),
    "Sign": _fixed(np.sign),
    "Softplus": _fixed(_in_double(lambda x: np.logaddexp(0, x))),
    "Softsign": _fixed(lambda x: x / (1 + np.abs(x))),
    "Sqrt": _fixed(np.sqrt),
    "Tanh": _fixed(_in_double(np.tanh), Unary(activation="tanh")),
}

HANDLERS: Handlers = {"Clip": clip, "Relu": relu, **dict.fromkeys(_FUNCTIONS, curve)}
