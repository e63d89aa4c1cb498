"""Which kernels the CMSIS-NN backend takes, what it hands them, what its folders hold: no library needed."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.cmsis_nn.backend import CMSIS_NN, CMSIS_NN_SINGLE_ROUNDING
from backends.cmsis_nn.tables import figures, struct_bytes
from backends.cmsis_nn.work import KERNELS
from benchmarks.draft import Draft, same
from benchmarks.emulated_calls import write_folder
from benchmarks.networks import ds_cnn
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Add,
    AveragePool2D,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    Mul,
    Softmax,
    TransposeConv2D,
    Window,
)
from compiler.ir.tensor import Quantization
from compiler.target import Isa
from tests.backends.cmsis_nn.drawn_layers import layer
from tests.backends.cmsis_nn.lowered import ISAS, lowered, only_call, scratch_bytes

CORE_OF: dict[Isa, str] = {"plain": "cortex-m3", "dsp": "cortex-m4", "mve": "cortex-m55"}

CONV = layer(Conv2D(window=same(3)), (6, 6, 5), weight=(7, 3, 3, 5))
POINTWISE = layer(Conv2D(window=same(1)), (6, 6, 5), weight=(7, 1, 1, 5))
DEPTHWISE_3X3 = layer(DepthwiseConv2D(window=same(3)), (6, 6, 6), weight=(1, 3, 3, 6), axis=3)
DEPTHWISE_5X5 = layer(DepthwiseConv2D(window=same(5)), (6, 6, 6), weight=(1, 5, 5, 6), axis=3)
AVERAGE = layer(AveragePool2D(window=same(3)), (6, 6, 5))
DENSE = layer(Dense(), (30,), weight=(9, 30))


@pytest.mark.parametrize(
    ("graph", "plain", "dsp", "mve"),
    [
        (CONV, 4 * 48, 4 * 48, 4 * 48),
        (layer(Conv2D(window=same(3)), (6, 6, 4), weight=(7, 3, 3, 4)), 4 * 36, 4 * 36, 4 * 48),
        (POINTWISE, 0, 0, 0),
        (DEPTHWISE_3X3, 0, 0, 496 * 9),
        (DEPTHWISE_5X5, 0, 2 * 6 * 25, 496 * 25),
        (AVERAGE, 0, 4 * 5, 0),
        (DENSE, 0, 0, 0),
    ],
)
def test_scratch_is_that_of_the_instruction_set(graph: Graph, plain: int, dsp: int, mve: int) -> None:
    assert [scratch_bytes(graph, isa) for isa in ISAS] == [plain, dsp, mve]


def test_scratch_buffers_are_aligned_and_named_once() -> None:
    program = lowered(ds_cnn(np.random.default_rng(0)), "mve")
    scratch = [buffer for buffer in program.buffers if buffer.kind == "scratch"]
    assert len(scratch) == 5
    assert {buffer.alignment for buffer in scratch} == {16}
    assert [buffer.name for buffer in scratch] == [name for call in program.calls for name in call.scratch]


def test_what_the_library_lacks_is_a_portable_kernel_that_says_why() -> None:
    draft = Draft(np.random.default_rng(0))
    value = draft.layer(
        GlobalAveragePool(), draft.layer(Conv2D(window=same(3)), draft.source((4, 4, 3)), weight=(4, 3, 3, 3))
    )
    calls = lowered(draft.graph((value,)), "dsp").calls
    assert [call.kernel for call in calls] == ["protonas_cmsis_conv2d_s8", "protonas_global_average_pool_s8"]
    assert [call.returns_status for call in calls] == [True, False]
    assert calls[0].fallback == ""
    assert "no exact kernel" in calls[1].fallback


def test_a_product_with_one_number_a_channel_is_portable() -> None:
    call = only_call(layer(Mul(), (4, 4, 3), (1, 1, 3)), "dsp")
    assert call.kernel == "protonas_mul_s8"
    assert "operands differ in shape" in call.fallback
    assert only_call(layer(Mul(), (4, 4, 3), (4, 4, 3)), "dsp").kernel == "protonas_cmsis_mul_s8"


def test_the_librarys_rounding_must_be_the_models() -> None:
    call = only_call(CONV, "dsp", CMSIS_NN_SINGLE_ROUNDING)
    assert call.kernel == "protonas_conv2d_s8"
    assert call.fallback == "the model rounds double, the library is built for single rounding"
    assert only_call(AVERAGE, "dsp", CMSIS_NN_SINGLE_ROUNDING).kernel == "protonas_cmsis_average_pool2d_s8"


def test_only_elementwise_outputs_may_lie_over_their_inputs() -> None:
    for isa in ISAS:
        for graph in (CONV, POINTWISE, DEPTHWISE_3X3, AVERAGE, DENSE):
            assert only_call(graph, isa).overlaps == ()
        for graph in (layer(Add(), (4, 4, 3), (4, 4, 3)), layer(Softmax(), (9,))):
            assert {overlap.lead_bytes for overlap in only_call(graph, isa).overlaps} == {0}


def test_mve_depthwise_tables_are_padded_to_four_channels() -> None:
    graph = DEPTHWISE_3X3
    plain, mve = (lowered(graph, isa) for isa in ("dsp", "mve"))
    sizes = {constant.name.split("/")[1]: constant.shape for constant in mve.constants}
    assert sizes == {
        "weights_padded": (9 * 6 + 2,), "bias_padded": (8,), "multiplier_padded": (8,), "shift_padded": (8,),
    }  # fmt: skip
    for before, after in zip(plain.constants, mve.constants, strict=True):
        assert before.data is not None and after.data is not None
        assert after.data.tolist()[: before.data.size] == before.data.reshape(-1).tolist()
        assert not after.data[before.data.size :].any()


def test_mve_dense_has_sums_of_weights_instead_of_a_bias() -> None:
    program = lowered(DENSE, "mve")
    fields = dict(program.calls[0].constants)
    assert "bias" not in fields
    (sums,) = [constant.data for constant in program.constants if constant.name == fields["kernel_sum"]]
    assert sums is not None
    weight, bias = (DENSE.weights[name].astype(np.int64) for name in DENSE.parameters)
    quantization = DENSE.tensors["in0"].quantization
    assert quantization is not None
    assert sums.tolist() == (bias - quantization.zero_point[0] * weight.sum(axis=1)).tolist()
    assert "kernel_sum" not in dict(lowered(DENSE, "dsp").calls[0].constants)


def test_mve_depthwise_of_one_channel_is_a_convolution_with_weights_turned_at_compile_time() -> None:
    graph = layer(DepthwiseConv2D(window=same(3), multiplier=8), (6, 6, 1), weight=(1, 3, 3, 8), axis=3)
    program = lowered(graph, "mve")
    assert program.calls[0].kernel == "protonas_cmsis_conv2d_s8"
    weights = program.constants[0].data
    assert weights is not None
    turned = graph.weights["n0/w"].transpose(3, 1, 2, 0).reshape(-1)
    assert weights[: turned.size].tolist() == turned.tolist()
    assert only_call(graph, "dsp").kernel == "protonas_cmsis_depthwise_conv2d_generic_s8"


@given(
    isa=st.sampled_from(ISAS),
    height=st.integers(1, 9),
    channels=st.integers(1, 140),
    multiplier=st.integers(1, 3),
)
@settings(max_examples=30, deadline=None)
def test_sizes_do_not_depend_on_weights(isa: Isa, height: int, channels: int, multiplier: int) -> None:
    op = DepthwiseConv2D(window=same(3), multiplier=multiplier)
    graph = layer(op, (height, 4, channels), weight=(1, 3, 3, channels * multiplier), axis=3)
    unknown = {name: replace(tensor, quantization=None) for name, tensor in graph.tensors.items()}
    unweighted = replace(graph, weights={}, tensors=unknown)
    for with_weights, without in zip(
        *(lowered(item, isa).constants for item in (graph, unweighted)), strict=True
    ):
        assert (with_weights.name, with_weights.bytes) == (without.name, without.bytes)
        assert (with_weights.data is None, without.data is None) == (False, True)


@pytest.mark.parametrize("isa", ISAS)
def test_costs_are_known_for_every_call_and_core(isa: Isa) -> None:
    program = lowered(ds_cnn(np.random.default_rng(0)), isa)
    core = CORE_OF[isa]
    assert all(CMSIS_NN.cycles(call, core) > 0 for call in program.calls)
    assert all(CMSIS_NN.call_bytes(call, core) > 0 for call in program.calls)
    sizes = CMSIS_NN.kernel_bytes(program, core)
    assert "libcmsis-nn.a(arm_convolve_s8.o)" in sizes
    assert min(sizes.values()) > 0
    assert CMSIS_NN.stack_bytes(program, core) > 400


def test_every_adapter_has_costs_and_a_struct_of_whole_words() -> None:
    for kernel in KERNELS:
        assert struct_bytes(kernel) % 4 == 0
        assert figures(kernel, "code", "cortex-m85")["bytes"] > 0
        assert figures(kernel, "stack", "cortex-m0plus") >= 0
    assert struct_bytes("protonas_cmsis_conv2d_1x1_s8") == struct_bytes("protonas_cmsis_conv2d_s8") == 4 * 18


def test_a_folder_holds_adapters_and_nothing_of_the_library(tmp_path: Path) -> None:
    write_folder(ds_cnn(np.random.default_rng(0)), tmp_path, "cortex-m4", backend=CMSIS_NN)
    names = {path.name for path in tmp_path.rglob("*")}
    assert "protonas_cmsis_isa_dsp.h" in names
    assert not [name for name in names if name.startswith("arm_") or name.endswith(".a")]
    text = (tmp_path / "bench.c").read_text()
    assert text.index('#include "protonas_cmsis_isa_dsp.h"') < text.index(
        '#include "protonas_cmsis_conv2d_s8.h"'
    )
    assert re.search(r"error = protonas_cmsis_conv2d_s8\(&n0_params, in0, n0, n0_scratch\);", text)
    assert ".conv.stride.w = 2," in text


def test_make_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CMSIS_NN_INC", "CMSIS_NN_LIB", "CMSIS_NN_LIB_HOST"):
        monkeypatch.delenv(name, raising=False)
    write_folder(DENSE, tmp_path, "cortex-m4", backend=CMSIS_NN)
    done = subprocess.run(["make", "-C", str(tmp_path), "test"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "CMSIS_NN_INC has to name the Include folder of Arm's CMSIS-NN" in done.stderr
    include = tmp_path / "include"
    include.mkdir()
    (include / "arm_nnfunctions.h").write_text("")
    words = ["make", "-C", str(tmp_path), "test", f"CMSIS_NN_INC={include}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "CMSIS_NN_LIB has to name Arm's CMSIS-NN as a library built for this: host" in done.stderr


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"arm_nnfunctions.h": '#include "nowhere.h"\n'}, "this CMSIS-NN is too old"),
        ({"arm_nnfunctions.h": "", "Internal/arm_nn_compiler.h": ""}, "this CMSIS-NN is too old"),
        (
            {
                "arm_nnfunctions.h": "#define ARM_NN_FLOAT_API_ENABLED 0\n#define ARM_MATH_MVEI 1\n",
                "Internal/arm_nn_compiler.h": "",
            },
            "generated for cores with DSP and without MVE",
        ),
    ],
)
def test_the_preprocessor_stops_other_versions_and_instruction_sets(
    headers: dict[str, str], message: str, tmp_path: Path
) -> None:
    write_folder(DENSE, tmp_path, "cortex-m4", backend=CMSIS_NN)
    (tmp_path / "Internal").mkdir()
    for name, text in headers.items():
        (tmp_path / name).write_text(text)
    words = ["cc", "-E", "-I", str(tmp_path), "-I", str(tmp_path / "protonas"), str(tmp_path / "bench.c")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    assert message in errors[0]


def test_sums_shifted_to_the_left_are_portable_in_single_rounding() -> None:
    graph = replace(DENSE, rounding="single")
    assert only_call(graph, "dsp", CMSIS_NN_SINGLE_ROUNDING).kernel == "protonas_cmsis_dense_per_channel_s8"
    coarse = Quantization(scale=(0.01,), zero_point=(0,))
    tensors = {**graph.tensors, "n0": replace(graph.tensors["n0"], quantization=coarse)}
    for name in ("n0/w", "in0"):
        scale = Quantization(scale=(0.5,), zero_point=(0,))
        tensors[name] = replace(tensors[name], quantization=scale)
    call = only_call(replace(graph, tensors=tensors), "dsp", CMSIS_NN_SINGLE_ROUNDING)
    assert call.kernel == "protonas_dense_s8_single"
    assert "shifted to the left" in call.fallback


@pytest.mark.parametrize(
    ("channels", "stride", "pad", "kernel"),
    [
        (24, 2, 1, "protonas_cmsis_transpose_conv2d_upscaled_s8"),
        (24, 3, 0, "protonas_cmsis_transpose_conv2d_s8"),
        (8, 2, 0, "protonas_cmsis_transpose_conv2d_s8"),
        (8, 2, 1, "protonas_transpose_conv2d_s8"),
    ],
)
def test_transposed_convolutions_keep_away_from_what_the_library_gets_wrong(
    channels: int, stride: int, pad: int, kernel: str
) -> None:
    window = Window(kernel=(3, 3), strides=(stride, stride), pads=(pad, pad, 0, 0))
    graph = layer(TransposeConv2D(window=window), (4, 4, channels), weight=(5, 3, 3, channels))
    assert only_call(graph, "dsp").kernel == kernel
    if "upscaled" in kernel:
        turned = lowered(graph, "dsp").constants[0].data
        assert turned is not None
        assert np.array_equal(turned, graph.weights["n0/w"][:, ::-1, ::-1])
