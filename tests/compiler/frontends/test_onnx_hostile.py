"""ONNX files that are cut, damaged or made to harm: one line each, whatever is in them."""

import struct
from contextlib import suppress

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from compiler.errors import ModelError
from compiler.frontends.onnx.read import HANDLERS, import_onnx, read_onnx
from compiler.frontends.unsupported import UnsupportedError
from tests.compiler.frontends.onnx_networks import Net, quantized

MUTATIONS = 1400


def _files() -> list[bytes]:
    """Small networks with most kinds of nodes and attributes."""
    files = []
    for qdq in (True, False):
        net = Net(31)
        x = net.input("x", "N", 2, 6, 6)
        y = net.add("Relu", net.conv(x, 4, 2, (3, 3), pads=[1, 1, 1, 1]))
        y = net.add("MaxPool", net.add("Add", y, net.conv(y, 4, 4, (1, 1), group=4)), kernel_shape=[2, 2])
        y = net.add("Concat", y, net.add("AveragePool", y, kernel_shape=[1, 1]), axis=1)
        y = net.add("Reshape", net.add("Sigmoid", y), net.constant(np.array([0, -1], np.int64)))
        y = net.add("Gemm", y, net.normal(200, 3), net.normal(3))
        samples = net.rng.normal(size=(4, 2, 6, 6)).astype(np.float32)
        files.append(quantized(net.model(net.add("Softmax", y)), samples, qdq=qdq, per_channel=qdq))
    return [*files, _trained(), _summed()]


def _step(net: Net, scale: float, zero_point: int, dtype: type = np.int8) -> tuple[str, str]:
    return net.constant(np.float32(scale)), net.constant(dtype(zero_point))


def _real(net: Net, y: str) -> str:
    step = _step(net, 0.05, 3)
    return net.add("DequantizeLinear", net.add("Cast", net.add("QuantizeLinear", y, *step), to=3), *step)


def _trained() -> bytes:
    """Norms and scales by channel, weights that a Clip narrows, and an operator that is refused."""
    net = Net(33)
    x = _real(net, net.input("x", 1, 2, 6, 6))
    step = (net.constant(np.full(4, 0.05, np.float32)), net.constant(np.zeros(4, np.int8)))
    weight = net.add("QuantizeLinear", net.normal(4, 2, 3, 3), *step, axis=0)
    weight = net.add("Clip", weight, net.constant(np.int8(-7)), net.constant(np.int8(7)))
    y = net.add("Conv", x, net.add("DequantizeLinear", weight, *step, axis=0), pads=[1, 1, 1, 1])
    y = net.add("Div", y, net.constant(np.full((1, 4, 1, 1), 0.5, np.float32)))
    numbers = [net.constant(net.rng.uniform(0.5, 1, 4).astype(np.float32)) for _ in range(4)]
    y = _real(net, net.add("Relu", net.add("BatchNormalization", y, *numbers)))
    y = _real(net, net.add("BatchNormalization", net.add("LRN", y, size=3), *numbers))
    return net.model(_real(net, net.add("GlobalAveragePool", y))).SerializeToString()


def _summed() -> bytes:
    """Sums of integers with constant scales, and weights of 4 bits."""
    net = Net(34)
    x = net.input("x", 1, 2, 5, 5, dtype=TensorProto.UINT8)
    weight = net.constant(net.rng.integers(-128, 128, (4, 2, 3, 3)).astype(np.int8))
    y = net.add("ConvInteger", x, weight, net.constant(np.uint8(3)), net.constant(np.int8(0)))
    y = net.add("Add", y, net.constant(net.rng.integers(-99, 99, (1, 4, 1, 1)).astype(np.int32)))
    y = net.add("Mul", net.add("Cast", y, to=1), net.constant(np.float32(1e-3)))
    packed = net.rng.integers(0, 256, 72).astype(np.uint8).tobytes()
    net.constants.append(onnx.TensorProto(name="w", data_type=22, dims=(36, 4), raw_data=packed))
    weight = net.add("DequantizeLinear", "w", net.constant(np.float32(0.1)))
    y = net.add("MatMul", net.add("Flatten", _real(net, y)), weight)
    return net.model(_real(net, y), opset=21).SerializeToString()


def _mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """A file with bytes changed, cut out, doubled, or cut off."""
    array = bytearray(data)
    kind = rng.integers(5)
    if kind == 0:
        return bytes(array[: rng.integers(len(array))])
    for _ in range(int(rng.integers(1, 6))):
        place = int(rng.integers(len(array)))
        if kind == 1:
            array[place] = int(rng.integers(256))
        elif kind == 2:
            array[place] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFF]))
        elif kind == 3:
            del array[place : place + int(rng.integers(1, 9))]
        else:
            array[place:place] = array[place : place + int(rng.integers(1, 30))]
    return bytes(array)


def _reread(model: onnx.ModelProto, rng: np.random.Generator) -> bytes:
    """A model whose messages are sound, but say something else than they did."""
    graph = model.graph
    node = graph.node[int(rng.integers(len(graph.node)))]
    match int(rng.integers(7)):
        case 0:
            node.op_type = str(rng.choice([n.op_type for n in graph.node] + ["If", "Loop", "Einsum", "../x"]))
        case 1 if node.input:
            names = [name for n in graph.node for name in (*n.input, *n.output)] + ["", "nowhere"]
            node.input[int(rng.integers(len(node.input)))] = str(rng.choice(names))
        case 2 if node.attribute:
            attribute = node.attribute[int(rng.integers(len(node.attribute)))]
            for index in range(len(attribute.ints)):
                attribute.ints[index] = int(rng.choice([0, -1, 1, 3, 2**31, -(2**40)]))
            attribute.i = int(rng.choice([0, -1, 2, 99, 2**50]))
        case 3:
            tensor = graph.initializer[int(rng.integers(len(graph.initializer)))]
            dims = [int(rng.choice([0, 1, 2, 3, 2**20])) for _ in range(int(rng.integers(0, 5)))]
            del tensor.dims[:]
            tensor.dims.extend(dims)
        case 4:
            tensor = graph.initializer[int(rng.integers(len(graph.initializer)))]
            if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims, dtype=float) < 1e6:
                values = rng.choice([0.0, -1.0, np.inf, np.nan, 1e-38, 1e38], size=tuple(tensor.dims))
                tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float32), tensor.name))
        case 5:
            shape = graph.input[0].type.tensor_type.shape
            shape.dim[int(rng.integers(len(shape.dim)))].dim_value = int(rng.choice([0, 1, 7, -3, 2**30]))
        case _:
            del node.input[:]
    return model.SerializeToString()


def _read(data: bytes) -> str:
    """What reading says; anything but a ModelError of plain lines fails the test."""
    try:
        graph = read_onnx(data, "net")
    except UnsupportedError as error:
        return str(error)
    except ModelError as error:
        assert "\n" not in str(error)
        return str(error)
    return f"read {len(graph.nodes)}"


@pytest.mark.parametrize("index", range(4))
def test_mutated_files_are_read_or_refused_in_words(index: int) -> None:
    data = _files()[index]
    rng = np.random.default_rng(index)
    said = [_read(_mutated(data, rng)) for _ in range(MUTATIONS // 4)]
    assert sum(not text.startswith("read") for text in said) > MUTATIONS // 16


@pytest.mark.parametrize("index", range(4))
def test_sound_files_that_say_nonsense_are_read_or_refused_in_words(index: int) -> None:
    data = _files()[index]
    rng = np.random.default_rng(10 + index)
    for _ in range(MUTATIONS // 4):
        model = onnx.ModelProto.FromString(data)
        for _ in range(int(rng.integers(1, 3))):
            model = onnx.ModelProto.FromString(_reread(model, rng))
        assert _read(model.SerializeToString())


@pytest.mark.parametrize("quantized", [False, True])
@pytest.mark.parametrize("op", sorted(set(HANDLERS) - {"protonas.Bias"}))
def test_an_operator_of_constants_alone_is_read_or_refused_in_words(op: str, quantized: bool) -> None:
    net = Net(35)
    x = net.input("x", 1, 6, 4, 4)
    constants = [net.constant(np.ones((1, 6, 4, 4), np.float32)), *(net.normal(6) for _ in range(4))]
    y = net.add("Add", _real(net, x) if quantized else x, net.add(op, *constants))
    with suppress(ModelError):
        import_onnx(net.model(_real(net, y) if quantized else y).SerializeToString(), "net")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_file(share: float) -> None:
    data = _files()[0]
    with pytest.raises(ModelError, match=r"net is (empty|truncated|not an ONNX file)"):
        read_onnx(data[: int(len(data) * share)], "net")


def test_external_data_is_not_followed() -> None:
    net = Net(32)
    model = net.model(net.conv(net.input("x", 1, 2, 4, 4), 2, 2, (1, 1)))
    tensor = model.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    with pytest.raises(ModelError, match="lies in another file"):
        read_onnx(model.SerializeToString(), "net")


def test_sizes_are_bounded() -> None:
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s"], ["d"]),
        helper.make_node("Pad", ["d", "pads"], ["p"]),
        helper.make_node("QuantizeLinear", ["p", "s"], ["y"]),
    ]
    pads = numpy_helper.from_array(np.array([0, 0, 1 << 23, 1 << 23, 0, 0, 1 << 23, 1 << 23]), "pads")
    scale = numpy_helper.from_array(np.float32(0.1), "s")
    ports = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 2, 2]),
        helper.make_tensor_value_info("y", TensorProto.UINT8, None),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], [pads, scale])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    with pytest.raises(ModelError, match="more than any board holds"):
        read_onnx(model.SerializeToString(), "net")


def test_random_bytes() -> None:
    rng = np.random.default_rng(5)
    for size in (1, 7, 100, 5000):
        assert "net" in _read(rng.integers(0, 256, size, np.uint8).tobytes())
    assert "net" in _read(struct.pack("<I", 0xFFFFFFFF) * 100)
