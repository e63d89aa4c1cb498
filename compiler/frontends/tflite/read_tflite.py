"""A quantized TFLite file as a Graph, or one report of everything that stops it."""

from compiler.errors import ModelError
from compiler.frontends.tflite.builder import Builder
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.constants import Constants
from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.operators import IMPORTERS
from compiler.frontends.tflite.ports import check_ports, port_name
from compiler.frontends.tflite.raw import RawModel, RawOperator, RawSubgraph, RawTensor
from compiler.frontends.tflite.read_raw import read_raw
from compiler.frontends.tflite.refusal import Broken, Refusal
from compiler.frontends.tflite.types import known_shape, sample_shape, value_type
from compiler.frontends.unsupported import Unsupported, UnsupportedError
from compiler.ir.graph import Graph
from compiler.ir.tensor import Tensor

NEAREST_OPERATOR = "the operators of docs/operators.md"


def read_tflite(data: bytes, name: str, *, float_ports: bool = False) -> Graph:
    """The network of a TFLite file, exact to TensorFlow Lite Micro's integers; `name` stands in messages.

    float32 ports of a quantized network become the integers behind them; with `float_ports` every port is
    float32. UnsupportedError lists all that has no form here; ModelError: the file is broken.
    """
    try:
        return _Import(read_raw(data), name).graph()
    except Broken as broken:
        raise ModelError(f"{name}: broken file: {broken}") from broken


class _Import:
    """One file on its way."""

    def __init__(self, model: RawModel, name: str) -> None:
        self._model = model
        self._main: RawSubgraph = model.subgraphs[0]
        self._name = name
        self._build = Builder(safe_name(name, "network"))
        self._constants = Constants(self._main.tensors)
        self._values: dict[int, str] = {}
        self._reasons: list[Unsupported] = []

    def graph(self) -> Graph:
        wrong = check_ports(self._model)
        if wrong:
            raise Broken(wrong)
        for position, index in enumerate(self._main.inputs):
            self._input(self._main.tensors[index], position)
        self._output_names = tuple(
            self._build.reserve(port_name(self._main.tensors[index], self._model.output_names, f"output_{k}"))
            for k, index in enumerate(self._main.outputs)
        )
        for operator in self._main.operators:
            self._operator(operator)
        outputs = self._outputs()
        if self._reasons:
            raise UnsupportedError(self._name, tuple(self._reasons))
        return self._build.graph(outputs)

    def _input(self, tensor: RawTensor, position: int) -> None:
        hint = port_name(tensor, self._model.input_names, f"input_{position}")
        try:
            self._values[tensor.index] = self._build.add_input(hint, value_type(tensor))
        except Refusal as refusal:
            self._refuse("", tensor, refusal)

    def _operator(self, operator: RawOperator) -> None:
        call = Call(operator, self._main.tensors, self._build, self._constants, self._values)
        before = set(self._values)
        try:
            if operator.name not in IMPORTERS:
                raise Refusal("there is no such operator here", NEAREST_OPERATOR)
            IMPORTERS[operator.name](call)
        except Refusal as refusal:
            tensors = [self._main.tensors[index] for index in operator.outputs]
            for tensor in tensors[:1]:
                self._refuse(operator.name, tensor, refusal)
        for index in operator.outputs:
            if index not in self._values and index not in before and not self._constants.knows(index):
                self._stand_in(self._main.tensors[index])

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

    def _outputs(self) -> dict[str, str]:
        """By value: the name of each port, in order."""
        named: dict[str, str] = {}
        for index, name in zip(self._main.outputs, self._output_names, strict=True):
            tensor = self._main.tensors[index]
            if index not in self._values and not self._constants.knows(index):
                raise Broken(f"nothing computes the output {tensor.name!r:.80}")
            if self._reasons:
                continue
            try:
                if self._constants.knows(index):
                    raise Refusal("it is constant", "outputs that are computed")
                shape = sample_shape(known_shape(tensor))
                value = self._build.output(self._build.view(self._values[index], shape), name, named)
                named[value] = name
            except Refusal as refusal:
                self._refuse("", tensor, refusal)
        return named
