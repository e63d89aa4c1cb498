"""An autoencoder's task: no classes, and an output of the input's shape."""

import numpy as np
import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.errors import SpecError
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text

VECTOR = "task reconstruction { input [6] int8 }\n"
MAP = "task reconstruction { input [4, 4, 2] uint8 }\n"


@pytest.mark.parametrize(
    ("task", "body"), [(VECTOR, "dense(2) -> relu -> dense(6)"), (MAP, "conv(8, 3) -> relu -> conv(2, 1)")]
)
def test_an_output_of_the_inputs_shape_is_a_network(task: str, body: str) -> None:
    spec = load_text(f"{task}arch net {{ {body} }}", "test.nas")
    assert (spec.task.kind, spec.task.classes, spec.task.labels) == ("reconstruction", 0, ())
    network = spec.space.elaborate(spec.space.sample(np.random.default_rng(0)))
    assert isinstance(network, Architecture)


def test_another_output_is_infeasible() -> None:
    space = load_text(f"{VECTOR}arch net {{ dense(choose {{5, 6}}) }}", "test.nas").space
    found = [space.elaborate(np.array([choice], dtype=np.float64)) for choice in (0, 1)]
    assert found[0] == Infeasible("shape", "net ends in 5 numbers, but the task reconstructs 6 numbers")
    assert isinstance(found[1], Architecture)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (VECTOR.replace("}", "classes 6 }") + "arch a { relu }", "1:38", "NAS031]: a reconstruction has"),
        (VECTOR + "arch a { dense(classes) }", "2:16", "NAS010]: nothing is called `classes` here"),
        (MAP + "arch a { conv(3, 1) }", "2:10", "NAS040]: no member can be built: a ends in 4x4x3, but"),
    ],
)  # fmt: skip
def test_mistakes_are_told_at_their_place(text: str, place: str, message: str) -> None:
    with pytest.raises(SpecError, match=r"test\.nas") as raised:
        load_text(text, "test.nas")
    assert f"test.nas:{place}: error[{message}" in str(raised.value)
