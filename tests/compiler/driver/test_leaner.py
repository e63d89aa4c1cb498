"""What a build leaves out of a trained network: channels that never vary, where nothing gets worse by it."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import onnx
import pytest
from onnx import numpy_helper

from backends.emulate.linked_size import linked_ram
from tests.compiler.driver.running import protonas

WIDE = """task classification {
    input [8, 8, 1] uint8 range 0..255 mean 100 std 60
    classes 4
}
target nucleo_l4r5zi { ram <= 8 KiB  flash <= 32 KiB }
arch wide {
    conv(16, 3) -> relu -> conv(16, 3) -> relu -> global_average_pool -> dense(classes)
}
search { maximize score  minimize macs  trials 1  seed 3  keep 1 }
"""


def _with_dead_filters(path: Path, convolution: int, filters: int) -> Path:
    """The first `filters` of a convolution all zero, their biases too."""
    model = onnx.load_model(path)
    arrays = {tensor.name: tensor for tensor in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    for name in convolutions[convolution].input[1:]:
        array = numpy_helper.to_array(arrays[name]).copy()
        array[:filters] = 0
        arrays[name].CopyFrom(numpy_helper.from_array(array, name))
    target = path.parent.parent.parent / "trained.onnx"
    onnx.save_model(model, target)
    return target


@dataclass(frozen=True, slots=True)
class Built:
    """Random weights, and the same with some filters dead: facts of both, the folder of the second and what
    its build shows."""

    whole: dict[str, object]
    lean: dict[str, object]
    folder: Path
    shown: str


def _build(folder: Path, convolution: int, dead: int) -> Built:
    spec = folder / "wide.nas"
    spec.write_text(WIDE)
    made = protonas("build", spec, "-o", folder / "a", "--untrained", "--json")
    weights = ("--weights", _with_dead_filters(folder / "a/run/onnx/wide_1.onnx", convolution, dead))
    shown = protonas("build", folder / "a/run", "-o", folder / "b", *weights).stdout
    lean = folder / "b/wide_1"
    return Built(
        whole=json.loads(made.stdout)["prototypes"][0],
        lean=json.loads((lean / "wide_1_report.json").read_text()),
        folder=lean,
        shown=shown,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _build(tmp_path_factory.mktemp("wide"), 0, dead=8)


def test_dead_channels_go(built: Built) -> None:
    whole, lean = built.whole, built.lean
    assert lean["macs"] == whole["macs"] == whole["macs_left"]
    assert lean["macs_left"] == 8 * 8 * (8 * 9 + 16 * 8 * 9) + 16 * 4
    for size in ("ram_bytes", "flash_bytes", "cycles"):
        assert lean[size] < whole[size]  # type: ignore[operator]
    sentence = f"{lean['macs_left']:,} of {lean['macs']:,} MACs are left: what never varies is taken out"
    assert sentence in built.shown
    assert (
        f"{lean['macs_left']} MACs of the model's {lean['macs']}" in (built.folder / "wide_1.h").read_text()
    )
    assert "what never varies is taken out" in (built.folder.parent / "report.html").read_text()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_outputs_are_those_of_the_whole_network(built: Built) -> None:
    """The stored vectors are of the network as quantized, and its QDQ export has every channel."""
    assert subprocess.run(["make", "-s", "-C", built.folder, "test"], check=False).returncode == 0
    exported = onnx.load_model(built.folder.parent / "run/onnx/wide_1_int8.onnx")
    assert (16, 1, 3, 3) in [tuple(tensor.dims) for tensor in exported.graph.initializer]


@pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="arm-none-eabi-gcc is not installed")
def test_ram_linked_is_ram_of_what_is_left(built: Built) -> None:
    subprocess.run(["make", "-s", "-C", built.folder, "elf", "CORE=cortex-m4"], check=True)
    made = built.folder / "build/cortex-m4"
    objects = [path for path in made.rglob("*.o") if "selftest" not in str(path.relative_to(made))]
    linked = linked_ram(made / "selftest.elf", objects)
    assert linked.arena_bytes + linked.state_bytes == built.lean["ram_bytes"]
    assert linked.owned_bytes == 0


def test_channels_stay_where_fewer_cost_more(tmp_path: Path) -> None:
    """Kernels take four channels at a time: fifteen are slower than sixteen."""
    found = _build(tmp_path, 1, dead=1)
    assert found.lean["macs_left"] == found.lean["macs"]
    assert found.lean["cycles"] == found.whole["cycles"]
    assert "MACs are left" not in found.shown


def test_a_norm_that_became_a_convolution_is_no_loss(tmp_path: Path) -> None:
    """It multiplies where the design counts nothing, so more MACs are left than there were."""
    spec = tmp_path / "wide.nas"
    spec.write_text(WIDE.replace("conv(16, 3) -> relu -> conv(16, 3)", "batch_norm -> conv(8, 3)"))
    made = protonas("build", spec, "-o", tmp_path, "--untrained", "--json")
    (found,) = json.loads(made.stdout)["prototypes"]
    assert found["macs_left"] == found["macs"] + 8 * 8
    for name in ("README.md", "wide_1.h"):
        assert "never varies" not in (tmp_path / "wide_1" / name).read_text()
