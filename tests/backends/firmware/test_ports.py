"""Inputs and outputs of every type: what they are called, how numbers get in and out, how they are tested."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends.firmware.emit import emit_folder
from compiler.backend import FirmwareRequest, Vectors
from compiler.errors import InternalError
from compiler.ir.plan import Placement
from compiler.ir.program import Buffer
from compiler.ir.tensor import Dtype, Quantization, Tensor
from tests.backends.firmware.building import WARNINGS, build_main, make

TYPES: dict[str, Tensor] = {
    "tone": Tensor(shape=(3, 2), dtype="int16", quantization=Quantization(scale=(0.25,), zero_point=(0,))),
    "shade": Tensor(shape=(5,), dtype="uint8", quantization=Quantization(scale=(0.5,), zero_point=(128,))),
    "place": Tensor(shape=(), dtype="int32"),
    "real": Tensor(shape=(4,), dtype="float32"),
    "flag": Tensor(shape=(3,), dtype="bool"),
    "sum": Tensor(shape=(2,), dtype="int32", quantization=Quantization(scale=(0.125,), zero_point=(0,))),
}
C_TYPES = {"int16": "int16_t", "uint8": "uint8_t", "int32": "int32_t", "float32": "float", "bool": "uint8_t"}
EXTRA = "-Wmissing-prototypes -Wstrict-prototypes -Wcast-align -Wcast-qual -Wundef -Wdouble-promotion"


@pytest.fixture
def request_of_all(tiny: Any) -> FirmwareRequest:
    """The tiny network between ports of every type, each of which goes in and out as it is."""
    return with_ports(tiny.request(), TYPES)


def with_ports(request: FirmwareRequest, types: dict[str, Tensor]) -> FirmwareRequest:
    rng = np.random.default_rng(2)
    offset, placements, buffers, rows = 32, [], [], []
    for name, tensor in types.items():
        buffers.append(Buffer(name=name, bytes=tensor.bytes, alignment=4, kind="input"))
        placements.append(
            Placement(buffer=name, region="arena", offset=offset, bytes=tensor.bytes, first=-1, last=2)
        )
        offset += -(-tensor.bytes // 4) * 4
        rows.append(rng.integers(-128, 128, (4, tensor.bytes), np.int8))
    names, end = tuple(types), placements[-1].offset + placements[-1].bytes
    graph, program, vectors = request.graph, request.program, request.vectors
    return replace(
        request,
        graph=replace(
            graph, inputs=("input", *names), outputs=("flat", *names), tensors={**graph.tensors, **types}
        ),
        program=replace(
            program,
            inputs=("input", *names),
            outputs=("flat", *names),
            buffers=(*program.buffers, *buffers),
        ),
        plan=replace(
            request.plan,
            placements=(*request.plan.placements, *placements),
            arena_bytes=end,
            lower_bound_bytes=end,
        ),
        vectors=Vectors(
            inputs=np.hstack([vectors.inputs, *rows]), outputs=np.hstack([vectors.outputs, *rows])
        ),
    )


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_self_test_compares_bytes_of_every_type(
    request_of_all: FirmwareRequest, tiny: Any, tmp_path: Path, compiler: str
) -> None:
    folder = tiny.emit(request_of_all, tmp_path)
    done = make(folder, "test", f"CC={compiler}", f"WARNINGS={WARNINGS} {EXTRA}")
    assert done.returncode == 0, done.stderr + done.stdout


def test_a_wrong_byte_of_a_wide_type_is_named(
    request_of_all: FirmwareRequest, tiny: Any, tmp_path: Path
) -> None:
    vectors = request_of_all.vectors
    outputs = vectors.outputs.copy()
    outputs[1, 12 + 11] ^= 1  # the last byte of tone, the second output
    folder = tiny.emit(
        replace(request_of_all, vectors=Vectors(inputs=vectors.inputs, outputs=outputs)), tmp_path
    )
    done = make(folder, "test")
    assert done.returncode != 0
    assert "FAIL: vector 1, tiny_output_tone byte 11: " in done.stdout


def test_the_header_says_type_scale_and_shape(request_of_all: FirmwareRequest, tiny: Any) -> None:
    files = emit_folder(request_of_all, tiny.kernel_files)
    header = files["tiny.h"]
    for name, tensor in TYPES.items():
        c_type = C_TYPES[tensor.dtype]
        assert f"\n{c_type} *tiny_input_{name}(void *arena);\n" in header
        assert f"\nconst {c_type} *tiny_output_{name}(const void *arena);\n" in header
        assert f"#define TINY_INPUT_{name.upper()}_ELEMENTS {tensor.elements}\n" in header
        assert (f"TINY_INPUT_{name.upper()}_SCALE" in header) == (tensor.quantization is not None)
        quantizes = f"tiny_quantize_input_{name}(" in header
        assert quantizes == (tensor.quantization is not None and tensor.dtype != "int32")
        assert (f"tiny_dequantize_output_{name}(" in header) == (tensor.quantization is not None)
    assert "/* Input: 4 float32. */" in header
    assert "/* Input: 3 bytes, each 0 or 1. */" in header
    assert "| Input | 3 x 2 int16, channels last, real = 0.25f x integer |\n" in files["README.md"]
    assert "| Input | 4 float32 |\n" in files["README.md"]


def quantized(real: np.ndarray, tensor: Tensor) -> np.ndarray:
    """The definition: nearest step in float32, halves away from zero, saturated."""
    assert tensor.quantization is not None
    limits = np.iinfo(tensor.dtype)
    steps = (real / np.float32(tensor.quantization.scale[0])).astype(np.float64)
    steps = np.where(np.isnan(steps), 0, np.copysign(np.floor(np.abs(steps) + 0.5), steps))
    return np.clip(steps + tensor.quantization.zero_point[0], limits.min, limits.max).astype(tensor.dtype)


@pytest.mark.parametrize(
    ("dtype", "scale", "zero_point"),
    [("int16", 0.25, 0), ("int16", 3.1e-5, 0), ("int16", 0.01, -77), ("uint8", 0.5, 128), ("uint8", 0.02, 0)],
)
def test_quantizing_is_the_definition(
    tiny: Any, tmp_path: Path, dtype: Dtype, scale: float, zero_point: int
) -> None:
    scale = float(np.float32(scale))
    tensor = Tensor(
        shape=(7,), dtype=dtype, quantization=Quantization(scale=(scale,), zero_point=(zero_point,))
    )
    folder = tiny.emit(with_ports(tiny.request(), {"x": tensor}), tmp_path)
    rng = np.random.default_rng(1)
    wide = rng.uniform(-1, 1, 500) * scale * 2.0 ** rng.integers(0, 20, 500)
    odd = [np.nan, np.inf, -np.inf, 3e38, -3e38, 0.0, 0.5 * scale, -0.5 * scale, 1.5 * scale, -1.5 * scale]
    real = np.concatenate([wide, odd]).astype(np.float32)
    real = np.concatenate([real, np.zeros(-len(real) % 7, np.float32)])
    real.tofile(folder / "real.bin")
    build_main(
        folder,
        f"""#include <stdio.h>
#include "tiny.h"
int main(void)
{{
    float real[TINY_INPUT_X_ELEMENTS];
    {C_TYPES[dtype]} input[TINY_INPUT_X_ELEMENTS];
    FILE *from = fopen("{folder}/real.bin", "rb");
    FILE *to = fopen("{folder}/input.bin", "wb");
    while (fread(real, sizeof real, 1, from) == 1) {{
        tiny_quantize_input_x(real, input);
        fwrite(input, sizeof input, 1, to);
    }}
    return fclose(to);
}}
""",
    )
    with np.errstate(over="ignore"):
        expected = quantized(real, tensor)
    assert np.fromfile(folder / "input.bin", dtype).tolist() == expected.tolist()


def test_one_port_without_encoding_takes_real_numbers(make_folder: Callable[..., Path]) -> None:
    header = (make_folder() / "tiny.h").read_text()
    assert "typedef float tiny_raw_t;" in header
    assert "void tiny_quantize_input(const tiny_raw_t *raw, int8_t *input);" in header


@pytest.mark.parametrize("dtype", ["int64", "int4"])
def test_types_that_firmware_cannot_fill(tiny: Any, dtype: Dtype) -> None:
    with pytest.raises(InternalError, match=f"is {dtype}"):
        emit_folder(with_ports(tiny.request(), {"x": Tensor(shape=(8,), dtype=dtype)}), tiny.kernel_files)


def test_tables_and_functions_never_share_a_name(tiny: Any, tmp_path: Path) -> None:
    request = with_ports(tiny.request(), {"x": TYPES["tone"]})
    (table,) = request.program.constants
    names = ("input x", "quantize_input_x", "dequantize output/x", "output_x")
    tables = tuple(replace(table, name=name) for name in names)
    folder = tiny.emit(replace(request, program=replace(request.program, constants=tables)), tmp_path)
    done = make(folder, "test", f"WARNINGS={WARNINGS}")
    assert done.returncode == 0, done.stderr
    assert "extern const int8_t tiny_input_x_2[3];" in (folder / "tiny_weights.h").read_text()
