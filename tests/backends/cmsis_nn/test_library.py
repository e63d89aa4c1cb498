"""Generated C and the real library, where the environment names one: bytes and scratch sizes."""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backends.cmsis_nn.backend import CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING
from backends.emulate.count import count_instructions
from backends.emulate.qemu import QEMU
from benchmarks.cmsis_nn_cases import CASES
from benchmarks.draft import Draft, same
from benchmarks.emulated_calls import write_folder
from benchmarks.networks import digits, ds_cnn, mobilenet_v1, resnet8
from benchmarks.single_rounding_library import named_library
from compiler.ir.graph import Graph
from compiler.ir.ops import Conv2D, Dense
from compiler.ir.program import KernelCall, Program
from compiler.target import CORE_ISA
from tests.backends.cmsis_nn.drawn_layers import layers, packed_layers, wide_layers
from tests.backends.cmsis_nn.libraries import EMULATED, SINGLE, STRICT, needs_host
from tests.tflite_models.random_graph import random_network

Network = Callable[[np.random.Generator], Graph]


def run_on_host(graph: Graph, folder: Path, core: str = "cortex-m4") -> None:
    """Under sanitizers (of our C; the library is as it was built), scratch held to the library's own."""
    write_folder(graph, folder, core, backend=CMSIS_NN)
    words = ["make", "-s", "-C", str(folder), "test", "LAYERS=1", "DEBUG=1", STRICT]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_host
@pytest.mark.parametrize("core", ["cortex-m3", "cortex-m4"])
def test_every_layer_of_a_network_is_the_references_on_the_host(core: str, tmp_path: Path) -> None:
    run_on_host(ds_cnn(np.random.default_rng(2)), tmp_path, core)


@needs_host
def test_too_little_scratch_is_refused_in_debug_builds(tmp_path: Path) -> None:
    write_folder(ds_cnn(np.random.default_rng(2)), tmp_path, "cortex-m4", backend=CMSIS_NN)
    source = tmp_path / "bench.c"
    text = source.read_text()
    assert text.count(".scratch_bytes = 160,") == 1
    source.write_text(text.replace(".scratch_bytes = 160,", ".scratch_bytes = 159,"))
    make = ["make", "-s", "-C", str(tmp_path), "test"]
    assert subprocess.run(make, capture_output=True, check=False).returncode == 0
    refused = subprocess.run([*make, "DEBUG=1"], capture_output=True, text=True, check=False)
    assert refused.returncode != 0 and "bench_run returned -5" in refused.stdout


@needs_host
@given(graph=st.one_of(layers(), wide_layers(), packed_layers()))
@settings(max_examples=25, deadline=None)
def test_drawn_layers_are_the_references_on_the_host(graph: Graph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_on_host(graph, Path(folder))


@pytest.mark.parametrize("core", EMULATED)
def test_networks_are_the_references_on_a_core(core: str, tmp_path: Path) -> None:
    write_folder(digits(np.random.default_rng(5)), tmp_path, core, backend=CMSIS_NN)
    result = QEMU.run(tmp_path, core, layers=True)
    assert result.passed, result.output


@pytest.mark.parametrize("core", EMULATED)
def test_int16_layers_with_an_int32_bias_are_the_references_on_a_core(core: str, tmp_path: Path) -> None:
    """More products than the library sums in 32 bits where biases are int64; odd numbers of filters."""
    draft = Draft(np.random.default_rng(8))
    image, row = draft.source((5, 7, 60), "int16"), draft.source((613,), "int16")
    window = same(3, 2)
    outputs = (
        draft.layer(Conv2D(window=window), image, weight=(7, 3, 3, 60), dtype="int16", bias_dtype="int32"),
        draft.layer(Dense(), row, weight=(9, 613), dtype="int16", bias_dtype="int32"),
    )
    program = write_folder(draft.graph(outputs), tmp_path, core, backend=CMSIS_NN)
    dense = "protonas_dense_s16_int32" if CORE_ISA[core] == "plain" else "protonas_cmsis_conv2d_s16_int32"
    assert [call.kernel for call in program.calls] == ["protonas_cmsis_conv2d_s16_int32", dense]
    words = ["make", "-s", "-C", str(tmp_path), "run", f"CORE={core}", "LAYERS=1", "DEBUG=1"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
@pytest.mark.parametrize("core", EMULATED)
@pytest.mark.parametrize("network", [ds_cnn, resnet8, mobilenet_v1, *CASES])
def test_large_networks_and_odd_shapes_are_the_references_on_a_core(
    network: Network, core: str, tmp_path: Path
) -> None:
    write_folder(network(np.random.default_rng(5)), tmp_path, core, backend=CMSIS_NN)
    result = QEMU.run(tmp_path, core, layers=True)
    assert result.passed, result.output


@pytest.mark.parametrize("core", EMULATED)
def test_the_librarys_wrappers_take_the_same_kernels(core: str, tmp_path: Path) -> None:
    """Executed instructions: the wrappers' own, and no others, are more."""
    program = write_folder(digits(np.random.default_rng(5)), tmp_path, core, backend=CMSIS_NN)
    direct = count_instructions(tmp_path, core, 300).calls
    subprocess.run(["make", "-s", "-C", str(tmp_path), "clean"], check=True)
    makefile = tmp_path / "Makefile"
    makefile.write_text(makefile.read_text().replace("C11 :=", "C11 := -DPROTONAS_CMSIS_WRAPPERS"))
    wrapped = count_instructions(tmp_path, core, 300).calls
    for call, one, other in zip(program.calls, direct, wrapped, strict=True):
        assert 0 <= other - one <= (100 if "conv2d" in call.kernel else 0), call.kernel


@pytest.mark.full
@pytest.mark.parametrize("core", EMULATED)
@given(graph=st.one_of(layers(), wide_layers(), packed_layers()))
@settings(max_examples=40, deadline=None)
def test_drawn_layers_are_the_references_on_a_core(core: str, graph: Graph) -> None:
    """With scratch held to the library's own sizes for this very instruction set."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(graph, folder, core, backend=CMSIS_NN)
        words = ["make", "-s", "-C", str(folder), "run", f"CORE={core}", "LAYERS=1", "DEBUG=1"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
@pytest.mark.parametrize("core", EMULATED)
def test_random_networks_equal_tflite_micro_on_a_core(core: str, tmp_path: Path) -> None:
    """Many operators with branches: the library's kernels and portable ones side by side."""
    pytest.importorskip("tflite_micro")
    from benchmarks.exactness_checks import ask_oracle, check_core, write_for_core

    for seed in range(20):
        answers = ask_oracle(random_network(seed).model, f"random_{seed}", 5)
        request = write_for_core(answers, CMSIS_NN, core, tmp_path / str(seed))
        outcome = check_core(request, tmp_path / str(seed), core)
        assert outcome.equal, f"network {seed}: {outcome.detail}"


def run_once_rounding(graph: Graph, folder: Path, core: str) -> tuple[KernelCall, ...]:
    """With the build for single rounding; the program's calls."""
    target = "cortex-m4" if core == "host" else core
    program = write_folder(graph, folder, target, backend=CMSIS_NN_SINGLE_ROUNDING)
    words = ["test"] if core == "host" else ["run", f"CORE={core}"]
    make = ["make", "-s", "-C", str(folder), *words, "LAYERS=1", "DEBUG=1"]
    with named_library(core):
        done = subprocess.run(make, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return program.calls


@pytest.mark.parametrize("core", SINGLE)
@pytest.mark.parametrize("network", [ds_cnn, resnet8])
def test_networks_that_round_once_are_the_references(network: Network, core: str, tmp_path: Path) -> None:
    graph = replace(network(np.random.default_rng(6)), rounding="single")
    calls = run_once_rounding(graph, tmp_path, core)
    assert len([call for call in calls if "cmsis" in call.kernel]) >= len(calls) - 2


@pytest.mark.parametrize("core", SINGLE)
@given(graph=st.one_of(layers(), packed_layers()))
@settings(max_examples=8, deadline=None)
def test_drawn_layers_that_round_once_are_the_references(core: str, graph: Graph) -> None:
    once = replace(graph, rounding="single")
    isa = CORE_ISA["cortex-m4" if core == "host" else core]
    assume(isinstance(CMSIS_NN_SINGLE_ROUNDING.lower(once, isa), Program))
    with tempfile.TemporaryDirectory() as folder:
        run_once_rounding(once, Path(folder), core)
