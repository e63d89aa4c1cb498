"""Random networks of several operators with branches: what no test of one operator reaches."""

from collections.abc import Sequence

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.random_choices import MOST_CHANNELS, MOST_SIDE, same
from tests.tflite_models.random_operators import OPERATORS
from tests.tflite_models.sketch import Case, Sketch

LEAST_STEPS, MOST_STEPS = 3, 9


def random_network(seed: int, allowed: Sequence[str] = tuple(OPERATORS)) -> Case:
    """Three to nine steps on one or two maps. Every value may be read again, so paths part and meet; what
    nothing reads is an output, and now and then so is something that is read."""
    sketch = Sketch(seed)
    rng = sketch.rng
    values = [_source(sketch) for _ in range(1 + int(rng.integers(4) == 0))]
    for _ in range(int(rng.integers(LEAST_STEPS, MOST_STEPS + 1))):
        recent = values[-3:]
        x = recent[rng.integers(len(recent))]
        if rng.integers(4) == 0 and (other := _partner(sketch, values, x)) is not None:
            values.append(_meet(sketch, x, other))
            continue
        name = allowed[rng.integers(len(allowed))]
        if max(sketch.shape(x)[1:3]) <= MOST_SIDE and sketch.shape(x)[3] <= MOST_CHANNELS:
            values.extend(OPERATORS[name](sketch, x))
        else:
            values.extend(OPERATORS["pool"](sketch, x))
    return sketch.case(*_outputs(sketch, values))


def _source(sketch: Sketch) -> int:
    rng = sketch.rng
    shape = (1, *(int(n) for n in rng.integers(3, 11, 2)), int(rng.integers(1, 9)))
    scale = float(np.float32(2.0 ** rng.uniform(-8, -3)))
    quantization = Quantization(scale=(scale,), zero_point=(int(rng.integers(-128, 128)),))
    return sketch.input(shape, "INT8", quantization)


def _partner(sketch: Sketch, values: Sequence[int], x: int) -> int | None:
    """An earlier value of the same shape."""
    found = [value for value in values if value != x and sketch.shape(value) == sketch.shape(x)]
    return found[-1] if found else None


def _meet(sketch: Sketch, x: int, other: int) -> int:
    """The sum of two values, wherever they come from."""
    y = same(sketch, (x, other)[sketch.rng.integers(2)], sketch.shape(x))
    sketch.operator("ADD", [x, other], [y], fused_activation_function="NONE")
    return y


def _outputs(sketch: Sketch, values: Sequence[int]) -> list[int]:
    read = {index for operator in sketch.entry.operators for index in operator.inputs}
    made = [value for value in values if value not in sketch.entry.inputs]
    leaves = [value for value in made if value not in read]
    inner = [value for value in made if value in read and sketch.rng.integers(8) == 0]
    return [*leaves, *inner]
