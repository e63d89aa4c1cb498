"""What a whole spec says: task, encoding, target, search; and the example that users read first."""

from pathlib import Path

import numpy as np
import pytest

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.limits import Limits
from searchspace_dsl.load import load_spec, load_text
from searchspace_dsl.shapes import infer_shapes
from searchspace_dsl.spec import Objective, SearchSettings
from searchspace_dsl.units import UNITS

DIGITS = Path(__file__).parents[2] / "examples" / "digits.nas"
ARCH = "arch net { flatten -> dense(classes) }"
TASK = "task classification { input [8, 8, 1] classes 10 }"


def test_the_digits_example_says_what_it_means() -> None:
    spec = load_spec(DIGITS)
    assert (spec.name, spec.path) == ("digits", str(DIGITS))
    assert spec.task.input_shape == (8, 8, 1) and spec.task.classes == 10 and spec.task.data == "digits.npz"
    assert spec.task.encoding == InputEncoding(raw_dtype="uint8", low=0.0, high=16.0, mean=(4.9,), std=(6.0,))
    assert spec.target is not None and spec.target.name == "nucleo_l4r5zi"
    assert spec.target.limits == Limits(ram_bytes=2 * 1024, flash_bytes=24 * 1024)
    assert (spec.search.trials, spec.search.seed, spec.search.keep) == (500, 1, 3)
    assert [(o.metric, o.direction) for o in spec.search.objectives] == [
        ("score", "maximize"),
        ("macs", "minimize"),
    ]


def test_the_digits_space_is_large_and_every_member_can_be_built() -> None:
    space = load_spec(DIGITS).space
    size = space.size()
    assert size.exact and size.count == 5 * (3 + 3**2 + 3**3) ** 2
    rng = np.random.default_rng(0)
    for _ in range(200):
        network = space.elaborate(space.sample(rng))
        assert isinstance(network, Architecture)
        shapes = infer_shapes(network)
        assert isinstance(shapes, dict) and shapes[network.output] == (10,)


def test_defaults() -> None:
    spec = load_text(f"{TASK}\n{ARCH}", "folder/tiny.nas")
    assert spec.name == "tiny" and spec.target is None
    assert spec.search == SearchSettings()
    assert spec.task.encoding == InputEncoding(raw_dtype="int8")
    assert spec.task.labels == () and spec.task.data is None


def test_classes_by_name_and_encoding_by_channel() -> None:
    encoding = "float32 range -1.5..2 mean [1, -2] std 3"
    task = f'task classification {{ input [4, 4, 2] {encoding} classes ["no", "yes \\"!\\""] }}'
    found = load_text(f"{task}\n{ARCH}", "t.nas").task
    assert found.labels == ("no", 'yes "!"') and found.classes == 2
    assert found.encoding == InputEncoding(
        raw_dtype="float32", low=-1.5, high=2.0, mean=(1.0, -2.0), std=(3.0,)
    )


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("ram <= 100 B", Limits(ram_bytes=100)),
        ("ram <= 2 kB", Limits(ram_bytes=2_000)),
        ("ram <= 2 KiB", Limits(ram_bytes=2_048)),
        ("flash <= 1.5 MiB", Limits(flash_bytes=1_572_864)),
        ("flash <= 2 MB", Limits(flash_bytes=2_000_000)),
        ("latency <= 700 us", Limits(latency_us=700)),
        ("latency <= 60ms", Limits(latency_us=60_000)),
        ("latency <= 1 s", Limits(latency_us=1_000_000)),
        ("energy <= 5 uJ", Limits(energy_uj=5)),
        ("energy <= 1.5 mJ", Limits(energy_uj=1_500)),
        ("macs <= 500", Limits(macs=500)),
        ("macs <= 3 k", Limits(macs=3_000)),
        ("macs <= 2.5 M ram <= 1 B", Limits(macs=2_500_000, ram_bytes=1)),
        ("macs <= 1 G", Limits(macs=1_000_000_000)),
    ],
)
def test_units(limit: str, expected: Limits) -> None:
    target = load_text(f"{TASK} target board {{ {limit} }} {ARCH}", "t.nas").target
    assert target is not None and target.limits == expected


def test_the_units_of_the_design_page_are_all_known() -> None:
    assert set(UNITS) == {
        "B",
        "KiB",
        "kB",
        "MiB",
        "MB",
        "us",
        "ms",
        "s",
        "uJ",
        "mJ",
        "MHz",
        "k",
        "M",
        "G",
        "%",
    }


def test_objectives_keep_their_order_and_a_board_may_be_a_path() -> None:
    text = f'{TASK} target "boards/mine.toml" {{ }} {ARCH} search {{ minimize ram maximize naswot trials 7 }}'
    spec = load_text(text, "t.nas")
    assert spec.target is not None and spec.target.name == "boards/mine.toml"
    assert spec.search.trials == 7
    assert spec.search.objectives == (
        Objective(metric="ram", direction="minimize"),
        Objective(metric="naswot", direction="maximize"),
    )
