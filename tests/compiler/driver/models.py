"""Small .tflite files as users bring them, and the command line run in this process."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.driver.cli import main
from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import ModelBuilder

SHARED = Path(__file__).parents[3] / ".." / "shared" / "models"
BOARD = ("--target", "nucleo_l4r5zi")
SMALL_BOARD = ("--target", "microbit_v1")


def shared_model(name: str) -> Path:
    """One of the models that others made. Skips the test where they are not here."""
    path = SHARED / f"{name}.tflite"
    if not path.is_file():
        pytest.skip("the models of others are not here (../shared/models)")
    return path


def per_tensor(scale: float, zero_point: int = 0) -> Quantization:
    return Quantization(scale=(float(np.float32(scale)),), zero_point=(zero_point,))


def two_ports(left: str = "left", right: str = "right", answer: str = "sum", other: str = "pooled") -> bytes:
    """Two inputs, added; two outputs, the sum and its maxima."""
    model = ModelBuilder()
    shape = (1, 4, 4, 3)
    x = model.input(shape, quantization=per_tensor(0.5, 3), name=left)
    y = model.input(shape, quantization=per_tensor(0.25, -4), name=right)
    total = model.tensor(shape, quantization=per_tensor(0.75, 1), name=answer)
    model.operator("ADD", [x, y], [total], fused_activation_function="NONE")
    pooled = model.tensor((1, 2, 2, 3), quantization=per_tensor(0.75, 1), name=other)
    model.operator(
        "MAX_POOL_2D", [total], [pooled], padding="VALID", stride_w=2, stride_h=2, filter_width=2,
        filter_height=2, fused_activation_function="NONE",
    )  # fmt: skip
    model.output(total, pooled)
    return model.build()


def dense(units: int = 4, depth: int = 8, name: str = "scores") -> bytes:
    """One dense layer of random weights."""
    rng = np.random.default_rng(1)
    model = ModelBuilder()
    x = model.input((1, depth), quantization=per_tensor(0.05, -3), name="x")
    weight = model.tensor(
        (units, depth), "INT8", per_tensor(0.01), data=rng.integers(-127, 128, (units, depth), np.int8)
    )
    bias = model.tensor(
        (units,), "INT32", per_tensor(0.0005), data=rng.integers(-99, 99, (units,)).astype(np.int32)
    )
    y = model.tensor((1, units), quantization=per_tensor(0.1, 5), name=name)
    model.operator("FULLY_CONNECTED", [x, weight, bias], [y], fused_activation_function="NONE")
    model.output(y)
    return model.build()


def unsupported() -> bytes:
    """Two operators that compute on float32, and one that is fine."""
    model = ModelBuilder()
    x = model.input((1, 8), "FLOAT32", name="x")
    first = model.tensor((1, 8), "FLOAT32", name="wave")
    model.operator("SQUARE", [x], [first])
    second = model.tensor((1, 8), "FLOAT32", name="root")
    model.operator("COS", [first], [second])
    model.output(second)
    return model.build()


def save(folder: Path, content: bytes, name: str = "net.tflite") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def call(*words: object) -> int:
    """The exit code of a command."""
    return main([str(word) for word in words])


def answer(capsys: pytest.CaptureFixture[str], *words: object, expect: int = 0) -> dict[str, Any]:
    """The object a command prints with --json, the only thing on stdout."""
    capsys.readouterr()
    assert call(*words, "--json") == expect
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found
