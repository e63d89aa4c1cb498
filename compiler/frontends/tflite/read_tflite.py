"""A quantized TFLite file as a Graph, or one report of everything that stops it."""

from compiler.errors import ModelError
from compiler.frontends.tflite.builder import Builder
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.constants import Constants
from compiler.frontends.tflite.dilations import fold_dilations
from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.nearest import nearest_operator
from compiler.frontends.tflite.operators import IMPORTERS
from compiler.frontends.tflite.ports import QUANTIZED, check_ports, integers_behind, port_name, readers_of
from compiler.frontends.tflite.raw import RawModel, RawOperator, RawSubgraph, RawTensor
from compiler.frontends.tflite.read_raw import read_raw
from compiler.frontends.tflite.refusal import Broken, Refusal, Unusable
from compiler.frontends.tflite.types import known_shape, one_scale, sample_shape, value_type
from compiler.frontends.unsupported import Unsupported, UnsupportedError
from compiler.ir.graph import Graph, Origin
from compiler.ir.ops import Dequantize, Quantize
from compiler.ir.tensor import Tensor


def read_tflite(data: bytes, name: str, *, float_ports: bool = False) -> Graph:
    """The network of a TFLite file, exact to TensorFlow Lite Micro's integers; `name` stands in messages.

    float32 ports of a quantized network become the integers behind them; with `float_ports` every port of
    quantized numbers is float32. UnsupportedError lists all that has no form here; ModelError: the file is
    broken, or has no inputs, no outputs, or nothing that is quantized.
    """
    try:
        return _Import(read_raw(data), name, float_ports).graph()
    except Broken as broken:
        raise ModelError(f"{name}: broken file: {broken}") from broken
    except Unusable as unusable:
        raise ModelError(f"{name}: {unusable}") from unusable


class _Import:
    """One file on its way."""

    def __init__(self, model: RawModel, name: str, float_ports: bool) -> None:
        check_ports(model)
        self._model = model
        self._main: RawSubgraph = fold_dilations(model.subgraphs[0])
        self._readers = readers_of(self._main)
        self._name = name
        self._float_ports = float_ports
        self._build = Builder(safe_name(name, "network"))
        self._constants = Constants(self._main.tensors)
        self._values: dict[int, str] = {}
        self._computed = set(self._main.inputs)
        self._reasons: list[Unsupported] = []

    def graph(self) -> Graph:
        tensors, model = self._main.tensors, self._model
        for k, index in enumerate(self._main.inputs):
            self._input(tensors[index], port_name(tensors[index], model.input_names, f"input_{k}"))
        names = [
            self._build.reserve(port_name(tensors[index], model.output_names, f"output_{k}"))
            for k, index in enumerate(self._main.outputs)
        ]
        for operator in self._main.operators:
            self._operator(operator)
        self._build.origin = None
        self._refuse_unset_variables()
        outputs: dict[str, str] = {}
        for index, name in zip(self._main.outputs, names, strict=True):
            self._output(tensors[index], name, outputs)
        if self._reasons:
            raise UnsupportedError(self._name, tuple(self._reasons))
        graph = self._build.graph(outputs)
        if all(tensor.dtype == "float32" for tensor in graph.tensors.values()):
            raise Unusable(
                "nothing in it is quantized; convert it with post-training full-integer quantization"
            )
        return graph

    def _input(self, tensor: RawTensor, name: str) -> None:
        try:
            typed = value_type(tensor)
            behind = (
                None
                if self._float_ports
                else integers_behind(self._main, tensor, self._readers.get(tensor.index, ()))
            )
            if behind is not None:
                typed = value_type(behind)
            if self._float_ports and tensor.dtype in QUANTIZED:
                port = self._build.add_input(name, Tensor(shape=typed.shape))
                self._values[tensor.index] = self._build.add(
                    Quantize(), (port,), f"{name}/quantized", typed, f"{name}/quantize"
                )
                return
            self._values[tensor.index] = self._build.add_input(name, typed)
        except Refusal as refusal:
            self._refuse("", tensor, refusal)

    def _operator(self, operator: RawOperator) -> None:
        call = Call(
            operator, self._main.tensors, self._build, self._constants, self._values, self._model.subgraphs
        )
        for index in operator.outputs:
            if index in self._computed or self._constants.knows(index):
                raise Broken(
                    f"{call.name} computes {self._main.tensors[index].name!r:.80}, which is there already"
                )
        self._computed.update(operator.outputs)
        self._build.origin = self._origin(operator)
        try:
            if operator.name not in IMPORTERS:
                raise Refusal("there is no such operator here", nearest_operator(operator.name))
            if not self._is_border(call):
                IMPORTERS[operator.name](call)
        except Refusal as refusal:
            self._refuse(operator.name, self._told(operator), refusal)
            for index in operator.outputs:
                self._stand_in(self._main.tensors[index])

    def _told(self, operator: RawOperator) -> RawTensor:
        """The tensor that stands for an operator in messages."""
        return self._main.tensors[(*operator.outputs, *operator.inputs, 0)[0]]

    def _origin(self, operator: RawOperator) -> Origin | None:
        if not operator.outputs and not operator.inputs:
            return None
        tensor = self._told(operator)
        return Origin(
            operator=safe_name(operator.name, "operator"),
            tensor=safe_name(tensor.name, f"tensor_{tensor.index}"),
            shape=tensor.shape,
        )

    def _refuse_unset_variables(self) -> None:
        """What a variable holds that nothing sets nobody says."""
        used = [
            (operator, self._values.get(index, ""))
            for operator in self._main.operators
            if operator.name in ("READ_VARIABLE", "ASSIGN_VARIABLE")
            for index in operator.inputs[:1]
        ]
        assigned = {handle for operator, handle in used if operator.name == "ASSIGN_VARIABLE"}
        for operator, handle in used:
            if handle not in assigned and self._build.states.is_unset(handle):
                refusal = Refusal(
                    "nothing ever assigns its variable", "an ASSIGN_VARIABLE of it, or a constant"
                )
                self._refuse(operator.name, self._main.tensors[operator.outputs[0]], refusal)

    def _is_border(self, call: Call) -> bool:
        """Binds what QUANTIZE and DEQUANTIZE at the border would make to the integers on their other side."""
        operator = call.operator
        if self._float_ports or operator.name not in ("QUANTIZE", "DEQUANTIZE") or call.is_constant(0):
            return False
        source, target = call.source(0), call.target()
        if operator.name == "QUANTIZE" and (source.dtype != "float32" or source.index not in self._values):
            return False
        value = self._values.get(source.index, "")
        if operator.name == "QUANTIZE" and self._build.type_of(value).quantization != one_scale(target):
            return False
        call.same_elements(source, target)
        call.bind(call.value(0, sample_shape(known_shape(source))))
        return True

    def _refuse(self, operator: str, tensor: RawTensor, refusal: Refusal) -> None:
        reason = Unsupported(
            operator=safe_name(operator, "operator") if operator else "",
            tensor=safe_name(tensor.name, f"tensor_{tensor.index}"),
            shape=tensor.shape,
            why=refusal.why,
            nearest=refusal.nearest,
        )
        self._reasons.append(reason)
        self._stand_in(tensor)

    def _stand_in(self, tensor: RawTensor) -> None:
        """What a refused operator would have computed, so that later ones can be looked at, too."""
        try:
            typed = value_type(tensor)
        except Refusal:
            typed = Tensor(shape=sample_shape(tuple(max(1, size) for size in tensor.shape)))
        self._values[tensor.index] = self._build.placeholder(f"refused_{tensor.index}", typed)

    def _output(self, tensor: RawTensor, name: str, outputs: dict[str, str]) -> None:
        """Adds the port to `outputs`, which says how each value is called in the graph."""
        if tensor.index not in self._values and not self._constants.knows(tensor.index):
            raise Broken(f"nothing computes the output {tensor.name!r:.80}")
        if self._build.is_placeholder(self._values.get(tensor.index, "")):
            return
        try:
            if self._constants.knows(tensor.index):
                raise Refusal("it is constant", "outputs that are computed")
            value = self._build.view(self._values[tensor.index], sample_shape(known_shape(tensor)))
            if self._float_ports and self._build.type_of(value).dtype in QUANTIZED:
                typed = Tensor(shape=self._build.type_of(value).shape)
                value = self._build.add(Dequantize(), (value,), name, typed, f"{name}/dequantize")
            value = self._build.output(value, outputs)
            outputs[value] = name
        except Refusal as refusal:
            self._refuse("", tensor, refusal)
