"""An ONNX file being put together: nodes, constants, and names that nothing else has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

OPSET = 17
"""The oldest with every operator we print; newer readers take it too."""
IR_VERSION = 8
BATCH = "N"


@dataclass(slots=True)
class OnnxDraft:
    """`taken` holds the names of all values there are or will be; `scalars` the constants shared by value."""

    taken: set[str]
    nodes: list[Any] = field(default_factory=list)
    initializers: list[Any] = field(default_factory=list)
    scalars: dict[float, str] = field(default_factory=dict)

    @classmethod
    def around(cls, names: Collection[str]) -> "OnnxDraft":
        """An empty draft in which these names are spoken for."""
        return cls(set(names))

    def fresh(self, wanted: str) -> str:
        """`wanted`, or that with a number where it is taken."""
        name, number = wanted, 2
        while name in self.taken:
            name, number = f"{wanted}_{number}", number + 1
        self.taken.add(name)
        return name

    def node(self, op: str, inputs: Sequence[str], output: str, name: str, **attributes: Any) -> str:
        """Appends one node and returns its output's name."""
        from onnx import helper

        self.nodes.append(helper.make_node(op, list(inputs), [output], name=name, **attributes))
        return output

    def step(self, op: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """A node in the middle of what stands for one operator: its value is named after it."""
        return self.node(op, inputs, self.fresh(name), name, **attributes)

    def constant(self, wanted: str, array: np.ndarray) -> str:
        """A constant; its name is `wanted` unless that is taken."""
        name = self.fresh(wanted)
        self.initialize(name, array)
        return name

    def initialize(self, name: str, array: np.ndarray) -> None:
        """A constant whose name is spoken for already."""
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.array(array, order="C"), name))

    def scalar(self, value: float) -> str:
        """The name of a float32 constant without axes."""
        if value not in self.scalars:
            self.scalars[value] = self.constant(f"constant/{value:g}", np.array(value, np.float32))
        return self.scalars[value]

    def finish(
        self,
        name: str,
        inputs: Mapping[str, tuple[int, ...]],
        outputs: Mapping[str, tuple[int, ...]],
        *,
        described: str,
        metadata: Mapping[str, str],
    ) -> bytes:
        """The file: float32 inputs and outputs by name, shapes without the batch; always the same bytes."""
        import onnx
        from onnx import helper

        graph = helper.make_graph(
            self.nodes,
            name,
            [_value(value, shape, described) for value, shape in inputs.items()],
            [_value(value, shape, "float32") for value, shape in outputs.items()],
            self.initializers,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="protonas",
            producer_version=metadata.get("protonas.version", ""),
        )
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model)
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def _value(name: str, shape: tuple[int, ...], described: str) -> Any:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *shape], described)
