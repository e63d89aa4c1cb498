"""Networks from ONNX round once: the variants of the kernels against the integer interpreter."""

import ctypes
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runtime_c
from backends.portable.kernel_files import SINGLE_ROUNDING, kernel_files
from compiler.ir.fixed_point import Multiplier
from compiler.reference.fixed_point import rescale
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.networks import random_graph
from tests.runtime_c import drawn_wide
from tests.runtime_c.kernel_library import INCLUDE, WARNINGS, run_apart
from tests.runtime_c.test_kernels import KINDS as DOUBLE
from tests.runtime_c.test_networks import by_kernels, quantized
from tests.runtime_c.test_networks import lowered as lowered_graph

VARIANTS = sorted(path.stem for path in (runtime_c.FOLDER / "src").glob(f"*{SINGLE_ROUNDING}.c"))

PROGRAM = """
#include <stdio.h>
#define PROTONAS_SINGLE_ROUNDING
#include "protonas_requantize.h"
int main(void)
{
    int value, multiplier, shift;
    while (scanf("%d %d %d", &value, &multiplier, &shift) == 3) {
        printf("%d\\n", (int)protonas_requantize(value, multiplier, shift));
    }
    return 0;
}
"""


def test_requantizing_rounds_once_and_saturates(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(PROGRAM)
    checks = ["-fsanitize=undefined", "-fno-sanitize-recover=all"]
    command = ["gcc", "-std=c11", "-O1", *WARNINGS, *checks, INCLUDE, "main.c", "-o", "main"]
    subprocess.run(command, check=True, cwd=tmp_path)
    rng = np.random.default_rng(0)
    values = rng.integers(-(2**31), 2**31, 4000)
    values[::3] >>= rng.integers(1, 31, len(values[::3]))
    values[:4] = (-(2**31), 2**31 - 1, -1, 0)
    mantissas, shifts = rng.integers(2**30, 2**31, len(values)), rng.integers(-31, 31, len(values))
    cases = list(zip(values.tolist(), mantissas.tolist(), shifts.tolist(), strict=True))
    text = "\n".join(" ".join(map(str, case)) for case in cases)
    done = subprocess.run([tmp_path / "main"], input=text, capture_output=True, text=True, check=True)
    expected = [int(rescale(np.array([[v]]), [Multiplier(m, s)], "single")[0, 0]) for v, m, s in cases]
    assert [int(line) for line in done.stdout.split()] == expected


KINDS = {**DOUBLE, "int4 layers": drawn_wide.layers("int8", padded=True)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kernel_equals_the_integer_interpreter(kind: str, library: ctypes.CDLL) -> None:
    @settings(max_examples=25, deadline=None)
    @given(case=KINDS[kind])
    def check(case) -> None:  # type: ignore[no-untyped-def]
        graph = replace(case.graph, rounding="single")
        batch = {name: array[None] for name, array in zip(graph.inputs, case.inputs, strict=True)}
        expected = run_int8(graph, batch)["out"][0]
        found = run_apart(library, lowered_graph(graph), case.inputs)["out"]
        np.testing.assert_array_equal(found.view(expected.dtype).reshape(expected.shape), expected)

    check()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_networks_equal_the_integer_interpreter(seed: int, library: ctypes.CDLL) -> None:
    graph = replace(quantized(random_graph(seed)), rounding="single")
    shape = graph.tensors[graph.inputs[0]].shape
    x = np.random.default_rng(seed).integers(-128, 128, shape, np.int8)
    expected = run_int8(graph, x[None])[graph.outputs[0]]
    np.testing.assert_array_equal(by_kernels(library, lowered_graph(graph), x), expected.reshape(-1))


def test_a_variant_brings_the_source_it_includes_and_both_link_together(tmp_path: Path) -> None:
    names = [
        f"src/{kernel}.c" for variant in VARIANTS for kernel in (variant, variant.removesuffix("_single"))
    ]
    files = kernel_files(names[::2])
    assert all(Path(name).name in files for name in names)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    sources = [Path(name).name for name in names]
    command = ["gcc", "-std=c11", *WARNINGS, "-I.", "-shared", "-fPIC", "-o", "both.so", *sources]
    subprocess.run(command, check=True, cwd=tmp_path)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_differs_from_its_kernel_in_name_and_rounding_alone(variant: str) -> None:
    kernel = variant.removesuffix(SINGLE_ROUNDING)
    source = (runtime_c.FOLDER / "src" / f"{variant}.c").read_text()
    assert source.endswith(
        f'#define PROTONAS_SINGLE_ROUNDING\n#define {kernel} {variant}\n#include "{kernel}.c"\n'
    )
    command = ["gcc", "-std=c11", INCLUDE, "-E", "-P", str(runtime_c.FOLDER / "src" / f"{variant}.c")]
    preprocessed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    declared = preprocessed.count(f"void {variant}(")
    assert declared == 2, "declared by its header, defined by its kernel's source"
