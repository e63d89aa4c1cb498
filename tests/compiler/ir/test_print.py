from dataclasses import replace

import numpy as np

from compiler.ir.print import print_graph, print_program
from compiler.ir.program import Buffer, Constant, KernelCall, Overlap, Program, View
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from searchspace_dsl.encoding import InputEncoding
from tests.compiler.frontends.networks import Net, with_statistics


def test_a_float_graph() -> None:
    net = Net(4, 4, 1)
    first = net.conv(
        "input", filters=2, kernel=(3, 1), stride=(2, 1), dilation=(2, 1), scope=("stem", "repeat_1")
    )
    net.softmax(net.dense(net.global_average_pool(net.relu(first)), units=2))
    encoding = InputEncoding(raw_dtype="uint8", std=(255.0,))
    assert print_graph(replace(net.graph(), encoding=encoding, labels=("yes", "no"))) == (
        "graph net\n"
        "  encoding uint8 low None high None mean 0 std 255\n"
        "  labels 'yes', 'no'\n"
        "  input input: float32[4,4,1]\n"
        "  parameter conv_1/weight: float32[2,3,1,1]\n"
        "  parameter dense_4/weight: float32[2,2]\n"
        "  parameter dense_4/bias: float32[2]\n"
        "  conv_1: float32[2,4,2] = Conv2D[window=<3x1/2x1 dilation 2x1 pads 2,0,2,0>]"
        "(input, conv_1/weight) @stem/repeat_1\n"
        "  relu_2: float32[2,4,2] = Activate[activation=relu](conv_1)\n"
        "  global_average_pool_3: float32[2] = GlobalAveragePool(relu_2)\n"
        "  dense_4: float32[2] = Dense(global_average_pool_3, dense_4/weight, dense_4/bias)\n"
        "  softmax_5: float32[2] = Softmax(dense_4)\n"
        "  return softmax_5\n"
    )


def test_a_quantized_graph() -> None:
    net = Net(2, 2, 1)
    net.relu(net.conv("input", filters=2, kernel=(1, 1), bias=True))
    graph = run_passes(with_statistics(net.graph(), np.random.default_rng(0)))
    graph.weights["conv_1/weight"][:, 0, 0, 0] = 1.27, 2.54
    ranges = {"input": (-1.28, 1.27), "relu_2": (0.0, 2.55)}
    assert print_graph(replace(quantize_static(graph, ranges), rounding="single")) == (
        "graph net rounding single\n"
        "  input input: int8[2,2,1] (scale 0.00999999978 zero 0)\n"
        "  parameter conv_1/weight: int8[2,1,1,1] (scale 0.00999999978,0.0199999996 zero 0 axis 0)\n"
        "  parameter conv_1/bias: int32[2] (scale 9.99999975e-05,0.000199999995 zero 0 axis 0)\n"
        "  relu_2: int8[2,2,2] (scale 0.00999999978 zero -128) = Conv2D[window=<1x1> activation=relu]"
        "(input, conv_1/weight, conv_1/bias) 'conv_1'\n"
        "  return relu_2\n"
    )


def test_weights_do_not_show() -> None:
    net = Net(4, 4, 1)
    net.conv("input")
    graph = net.graph()
    weighted = [with_statistics(graph, np.random.default_rng(seed)) for seed in (1, 2)]
    assert len({print_graph(one) for one in (graph, *weighted)}) == 1


def test_a_program() -> None:
    program = Program(
        name="net",
        backend="portable",
        isa="plain",
        inputs=("input",),
        outputs=("flat",),
        calls=(
            KernelCall(
                layer="conv_1",
                kernel="conv_s8",
                reads=("input",),
                writes=("y",),
                scratch=("s",),
                overlaps=(Overlap(write="y", read="input", lead_bytes=4),),
                parameters=(("stride", 2),),
                constants=(("weights", "conv_1/weight"),),
                macs=16,
            ),
        ),
        buffers=(
            Buffer(name="input", bytes=16, alignment=1, kind="input"),
            Buffer(name="y", bytes=16, alignment=4, kind="output"),
            Buffer(name="s", bytes=8, alignment=4, kind="scratch"),
        ),
        views=(View(name="flat", of="y"),),
        constants=(Constant(name="conv_1/weight", dtype="int8", shape=(1, 1, 1, 1), bytes=1, alignment=1),),
    )
    assert print_program(program) == (
        "program net backend portable isa plain\n"
        "  input input: 16 bytes align 1\n"
        "  output y: 16 bytes align 4\n"
        "  scratch s: 8 bytes align 4\n"
        "  view flat of y\n"
        "  constant conv_1/weight: int8[1,1,1,1] 1 bytes align 1\n"
        "  y = conv_s8(input) scratch s y over input+4 [stride=2] {weights=conv_1/weight} "
        "layer conv_1 macs 16\n"
        "  inputs input\n"
        "  outputs flat\n"
    )


def test_attributes_that_make_another_network_show() -> None:
    net = Net(4, 4, 2)
    net.transposed_conv(net.leaky_relu(net.pad("input", pads=(1, 0, 0, 2))), kernel=(1, 3), filters=1)
    net.upsample(net.sigmoid("transposed_conv_3"), factor=(1, 2))
    lines = print_graph(net.graph()).splitlines()[3:-1]
    assert [line.split(" = ")[1].rsplit("(", 1)[0] for line in lines] == [
        "Pad[pads=((1, 0), (0, 2), (0, 0))]",
        "Unary[activation=leaky_relu slope=0.1]",
        "TransposeConv2D[window=<1x3/2x2 pads 0,0,0,1> extra=(1, 0)]",
        "Unary[activation=sigmoid]",
        "ResizeNearest[factors=(1, 2)]",
    ]
